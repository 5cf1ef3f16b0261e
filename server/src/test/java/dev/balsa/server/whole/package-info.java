/**
 * Tests of whole processes: servers as child JVMs with real disks and sockets, killed and started
 * again, and side by side with the real etcd. {@link dev.balsa.server.whole.ThreeServers} is the
 * cluster that they share.
 */
@org.jspecify.annotations.NullMarked
package dev.balsa.server.whole;
