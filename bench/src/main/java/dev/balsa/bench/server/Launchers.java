package dev.balsa.bench.server;

import java.util.List;

/** The words that start a member of each kind, before its flags. */
public record Launchers(List<String> etcd, List<String> balsa) {

  List<String> of(ServerKind kind) {
    return switch (kind) {
      case ETCD -> etcd;
      case BALSA -> balsa;
    };
  }
}
