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
   * Each member is to hash the keys that it has stored where this stands in the log.
   *
   * @param asker who wants to know, at a start
   * @param start which one of its starts, as a number that it drew
   */
  record Exam(NodeId asker, long start) implements StateCheck {}

  /** What a member's keys came to there. */
  record Hashed(NodeId member, Exam exam, State state) implements StateCheck {}

  /**
   * A store in two numbers.
   *
   * @param hash over every change of a key up to {@code revision}, or over the keys there are then
   */
  record State(long revision, long hash) {
    @Override
    public String toString() {
      return "%016x at revision %d".formatted(hash, revision);
    }
  }

  int EXAM_BYTES = 2 * Long.BYTES;

  int SEEN_BYTES = 4 * Long.BYTES;

  int HASHED_BYTES = 5 * Long.BYTES;

  /** The same in bytes; their length tells what it is. */
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
      case Exam(NodeId asker, long start) ->
          ByteBuffer.allocate(EXAM_BYTES).putLong(asker.value()).putLong(start).array();
      case Hashed(NodeId member, Exam exam, State(long revision, long hash)) ->
          ByteBuffer.allocate(HASHED_BYTES)
              .putLong(member.value())
              .put(exam.encoded())
              .putLong(revision)
              .putLong(hash)
              .array();
    };
  }

  /** What {@link #encoded} made these of, null if it did not. */
  static @Nullable StateCheck decode(Bytes encoded) {
    ByteBuffer in = ByteBuffer.wrap(encoded.toByteArray());
    return switch (encoded.length()) {
      case 0 -> new Look();
      case EXAM_BYTES -> exam(in);
      case SEEN_BYTES -> seen(in);
      case HASHED_BYTES -> new Hashed(new NodeId(in.getLong()), exam(in), state(in));
      default -> null;
    };
  }

  private static Exam exam(ByteBuffer in) {
    return new Exam(new NodeId(in.getLong()), in.getLong());
  }

  /** Member 0 is nobody. */
  private static @Nullable Seen seen(ByteBuffer in) {
    long member = in.getLong();
    long look = in.getLong();
    return member == 0 ? null : new Seen(new NodeId(member), look, state(in));
  }

  private static State state(ByteBuffer in) {
    return new State(in.getLong(), in.getLong());
  }
}
