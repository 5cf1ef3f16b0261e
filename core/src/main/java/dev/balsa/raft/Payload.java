package dev.balsa.raft;

/** What an entry carries. */
public sealed interface Payload {
  /** How many bytes of command data the payload holds; 0 for what the core itself appends. */
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
}
