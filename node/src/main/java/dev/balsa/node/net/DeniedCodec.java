package dev.balsa.node.net;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.raft.Denied;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.NodeId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Why a vote was denied, at the end of the head of its answer: {@code reason 1 | entry id 16 |
 * whether another is named 1 | the other 8}; the rest is 0 where it says nothing, all of it where
 * the vote was granted.
 */
final class DeniedCodec {
  static final int BYTES = 26;

  private static final byte NONE = 0;

  private DeniedCodec() {}

  static void put(@Nullable Denied denied, ByteBuffer out) {
    NodeId other = denied == null ? null : denied.other();
    out.put(denied == null ? NONE : code(denied.reason()));
    Fields.put(out, denied == null ? EntryId.ZERO : denied.last());
    out.put(Fields.code(other != null)).putLong(other == null ? 0 : other.value());
  }

  /**
   * Reads what {@link #put} wrote.
   *
   * @param granted whether the vote is, so that there must be no reason
   */
  static @Nullable Denied get(ByteBuffer in, boolean granted) throws MalformedException {
    byte code = in.get();
    EntryId last = Fields.id(in);
    boolean named = Fields.flag(in);
    long other = in.getLong();
    if (code == NONE) {
      return null;
    }
    if (granted) {
      throw new MalformedException("a granted vote gives reason %d to deny it".formatted(code));
    }
    return new Denied(reason(code), last, named ? new NodeId(other) : null);
  }

  private static byte code(Denial reason) {
    return switch (reason) {
      case ALREADY_VOTED -> 1;
      case LOG_BEHIND -> 2;
      case BEHIND_LOST_ENTRIES -> 3;
      case STALE_TERM -> 4;
      case LEADER_ALIVE -> 5;
    };
  }

  private static Denial reason(byte code) throws MalformedException {
    for (Denial reason : Denial.values()) {
      if (code(reason) == code) {
        return reason;
      }
    }
    throw new MalformedException("unknown reason %d of a denied vote".formatted(code));
  }
}
