package dev.balsa.raft;

/**
 * Whether the host's disk has space for more entries. A node that is short of it takes no commands
 * as a leader and hands the leadership over, drops entries that do not fit as a follower, and does
 * not hurry to lead; all of that ends by itself once there is space again. Terms, votes, no-ops and
 * changes of the membership go on: a host keeps a reserve for them.
 */
final class Space {
  private final StoredLog stored;

  Space(StoredLog stored) {
    this.stored = stored;
  }

  /** Whether the host wants for space. */
  boolean isShort() {
    return room() < Long.MAX_VALUE;
  }

  /** How many bytes of entries there is room for. */
  long room() {
    return stored.room();
  }

  /** Whether these entries fit. */
  boolean fits(LogSlice slice) {
    return !isShort() || slice.bytes() <= room();
  }
}
