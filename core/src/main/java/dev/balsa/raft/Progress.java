package dev.balsa.raft;

import java.util.ArrayDeque;

/**
 * What a leader knows of one follower's log, and what it may send it next.
 *
 * <p>A follower is <em>probed</em>, one message at a time, until the place where the logs agree is
 * known; then entries are <em>pipelined</em> without waiting, within a window of messages and
 * bytes. A rejection or a broken connection leads back to probing.
 */
final class Progress {
  private final int messagesMax;
  private final long bytesMax;

  // match < next ≤ the leader's last index + 1
  private long match;
  private long next;
  private boolean pipelined;
  private boolean probeSent;

  private record Inflight(long last, long bytes) {}

  private final ArrayDeque<Inflight> inflight = new ArrayDeque<>();
  private long inflightBytes; // sum of inflight[].bytes

  /** The latest read round this follower confirmed. */
  long ackedRound;

  /** When this follower answered last; long before the origin of time if never. */
  long heard = Long.MIN_VALUE;

  /** The commit index that the latest message told. */
  long toldCommit;

  /** The last entry that came from this follower's clients, 0 if none. */
  long forwardedLast;

  Progress(RaftConfig config, long next) {
    messagesMax = config.inflightMessagesMax();
    bytesMax = config.inflightBytesMax();
    this.next = next;
  }

  long match() {
    return match;
  }

  long next() {
    return next;
  }

  boolean isPipelined() {
    return pipelined;
  }

  /** Whether no further entries may be sent before an answer. */
  boolean isPaused() {
    return pipelined
        ? inflight.size() >= messagesMax || (inflightBytes >= bytesMax && !inflight.isEmpty())
        : probeSent;
  }

  /** Entries up to {@code last} were sent. */
  void sent(long last, long bytes) {
    if (pipelined) {
      next = last + 1;
      inflight.add(new Inflight(last, bytes));
      inflightBytes += bytes;
    } else {
      probeSent = true;
    }
  }

  /** The follower holds everything up to {@code index}. Returns whether that is news. */
  boolean acked(long index) {
    boolean news = index > match;
    match = Math.max(match, index);
    next = Math.max(next, match + 1);
    while (!inflight.isEmpty() && inflight.getFirst().last() <= match) {
      inflightBytes -= inflight.removeFirst().bytes();
    }
    return news;
  }

  /** Whether an answer that rejects {@code index} tells anything new. */
  boolean isCurrent(long rejected) {
    return pipelined ? rejected > match : rejected == next - 1;
  }

  /** The logs agree at {@link #match()}: send without waiting from now on. */
  void pipeline() {
    pipelined = true;
    probeSent = false;
    next = match + 1;
  }

  /** Go on from {@code from}, one message at a time. */
  void probe(long from) {
    pipelined = false;
    probeSent = false;
    inflight.clear();
    inflightBytes = 0;
    next = Math.max(match + 1, from);
  }

  /** The probe on its way may be lost: another may be sent. */
  void resume() {
    probeSent = false;
  }

  void check(long lastIndex) {
    Require.invariant(
        match < next && next <= lastIndex + 1,
        "progress match %s, next %s, last %s",
        match,
        next,
        lastIndex);
    Require.invariant(
        inflightBytes >= 0 && inflight.isEmpty() == (inflightBytes == 0),
        "%s messages of %s bytes in flight",
        inflight.size(),
        inflightBytes);
  }

  void describe(Fingerprint print, long now, long span) {
    print.add(match).add(next).add(pipelined).add(probeSent).add(inflight.size());
    inflight.forEach(sent -> print.add(sent.last()).add(sent.bytes()));
    print.add(ackedRound).add(toldCommit).add(forwardedLast).past(heard, now, span);
  }
}
