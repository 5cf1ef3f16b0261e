/**
 * Servers of etcd's API as processes on loopback, all under the same gRPC load: real etcd, and
 * Balsa.
 */
@NullMarked
package dev.balsa.bench.server;

import org.jspecify.annotations.NullMarked;
