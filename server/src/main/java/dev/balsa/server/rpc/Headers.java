package dev.balsa.server.rpc;

import dev.balsa.proto.ResponseHeader;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.Backend;

/** Makes the header that every answer begins with. Thread-safe. */
public final class Headers {
  private final Backend backend;
  private final ResponseHeader constant;

  /** Headers of the member {@code self} of {@code cluster}; the term is the backend's. */
  public Headers(Backend backend, ClusterId cluster, NodeId self) {
    this.backend = backend;
    this.constant =
        ResponseHeader.newBuilder()
            .setClusterId(cluster.value())
            .setMemberId(self.value())
            .buildPartial();
  }

  /** Who answers. */
  NodeId self() {
    return new NodeId(constant.getMemberId());
  }

  /** The header of an answer that saw the store at {@code revision}. */
  public ResponseHeader at(long revision) {
    return constant.toBuilder()
        .setRevision(revision)
        .setRaftTerm(backend.status().raft().term())
        .build();
  }

  /** The header of an answer that is not about the store. */
  public ResponseHeader withoutRevision() {
    return at(0);
  }

  /** The header of an answer inside a transaction's: only the revision is set. */
  static ResponseHeader nested(long revision) {
    return ResponseHeader.newBuilder().setRevision(revision).build();
  }
}
