package dev.balsa.raft;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a leader knows of one follower's log, and what it may send it next.
 *
 * <p>A follower is <em>probed</em>, one message at a time, until the place where the logs agree is
 * known; then entries are <em>pipelined</em> without waiting, within a window of messages and
 * bytes. A rejection or a broken connection leads back to probing. A follower that needs what is no
 * longer in the log is sent a snapshot, and no entries, until it has it.
 */
final class Progress {
  private final int messagesMax;
  private final long bytesMax;

  // match < next ≤ the leader's last index + 1
  private long match;
  private long next;
  private Mode mode = new Mode.Probing();

  private sealed interface Mode {
    final class Probing implements Mode {
      boolean sent;
    }

    final class Pipelined implements Mode {
      final ArrayDeque<Inflight> inflight = new ArrayDeque<>();
      long bytes; // sum of inflight[].bytes
    }

    record Snapshot(Shipment shipment) implements Mode {}
  }

  private record Inflight(long last, long bytes) {}

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
    return mode instanceof Mode.Pipelined;
  }

  /** The same as others may see it. */
  Status.Follower status(NodeId follower) {
    return new Status.Follower(follower, match, next, isPipelined(), shipment() != null);
  }

  /** The snapshot on its way to the follower, or null. */
  @Nullable Shipment shipment() {
    return mode instanceof Mode.Snapshot(Shipment shipment) ? shipment : null;
  }

  /** Whether no further entries may be sent before an answer. */
  boolean isPaused() {
    return switch (mode) {
      case Mode.Probing probing -> probing.sent;
      case Mode.Pipelined pipe ->
          pipe.inflight.size() >= messagesMax
              || (pipe.bytes >= bytesMax && !pipe.inflight.isEmpty());
      case Mode.Snapshot snapshot -> true;
    };
  }

  /** Entries up to {@code last} were sent. */
  void sent(long last, long bytes) {
    switch (mode) {
      case Mode.Probing probing -> probing.sent = true;
      case Mode.Pipelined pipe -> {
        next = last + 1;
        pipe.inflight.add(new Inflight(last, bytes));
        pipe.bytes += bytes;
      }
      case Mode.Snapshot snapshot -> throw new InvariantViolation("entries beside %s", snapshot);
    }
  }

  /** The follower holds everything up to {@code index}. Returns whether that is news. */
  boolean acked(long index) {
    boolean news = index > match;
    match = Math.max(match, index);
    next = Math.max(next, match + 1);
    if (mode instanceof Mode.Pipelined pipe) {
      while (!pipe.inflight.isEmpty() && pipe.inflight.getFirst().last() <= match) {
        pipe.bytes -= pipe.inflight.removeFirst().bytes();
      }
    }
    return news;
  }

  /**
   * Whether an answer that rejects {@code index} tells anything new. One that rejects what was
   * acknowledged leads no further back: who lost that without saying so is asked again with the
   * next heartbeat, since an answer at once would be rejected at once, and each copy of it as well.
   */
  boolean isCurrent(long rejected) {
    return switch (mode) {
      case Mode.Probing probing -> rejected == next - 1 && rejected > match;
      case Mode.Pipelined pipe -> rejected > match;
      case Mode.Snapshot snapshot -> false;
    };
  }

  /** The follower lost what it held after {@code index}; what was committed by it stays so. */
  void lose(long index) {
    match = Math.min(match, index);
  }

  /** The logs agree at {@link #match()}: send without waiting from now on. */
  void pipeline() {
    mode = new Mode.Pipelined();
    next = match + 1;
  }

  /** Go on from {@code from}, one message at a time. */
  void probe(long from) {
    mode = new Mode.Probing();
    next = Math.max(match + 1, from);
  }

  /** Sends this snapshot, and entries only once the follower has it. */
  void ship(Shipment shipment) {
    mode = new Mode.Snapshot(shipment);
    next = match + 1;
  }

  /** The probe on its way may be lost: another may be sent. */
  void resume() {
    if (mode instanceof Mode.Probing probing) {
      probing.sent = false;
    }
  }

  void check(long lastIndex) {
    Require.invariant(
        match < next && next <= lastIndex + 1,
        "progress match %s, next %s, last %s",
        match,
        next,
        lastIndex);
    switch (mode) {
      case Mode.Probing probing -> {}
      case Mode.Pipelined pipe ->
          Require.invariant(
              pipe.bytes >= 0 && pipe.inflight.isEmpty() == (pipe.bytes == 0),
              "%s messages of %s bytes in flight",
              pipe.inflight.size(),
              pipe.bytes);
      case Mode.Snapshot(Shipment shipment) -> shipment.check();
    }
  }

  void describe(Fingerprint print, long now, long span) {
    print.add(match).add(next);
    switch (mode) {
      case Mode.Probing probing -> print.add(0).add(probing.sent);
      case Mode.Pipelined pipe -> {
        print.add(1).add(pipe.inflight.size());
        pipe.inflight.forEach(sent -> print.add(sent.last()).add(sent.bytes()));
      }
      case Mode.Snapshot(Shipment shipment) -> shipment.describe(print.add(2), now, span);
    }
    print.add(ackedRound).add(toldCommit).add(forwardedLast).past(heard, now, span);
  }
}
