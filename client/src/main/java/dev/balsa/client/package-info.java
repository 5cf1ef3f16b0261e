/**
 * What clients of a Balsa server can use beside etcd's own: {@link dev.balsa.client.ExactlyOnce},
 * an interceptor for grpc-java and jetcd. Needs grpc-java's API and nothing else.
 *
 * <pre>{@code
 * var once = new ExactlyOnce();
 * Client client = Client.builder().endpoints(…).interceptor(once).build(); // jetcd
 * Channel own = ClientInterceptors.intercept(channel, once);               // grpc-java
 * }</pre>
 */
@NullMarked
package dev.balsa.client;

import org.jspecify.annotations.NullMarked;
