package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import java.util.List;

/** What a client may ask to be replicated. */
public sealed interface Command {

  /** A command that may also stand in a transaction. */
  sealed interface Op {}

  /**
   * Reads keys (etcd's RangeRequest). Alone it never enters the log.
   *
   * @param limit the most keys returned, 0 for all
   * @param revision the revision to read at; the newest if not positive
   * @param minModRevision etc.: filters; 0 switches one off. They do not change {@code count}.
   */
  record Range(
      KeyRange range,
      long limit,
      long revision,
      SortOrder order,
      SortTarget target,
      boolean keysOnly,
      boolean countOnly,
      long minModRevision,
      long maxModRevision,
      long minCreateRevision,
      long maxCreateRevision)
      implements Op {
    /** Everything in {@code range} at the newest revision, in key order. */
    public static Range of(KeyRange range) {
      return new Range(range, 0, 0, SortOrder.NONE, SortTarget.KEY, false, false, 0, 0, 0, 0);
    }
  }

  /** Writes one key (etcd's PutRequest). */
  record Put(
      Bytes key, Bytes value, long lease, boolean prevKv, boolean ignoreValue, boolean ignoreLease)
      implements Command, Op {
    /** A plain write without lease. */
    public static Put of(Bytes key, Bytes value) {
      return new Put(key, value, 0, false, false, false);
    }
  }

  /** Deletes every key of a range (etcd's DeleteRangeRequest). */
  record DeleteRange(KeyRange range, boolean prevKv) implements Command, Op {}

  /**
   * Compares, then runs one of two lists of operations, all in one revision (etcd's TxnRequest).
   */
  record Txn(List<Compare> compares, List<Op> success, List<Op> failure) implements Command, Op {
    public Txn {
      compares = List.copyOf(compares);
      success = List.copyOf(success);
      failure = List.copyOf(failure);
    }
  }

  /** Forgets what was superseded at or before {@code revision} (etcd's CompactionRequest). */
  record Compact(long revision) implements Command {}

  /** One condition of a transaction; it must hold for every key of the range. */
  record Compare(KeyRange range, Relation relation, Operand operand) {}

  /** How a key's field relates to the operand. */
  enum Relation {
    EQUAL,
    GREATER,
    LESS,
    NOT_EQUAL
  }

  /** Which field is compared, and with what. */
  sealed interface Operand {
    record Version(long version) implements Operand {}

    record CreateRevision(long revision) implements Operand {}

    record ModRevision(long revision) implements Operand {}

    record Value(Bytes value) implements Operand {}

    record Lease(long lease) implements Operand {}
  }

  /** The order of a range's result. */
  enum SortOrder {
    NONE,
    ASCEND,
    DESCEND
  }

  /** The field a range's result is ordered by. */
  enum SortTarget {
    KEY,
    VERSION,
    CREATE,
    MOD,
    VALUE
  }
}
