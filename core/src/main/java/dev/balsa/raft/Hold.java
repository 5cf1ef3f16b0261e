package dev.balsa.raft;

/** What holds a member's log up, as its leader sees it. */
public enum Hold {
  /** The leader's own force has not returned. */
  OWN_DISK(
      "its force has not returned",
      "look at this node's disk: a force of the log is slow or hangs"),
  /** No answer came for the least election timeout. */
  SILENT(
      "it says nothing", "start that member, or see why it and the leader do not reach each other"),
  /** It speaks with another data directory than the membership names: its promises are void. */
  DISK_LOST("it lost its disk", "wait until the leader has taken it back and its log is complete"),
  /** Where its log agrees with the leader's is being looked for (paper §5.3). */
  PROBED("its log is being compared", "wait; if that lasts, look at the network to that member"),
  /** The bound of unanswered messages or bytes is met. */
  WINDOW_FULL(
      "as much as may be is on its way to it", "look at that member's disk and the network to it"),
  /** It gets a snapshot, since the log no longer goes back as far as it needs (paper §7). */
  SNAPSHOT("it is sent a snapshot", "wait; snapshots have a pace of their own"),
  /** It answers, but does not hold that entry durably. */
  BEHIND("it is behind", "look at that member's disk and the network to it");

  private final String text;
  private final String remedy;

  Hold(String text, String remedy) {
    this.text = text;
    this.remedy = remedy;
  }

  String text() {
    return text;
  }

  String remedy() {
    return remedy;
  }
}
