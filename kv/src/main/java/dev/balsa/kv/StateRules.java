package dev.balsa.kv;

import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.KvError;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What can be said against a request only by looking at the store. All of it is said before
 * anything is written, against the state before the request and by replicated numbers alone, so
 * every member says the same (etcd 18667: a read at a compacted revision inside a transaction made
 * members differ).
 */
final class StateRules {
  private final Versions versions;
  private final Leases leases;
  private final StoreState state;

  StateRules(Versions versions, Leases leases, StoreState state) {
    this.versions = versions;
    this.leases = leases;
    this.state = state;
  }

  /** A put on its own: etcd looks for the lease first. */
  @Nullable KvError errorIn(Put put) {
    KvError error = leaseError(put);
    return error != null ? error : keyError(put);
  }

  @Nullable KvError errorIn(Range range) {
    if (range.revision() > state.revision) {
      return KvError.FUTURE_REVISION;
    }
    return range.revision() > 0 && range.revision() < state.compactRevision
        ? KvError.COMPACTED
        : null;
  }

  /** Only what will run is looked at. As in etcd, all puts come before the first range. */
  @Nullable KvError errorIn(TxnPlan plan) {
    KvError error = errorIn(plan, this::putError);
    return error != null ? error : errorIn(plan, this::rangeError);
  }

  private static @Nullable KvError errorIn(TxnPlan plan, Judge judge) {
    Iterator<TxnPlan> nested = plan.nested().iterator();
    for (Op op : plan.ops()) {
      KvError error = op instanceof Txn ? errorIn(nested.next(), judge) : judge.errorIn(op);
      if (error != null) {
        return error;
      }
    }
    return null;
  }

  /** One of the rules for an operation that is no transaction. */
  private interface Judge {
    @Nullable KvError errorIn(Op op);
  }

  /** A put in a transaction: etcd looks for the key first. */
  private @Nullable KvError putError(Op op) {
    if (!(op instanceof Put put)) {
      return null;
    }
    KvError error = keyError(put);
    return error != null ? error : leaseError(put);
  }

  private @Nullable KvError rangeError(Op op) {
    return op instanceof Range range ? errorIn(range) : null;
  }

  private @Nullable KvError keyError(Put put) {
    return (put.ignoreValue() || put.ignoreLease()) && versions.newest(put.key()) == null
        ? KvError.KEY_NOT_FOUND
        : null;
  }

  private @Nullable KvError leaseError(Put put) {
    return put.lease() == 0 || leases.exist(put.lease()) ? null : KvError.LEASE_NOT_FOUND;
  }

  @Nullable KvError errorInCompaction(long revision) {
    if (revision <= state.compactRevision) {
      return KvError.COMPACTED;
    }
    return revision > state.revision ? KvError.FUTURE_REVISION : null;
  }
}
