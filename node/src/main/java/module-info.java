/** Makes the core durable and reachable: write-ahead log, peer network, threads. */
@org.jspecify.annotations.NullMarked
module dev.balsa.node {
  requires transitive dev.balsa.core;
  requires static transitive org.jspecify;

  exports dev.balsa.node;
  exports dev.balsa.node.codec;
  exports dev.balsa.node.disk;
  exports dev.balsa.node.net;
  exports dev.balsa.node.snapshot;
  exports dev.balsa.node.tls;
  exports dev.balsa.node.wal;
}
