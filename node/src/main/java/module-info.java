/** Makes the core durable and reachable: write-ahead log, peer network, threads. */
@org.jspecify.annotations.NullMarked
module dev.balsa.node {
  requires transitive dev.balsa.core;
  requires static transitive org.jspecify;

  exports dev.balsa.node;
}
