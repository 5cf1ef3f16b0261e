package dev.balsa.kv;

import dev.balsa.kv.Command.AlarmClear;
import dev.balsa.kv.Command.AlarmRaise;
import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.Compare;
import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.Empty;
import dev.balsa.kv.Command.LeaseCheckpoint;
import dev.balsa.kv.Command.LeaseExpire;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.LeaseRevoke;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.KvError;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be said against a request without looking at the store, in the order in which etcd looks
 * for it. A server checks before it proposes; {@link KvMachine} checks again, since it trusts no
 * log, but with {@link #WITHOUT_OPS_MAX}: a limit that each member may configure differently must
 * not decide what a committed command does.
 *
 * <p>Thread-safe, since nothing in it changes.
 *
 * @param txnOpsMax the most compares, or operations of one branch, that a transaction may have; a
 *     nested one may have as many as its parent left over
 */
public record CommandRules(int txnOpsMax) {
  /** How deep transactions may nest, the outermost one counted. */
  public static final int TXN_DEPTH_MAX = 128;

  /** etcd's limit on how long a lease may live, in seconds: some 285 years. */
  public static final long LEASE_TTL_SECONDS_MAX = 9_000_000_000L;

  /** etcd's limit of 128 operations. */
  public static final CommandRules DEFAULT = new CommandRules(128);

  /** All rules but the one that members may configure. */
  static final CommandRules WITHOUT_OPS_MAX = new CommandRules(Integer.MAX_VALUE);

  /** The first thing wrong with {@code command}, empty if nothing is. */
  public Optional<KvError> check(Command command) {
    return Optional.ofNullable(errorIn(command));
  }

  /** The first thing wrong with {@code range}, empty if nothing is. */
  public Optional<KvError> check(Range range) {
    return Optional.ofNullable(errorIn(range.range()));
  }

  @Nullable KvError errorIn(Command command) {
    return switch (command) {
      case Put put -> put(put);
      case DeleteRange delete -> errorIn(delete.range());
      case Txn txn -> {
        KvError error = txn(txn, txnOpsMax, 1);
        yield error == null && WriteOverlap.isIn(txn) ? KvError.DUPLICATE_KEY : error;
      }
      case Compact compact -> null;
      case Command.Sweep sweep -> null;
      case LeaseGrant grant -> grant(grant);
      case LeaseRevoke revoke -> null;
      case LeaseExpire expire -> null;
      case LeaseCheckpoint checkpoint -> null;
      case AlarmRaise raise -> null;
      case AlarmClear clear -> null;
      case Command.Auth change -> null;
      case Command.As as -> errorIn(as.command());
    };
  }

  static @Nullable KvError errorIn(KeyRange range) {
    return range.key().isEmpty() ? KvError.KEY_NOT_PROVIDED : null;
  }

  private static @Nullable KvError grant(LeaseGrant grant) {
    if (grant.id() == 0) {
      return KvError.LEASE_NOT_FOUND;
    }
    return grant.ttlSeconds() > LEASE_TTL_SECONDS_MAX ? KvError.LEASE_TTL_TOO_LARGE : null;
  }

  private static @Nullable KvError put(Put put) {
    if (put.key().isEmpty()) {
      return KvError.KEY_NOT_PROVIDED;
    }
    if (put.ignoreValue() && !put.value().isEmpty()) {
      return KvError.VALUE_PROVIDED;
    }
    return put.ignoreLease() && put.lease() != 0 ? KvError.LEASE_PROVIDED : null;
  }

  private static @Nullable KvError txn(Txn txn, int opsMax, int depth) {
    int ops = Math.max(txn.compares().size(), Math.max(txn.success().size(), txn.failure().size()));
    if (ops > opsMax || depth > TXN_DEPTH_MAX) {
      return KvError.TOO_MANY_OPS;
    }
    for (Compare compare : txn.compares()) {
      KvError error = errorIn(compare.range());
      if (error != null) {
        return error;
      }
    }
    KvError error = ops(txn.success(), opsMax - ops, depth);
    return error != null ? error : ops(txn.failure(), opsMax - ops, depth);
  }

  private static @Nullable KvError ops(List<Op> ops, int opsMax, int depth) {
    for (Op op : ops) {
      KvError error =
          switch (op) {
            case Range range -> errorIn(range.range());
            case Put put -> put(put);
            case DeleteRange delete -> errorIn(delete.range());
            case Txn txn -> txn(txn, opsMax, depth + 1);
            case Empty empty -> KvError.KEY_NOT_FOUND;
          };
      if (error != null) {
        return error;
      }
    }
    return null;
  }
}
