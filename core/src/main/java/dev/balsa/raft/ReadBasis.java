package dev.balsa.raft;

/**
 * What a read was served on.
 *
 * @param path how its place in the log was found
 * @param asOf the time, by the node's own clock, before which nothing was committed that the read
 *     does not see; {@link #UNKNOWN} if nothing tells
 */
public record ReadBasis(Path path, long asOf) {
  /** No time is known. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  /** What this node happens to have applied. */
  public static final ReadBasis STALE = new ReadBasis(Path.STALE, UNKNOWN);

  /** How a read's place in the log was found. */
  public enum Path {
    /** A majority confirmed the leader after the read was asked (thesis §6.4). */
    READ_INDEX,
    /** The leader's lease had not ended when the read was asked (thesis §6.4.1). */
    LEASE,
    /** The read allowed to be served on what is known from before. */
    BOUNDED,
    /** Nobody was asked. */
    STALE
  }

  /** How much time had passed since {@link #asOf} at {@code now}; the greatest if unknown. */
  public long age(long now) {
    return asOf == UNKNOWN ? Long.MAX_VALUE : Math.max(0, now - asOf);
  }
}
