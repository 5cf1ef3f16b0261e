package dev.balsa.sim;

import dev.balsa.raft.SplitMix;
import java.util.ArrayList;
import java.util.List;

/** What clients asked of one register, what they were told, and in which order both happened. */
public final class History {
  private final List<Operation> operations = new ArrayList<>();

  /** Nothing was asked yet. */
  public History() {}

  /** What a client can ask. */
  public enum Kind {
    READ,
    PUT,
    /** Sets the register if it holds what is expected. */
    CAS
  }

  /** One request. Its outcome is open until it is told. */
  public static final class Operation {
    final Kind kind;
    final long expected;
    final long value;
    final long asked;
    long told = Long.MAX_VALUE; // open: it may have been done, at any time since
    long result;
    boolean refused;

    Operation(Kind kind, long expected, long value, long asked) {
      this.kind = kind;
      this.expected = expected;
      this.value = value;
      this.asked = asked;
    }

    /** The client is told the result: a read's value, or 1 if the register was set and else 0. */
    public void answer(long found, long moment) {
      result = found;
      told = moment;
    }

    /** The client is told that it was not and will not be done. */
    public void refuse() {
      refused = true;
    }

    @Override
    public String toString() {
      String what =
          switch (kind) {
            case READ -> "read";
            case PUT -> "put " + value;
            case CAS -> "cas " + expected + " to " + value;
          };
      String end = told == Long.MAX_VALUE ? "open" : told + " = " + result;
      return what + " [" + asked + ", " + end + "]";
    }
  }

  /** A client asks; {@code moment} is greater than all before. */
  public Operation invoke(Kind kind, long expected, long value, long moment) {
    Operation operation = new Operation(kind, expected, value, moment);
    operations.add(operation);
    return operation;
  }

  /** A value that the register may well hold. */
  long recent(SplitMix random) {
    int from = Math.max(0, operations.size() - 6);
    if (from == operations.size()) {
      return 0;
    }
    return operations.get((int) random.nextBetween(from, operations.size())).value;
  }

  /** What must be explained: all but refused requests and reads without an answer. */
  public List<Operation> operations() {
    return operations.stream()
        .filter(o -> !o.refused && (o.kind != Kind.READ || o.told != Long.MAX_VALUE))
        .toList();
  }

  /** How many requests were answered. */
  long answered() {
    return operations.stream().filter(o -> o.told != Long.MAX_VALUE).count();
  }

  @Override
  public String toString() {
    return operations().toString();
  }
}
