package dev.balsa.raft;

/** Why a follower gets no entries from its leader for now. */
public sealed interface FollowerPaused extends Why {
  @Override
  default Question question() {
    return Question.FOLLOWER_PAUSED;
  }

  /** Who it is. */
  NodeId follower();

  /**
   * It must answer first, or come back.
   *
   * @param match the last index that is known to be durable there
   * @param last the end of the leader's log
   * @param silentNanos since when it has said nothing, or {@link Why#UNKNOWN} if it never did
   */
  record Held(NodeId follower, Hold hold, long match, long last, long silentNanos)
      implements FollowerPaused {
    @Override
    public String text() {
      return "member %s gets no entries, since %s; it holds %s of %s, its last answer came %s"
          .formatted(
              follower,
              hold.text(),
              match,
              last,
              silentNanos == UNKNOWN ? "never" : Why.millis(silentNanos) + " ago");
    }

    @Override
    public String remedy() {
      return hold.remedy();
    }
  }

  /**
   * It gets a snapshot first, since the log no longer goes back as far as it needs (paper §7).
   *
   * @param snapshot the snapshot's last entry
   * @param bytes how much of it is known to be there
   * @param bytesMax its length
   */
  record TakesSnapshot(NodeId follower, EntryId snapshot, long bytes, long bytesMax)
      implements FollowerPaused {
    @Override
    public String text() {
      return "member %s is sent the snapshot up to %s, since the log begins later: %s of %s bytes"
          .formatted(follower, snapshot, bytes, bytesMax);
    }

    @Override
    public String remedy() {
      return Hold.SNAPSHOT.remedy();
    }
  }
}
