package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import java.util.List;

/** What a client may ask to be replicated. */
public sealed interface Command {

  /** What may stand in a transaction. */
  sealed interface Op {}

  /**
   * An operation with nothing set, as an etcd client may send one; its transaction is refused with
   * {@link KvResult.KvError#KEY_NOT_FOUND}.
   */
  record Empty() implements Op {}

  /**
   * Reads keys (etcd's RangeRequest). Alone it never enters the log.
   *
   * @param limit the most keys returned, 0 for all
   * @param revision the revision to read at; the newest if not positive
   * @param order with {@link SortOrder#NONE} a target other than the key means ascending
   * @param keysOnly leave the values out
   * @param countOnly return the count and no keys, whatever else is asked
   * @param minModRevision keep keys modified at or after it; like the other three a filter that 0
   *     switches off, that is applied before the limit and does not change {@code count}
   * @param maxModRevision keep keys modified at or before it
   * @param minCreateRevision keep keys created at or after it
   * @param maxCreateRevision keep keys created at or before it
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

  /**
   * Writes one key (etcd's PutRequest).
   *
   * @param lease the lease to attach, 0 for none; whatever was attached before is detached
   * @param prevKv whether to return the record as it was before
   * @param ignoreValue keep the old value; the key must exist and {@code value} be empty
   * @param ignoreLease keep the old lease; the key must exist and {@code lease} be 0
   */
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

    /** Whether neither branch can write, so that the log is not needed. */
    public boolean isReadOnly() {
      return success.stream().allMatch(Txn::isReadOnly)
          && failure.stream().allMatch(Txn::isReadOnly);
    }

    private static boolean isReadOnly(Op op) {
      return switch (op) {
        case Range range -> true;
        case Txn txn -> txn.isReadOnly();
        case Empty empty -> true;
        case Put put -> false;
        case DeleteRange delete -> false;
      };
    }
  }

  /** Forgets what was superseded at or before {@code revision} (etcd's CompactionRequest). */
  record Compact(long revision) implements Command {}

  /**
   * Does nothing of its own: every command removes a part of what was compacted, and this one comes
   * where nobody else writes.
   */
  record Sweep() implements Command {}

  /**
   * Makes a lease (etcd's LeaseGrant).
   *
   * @param id not 0
   * @param ttlSeconds at most {@link CommandRules#LEASE_TTL_SECONDS_MAX}; whoever proposes raises
   *     one that is too short
   */
  record LeaseGrant(long id, long ttlSeconds) implements Command {}

  /** Ends a lease and deletes the keys attached to it, all in one revision. */
  record LeaseRevoke(long id) implements Command {}

  /**
   * Ends leases that the leader's clock has found expired, each with its keys in a revision of its
   * own. It counts only in the term whose leader looked at the clock: passed on to a later leader,
   * who may have renewed the leases since, it does nothing.
   */
  record LeaseExpire(long term, List<Long> ids) implements Command {
    public LeaseExpire {
      ids = List.copyOf(ids);
    }
  }

  /** Writes down what is left of leases; as {@link LeaseExpire} only in the leader's own term. */
  record LeaseCheckpoint(long term, List<Remaining> remaining) implements Command {
    public LeaseCheckpoint {
      remaining = List.copyOf(remaining);
    }
  }

  /** Raises an alarm; one that is raised already stays so. */
  record AlarmRaise(Alarm alarm) implements Command {}

  /** Clears an alarm; no effect if there is none. */
  record AlarmClear(Alarm alarm) implements Command {}

  /**
   * What is left of a lease.
   *
   * @param seconds 0 stands for all of it
   */
  record Remaining(long id, long seconds) {}

  /** Changes who may do what, or tells of somebody who logged in. */
  record Auth(AuthChange change) implements Command {}

  /**
   * A command on behalf of {@code caller}; it is looked at whether that one may, when it is
   * applied. A command without a caller is carried out only while authentication is off, or if it
   * is one that no client can ask for.
   *
   * @param command no {@code As} itself
   */
  record As(Caller caller, Command command) implements Command {
    /** Refuses a caller inside a caller. */
    public As {
      if (command instanceof As) {
        throw new IllegalArgumentException("a command has one caller; give the inner command");
      }
    }

    /** {@code command} itself if there is no caller. */
    public static Command of(Caller caller, Command command) {
      return caller.isNone() ? command : new As(caller, command);
    }
  }

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
