/** etcd's gRPC services: mapping, errors, time limits. */
@NullMarked
package dev.balsa.server.rpc;

import org.jspecify.annotations.NullMarked;
