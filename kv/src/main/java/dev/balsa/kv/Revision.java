package dev.balsa.kv;

import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.Empty;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.DeleteDone;
import dev.balsa.kv.KvResult.Done;
import dev.balsa.kv.KvResult.PutDone;
import dev.balsa.kv.KvResult.RangeDone;
import dev.balsa.kv.KvResult.TxnDone;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request while it runs: everything it changes belongs to one new revision, and if it changes
 * nothing there is none. Its own later operations see the changes at that revision. The request was
 * checked; nothing here can fail.
 */
final class Revision {
  private final Versions versions;
  private final Leases leases;
  private final StoreState state;
  private int changes;

  Revision(Versions versions, Leases leases, StoreState state) {
    this.versions = versions;
    this.leases = leases;
    this.state = state;
  }

  PutDone put(Put put) {
    Bytes stored = versions.newest(put.key());
    KeyValue old = stored == null ? null : StoredVersion.decode(put.key(), stored);
    ChangeKey place = nextPlace();
    KeyValue next = successor(old, put, place.revision());
    versions.put(next, stored, place);
    leases.move(put.key(), old == null ? 0 : old.lease(), next.lease());
    return new PutDone(current(), put.prevKv() ? old : null);
  }

  DeleteDone delete(DeleteRange delete) {
    List<KeyValue> doomed = new ArrayList<>();
    List<Bytes> stored = new ArrayList<>();
    versions.ascend(
        delete.range(),
        (key, version) -> {
          doomed.add(StoredVersion.decode(key, version));
          return stored.add(version);
        });
    for (int i = 0; i < doomed.size(); i++) {
      Bytes key = Bytes.wrap(doomed.get(i).key().toByteArray());
      versions.delete(key, stored.get(i), nextPlace());
      leases.move(key, doomed.get(i).lease(), 0);
    }
    return new DeleteDone(current(), doomed.size(), delete.prevKv() ? doomed : List.of());
  }

  /** Deletes the keys of a lease, in key order as etcd does, and the lease itself. */
  void end(long lease) {
    for (Bytes key : leases.keys(lease)) {
      delete(new DeleteRange(KeyRange.single(key), false));
    }
    leases.remove(lease);
  }

  RangeDone range(Range range) {
    return RangeQuery.run(range, versions, state, current());
  }

  RangeDone page(Range range) {
    return RangeQuery.page(range, versions, state, current());
  }

  TxnDone txn(TxnPlan plan) {
    Iterator<TxnPlan> nested = plan.nested().iterator();
    List<Done> results = new ArrayList<>(plan.ops().size());
    for (Op op : plan.ops()) {
      results.add(
          switch (op) {
            case Range range -> range(range);
            case Put put -> put(put);
            case DeleteRange delete -> delete(delete);
            case Txn txn -> txn(nested.next());
            case Empty empty -> throw new IllegalStateException("an empty operation passed");
          });
    }
    return new TxnDone(current(), plan.succeeded(), results);
  }

  /** The newest revision, the one in the making included. */
  long current() {
    return changes == 0 ? state.revision : Math.incrementExact(state.revision);
  }

  /** Makes the changes, if there are any, the store's newest revision. */
  void close() {
    state.revision = current();
    changes = 0;
  }

  private ChangeKey nextPlace() {
    int place = changes;
    changes = Math.incrementExact(changes);
    return new ChangeKey(current(), place);
  }

  private static KeyValue successor(@Nullable KeyValue old, Put put, long revision) {
    if (old == null) {
      return new KeyValue(put.key(), put.value(), revision, revision, 1, put.lease());
    }
    return new KeyValue(
        put.key(),
        put.ignoreValue() ? old.value() : put.value(),
        old.createRevision(),
        revision,
        old.version() + 1,
        put.ignoreLease() ? old.lease() : put.lease());
  }
}
