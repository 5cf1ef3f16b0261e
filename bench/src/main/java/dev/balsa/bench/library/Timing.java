package dev.balsa.bench.library;

/** Timeouts all libraries run with: patient, since all members and the load share few cores. */
final class Timing {
  static final int ELECTION_MIN_MILLIS = 2_000;
  static final int ELECTION_MAX_MILLIS = 3_000;
  static final int HEARTBEAT_MILLIS = 200;

  private Timing() {}
}
