package dev.balsa.raft;

import org.jspecify.annotations.Nullable;

/**
 * A node's seat in the group.
 *
 * @param context what the host keeps with the member, such as its name and addresses; opaque here
 * @param incarnation the data directory that the member is known to vote with, or null if none was
 *     told yet: one with another directory has lost its votes and must not vote as its former self
 */
public record Member(NodeId id, Seat seat, Bytes context, @Nullable IncarnationId incarnation) {
  private static final int FIXED_BYTES = 22;

  /** A member of which nothing but its seat is known. */
  public Member(NodeId id, Seat seat) {
    this(id, seat, Bytes.EMPTY, null);
  }

  Member withSeat(Seat other) {
    return new Member(id, other, context, incarnation);
  }

  Member withContext(Bytes other) {
    return new Member(id, seat, other, incarnation);
  }

  Member withIncarnation(@Nullable IncarnationId other) {
    return new Member(id, seat, context, other);
  }

  int bytes() {
    return FIXED_BYTES + context.length();
  }

  @Override
  public String toString() {
    return seat == Seat.VOTER ? id.toString() : id + ":" + seat;
  }
}
