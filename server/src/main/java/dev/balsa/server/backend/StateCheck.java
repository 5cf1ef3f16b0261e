package dev.balsa.server.backend;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the members say to compare their stores. The log gives all of them the same place to look
 * at: whatever one has applied by then, the others have, and their stores must be equal.
 */
public sealed interface StateCheck {
  /** Every member is to look at its store where this stands in the log. */
  record Look() implements StateCheck {}

  /**
   * What a member saw.
   *
   * @param look the index of the {@link Look}
   */
  record Seen(NodeId member, long look, State state) implements StateCheck {}

  /**
   * A store in two numbers.
   *
   * @param hash over every change of a key up to {@code revision}
   */
  record State(long revision, long hash) {
    @Override
    public String toString() {
      return "%016x at revision %d".formatted(hash, revision);
    }
  }

  int SEEN_BYTES = 4 * Long.BYTES;

  /** The same in bytes. */
  default byte[] encoded() {
    return switch (this) {
      case Look look -> new byte[0];
      case Seen(NodeId member, long look, State(long revision, long hash)) ->
          ByteBuffer.allocate(SEEN_BYTES)
              .putLong(member.value())
              .putLong(look)
              .putLong(revision)
              .putLong(hash)
              .array();
    };
  }

  /** What {@link #encoded} made these of, null if it did not. */
  static @Nullable StateCheck decode(Bytes encoded) {
    if (encoded.isEmpty()) {
      return new Look();
    }
    if (encoded.length() != SEEN_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(encoded.toByteArray());
    long member = in.getLong();
    long look = in.getLong();
    return member == 0
        ? null
        : new Seen(new NodeId(member), look, new State(in.getLong(), in.getLong()));
  }
}
