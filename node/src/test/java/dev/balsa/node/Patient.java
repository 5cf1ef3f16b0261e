package dev.balsa.node;

import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.NodeId;
import java.nio.file.Path;
import java.util.Map;

/** Settings for tests that share their cores with others: a busy machine starts no election. */
final class Patient {
  private static final long SECOND = 1_000_000_000;

  private Patient() {}

  static NodeConfig config(NodeId self, Map<NodeId, PeerAddress> members, Path directory) {
    NodeConfig config = NodeConfig.of(self, members, directory);
    return config.withRaft(config.raft().withTimings(2 * SECOND, 3 * SECOND, SECOND / 10));
  }
}
