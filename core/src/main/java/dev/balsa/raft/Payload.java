package dev.balsa.raft;

/** What an entry carries. */
public sealed interface Payload {
  /** How many bytes the payload takes in the log, beside {@link Entry#OVERHEAD_BYTES}. */
  int bytes();

  /**
   * A leader's first entry: commits whatever its predecessors left, since only entries of its own
   * term are committed by counting (paper §5.4.2, §8).
   */
  record NoOp() implements Payload {
    @Override
    public int bytes() {
      return 0;
    }
  }

  /** A client's command, opaque to Raft. */
  record Command(Bytes data) implements Payload {
    @Override
    public int bytes() {
      return data.length();
    }
  }

  /**
   * The membership in force from here on: as soon as the entry is in a log, committed or not (paper
   * §6, thesis §4.1).
   */
  record Configuration(Membership membership) implements Payload {
    @Override
    public int bytes() {
      return membership.bytes();
    }
  }
}
