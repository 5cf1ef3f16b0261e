package dev.balsa.bench.server;

/** The servers that can be measured; both understand etcd's flags. */
public enum ServerKind {
  ETCD,
  BALSA
}
