package dev.balsa.kv;

import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.Empty;
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
  private final StoreState state;

  StateRules(Versions versions, StoreState state) {
    this.versions = versions;
    this.state = state;
  }

  @Nullable KvError errorIn(Put put) {
    if ((put.ignoreValue() || put.ignoreLease()) && versions.newest(put.key()) == null) {
      return KvError.KEY_NOT_FOUND;
    }
    return put.lease() == 0 || leaseExists(put.lease()) ? null : KvError.LEASE_NOT_FOUND;
  }

  @Nullable KvError errorIn(Range range) {
    if (range.revision() > state.revision) {
      return KvError.FUTURE_REVISION;
    }
    return range.revision() > 0 && range.revision() < state.compactRevision
        ? KvError.COMPACTED
        : null;
  }

  /** Only what will run is looked at. */
  @Nullable KvError errorIn(TxnPlan plan) {
    Iterator<TxnPlan> nested = plan.nested().iterator();
    for (Op op : plan.ops()) {
      KvError error =
          switch (op) {
            case Range range -> errorIn(range);
            case Put put -> errorIn(put);
            case DeleteRange delete -> null;
            case Txn txn -> errorIn(nested.next());
            case Empty empty -> KvError.KEY_NOT_FOUND;
          };
      if (error != null) {
        return error;
      }
    }
    return null;
  }

  @Nullable KvError errorInCompaction(long revision) {
    if (revision <= state.compactRevision) {
      return KvError.COMPACTED;
    }
    return revision > state.revision ? KvError.FUTURE_REVISION : null;
  }

  /** No lease can be granted yet, so none exists. */
  private static boolean leaseExists(long lease) {
    return lease == 0;
  }
}
