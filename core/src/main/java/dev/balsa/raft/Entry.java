package dev.balsa.raft;

/** One slot of the replicated log: where it stands and what it carries. */
public record Entry(EntryId id, Payload payload) {
  /** What an entry costs beside its payload, in every bound that counts bytes. */
  public static final int OVERHEAD_BYTES = 24;

  public Entry {
    Require.argument(id.index() > 0, "entry %s has no place in a log", id);
  }

  public long term() {
    return id.term();
  }

  public long index() {
    return id.index();
  }

  /** Payload and overhead, as counted by windows and bounds. */
  public int bytes() {
    return OVERHEAD_BYTES + payload.bytes();
  }
}
