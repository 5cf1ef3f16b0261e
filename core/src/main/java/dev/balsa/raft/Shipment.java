package dev.balsa.raft;

/**
 * One snapshot on its way to one follower. It goes in attempts: each begins with the question how
 * much the follower holds, and answers to an earlier attempt count for nothing, so neither a lost
 * chunk nor a follower that began anew confuses it.
 */
final class Shipment {
  final SnapshotMeta snapshot;

  // acked ≤ sent ≤ snapshot.bytes; both 0 until the attempt's first answer
  private long attempt;
  private boolean placed;
  private long acked;
  private long sent;
  private long movedAt; // when the attempt began or acked grew
  private long heardAt;

  Shipment(SnapshotMeta snapshot, long attempt, long now) {
    this.snapshot = snapshot;
    this.heardAt = now;
    restart(attempt, now);
  }

  long attempt() {
    return attempt;
  }

  long acked() {
    return acked;
  }

  long sent() {
    return sent;
  }

  long movedAt() {
    return movedAt;
  }

  long heardAt() {
    return heardAt;
  }

  /** Asks again where the follower stands, and goes on from there. */
  void restart(long nextAttempt, long now) {
    attempt = nextAttempt;
    placed = false;
    acked = 0;
    sent = 0;
    movedAt = now;
  }

  /** The follower holds the first {@code offset} bytes. */
  void held(long offset, long now) {
    Require.invariant(offset <= snapshot.bytes(), "%s acknowledged of %s", offset, snapshot);
    heardAt = now;
    if (!placed || offset > acked) {
      movedAt = now;
      acked = offset;
    }
    sent = Math.max(sent, acked);
    placed = true;
  }

  /** Whether another chunk may leave, given the window of {@code inflightBytesMax}. */
  boolean hasRoom(long inflightBytesMax) {
    return placed && sent < snapshot.bytes() && sent - acked < inflightBytesMax;
  }

  void sentMore(int bytes) {
    sent += bytes;
  }

  void check() {
    Require.invariant(
        acked <= sent && sent <= snapshot.bytes(),
        "snapshot acked %s, sent %s of %s",
        acked,
        sent,
        snapshot);
  }

  void describe(Fingerprint print, long now, long span) {
    snapshot.describe(print);
    print.add(attempt).add(placed).add(acked).add(sent);
    print.past(movedAt, now, 10 * span).past(heardAt, now, 10 * span);
  }
}
