package dev.balsa.node.codec;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Seat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The byte form of a membership, as the package's page says. */
public final class MembershipCodec {
  private static final int MEMBER_BYTES = 22;

  private MembershipCodec() {}

  /** How many bytes {@link #write} puts. */
  public static int length(Membership membership) {
    return membership.bytes();
  }

  /** Puts {@code membership} into {@code out}. */
  public static void write(Membership membership, ByteBuffer out) {
    out.putInt(membership.members().size()).putInt(membership.removed().size());
    for (Member member : membership.members()) {
      IncarnationId incarnation = member.incarnation();
      out.putLong(member.id().value()).put(code(member.seat()));
      out.put((byte) (incarnation == null ? 0 : 1));
      out.putLong(incarnation == null ? 0 : incarnation.value());
      out.putInt(member.context().length());
      member.context().writeTo(out::put);
    }
    membership.removed().forEach(node -> out.putLong(node.value()));
  }

  /**
   * Reads all that remains in {@code in}; contexts are copied.
   *
   * @throws MalformedException if that is no membership
   */
  public static Membership read(ByteBuffer in) throws MalformedException {
    int members = count(in, 2 * Integer.BYTES);
    int removed = count(in, Integer.BYTES);
    List<Member> seats = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      seats.add(member(in));
    }
    if (in.remaining() != (long) removed * Long.BYTES) {
      throw new MalformedException(
          "membership has %d bytes for %s removed members"
              .formatted(in.remaining(), Integer.toUnsignedString(removed)));
    }
    List<NodeId> gone = new ArrayList<>();
    for (int i = 0; i < removed; i++) {
      gone.add(new NodeId(in.getLong()));
    }
    try {
      return new Membership(seats, gone);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()));
    }
  }

  private static int count(ByteBuffer in, int needed) throws MalformedException {
    int count = in.remaining() < needed ? -1 : in.getInt();
    if (count < 0 || count > in.remaining()) {
      throw new MalformedException(
          "membership says %s members, %d bytes are left"
              .formatted(Integer.toUnsignedString(count), in.remaining()));
    }
    return count;
  }

  private static Member member(ByteBuffer in) throws MalformedException {
    if (in.remaining() < MEMBER_BYTES) {
      throw new MalformedException(
          "member has %d of at least %d bytes".formatted(in.remaining(), MEMBER_BYTES));
    }
    NodeId id = new NodeId(in.getLong());
    Seat seat = seat(in.get());
    byte known = in.get();
    long incarnation = in.getLong();
    int length = in.getInt();
    if (length < 0 || length > in.remaining() || known < 0 || known > 1) {
      throw new MalformedException(
          "member %s says %s bytes of context with flag %d, %d are left"
              .formatted(id, Integer.toUnsignedString(length), known, in.remaining()));
    }
    byte[] context = new byte[length];
    in.get(context);
    @Nullable IncarnationId directory = known == 1 ? new IncarnationId(incarnation) : null;
    return new Member(id, seat, Bytes.wrap(context), directory);
  }

  /** The code of a seat, for the wire and the disk. */
  public static byte code(Seat seat) {
    return switch (seat) {
      case LEARNER -> 0;
      case JOINING -> 1;
      case VOTER -> 2;
      case INCOMING -> 3;
      case OUTGOING -> 4;
      case DEMOTED -> 5;
    };
  }

  /**
   * The seat that {@code code} stands for.
   *
   * @throws MalformedException if there is none
   */
  public static Seat seat(byte code) throws MalformedException {
    for (Seat seat : Seat.values()) {
      if (code(seat) == code) {
        return seat;
      }
    }
    throw new MalformedException("unknown seat %d of a member".formatted(code));
  }
}
