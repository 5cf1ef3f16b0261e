package dev.balsa.kv;

import static dev.balsa.kv.Refused.refuseIf;

import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.Compare;
import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.Empty;
import dev.balsa.kv.Command.LeaseCheckpoint;
import dev.balsa.kv.Command.LeaseExpire;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.LeaseRevoke;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Operand;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.SortOrder;
import dev.balsa.kv.Command.SortTarget;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.CompactDone;
import dev.balsa.kv.KvResult.DeleteDone;
import dev.balsa.kv.KvResult.Done;
import dev.balsa.kv.KvResult.Failed;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.LeasesEnded;
import dev.balsa.kv.KvResult.PutDone;
import dev.balsa.kv.KvResult.RangeDone;
import dev.balsa.kv.KvResult.TxnDone;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The store as a list of all that ever happened; every question replays the list. */
final class NaiveModel {
  /** Of every entry in these tests. */
  static final long TERM = 1;

  private final List<Event> events = new ArrayList<>();
  private final NaiveLeases leases = new NaiveLeases();
  private long revision = 1;
  private long compactRevision = -1;

  /** One change; no record means the key was deleted. */
  private record Event(long revision, Bytes key, @Nullable KeyValue kv) {}

  long revision() {
    return revision;
  }

  KvResult execute(Command command) {
    long before = revision;
    try {
      return switch (command) {
        case Put put -> {
          checkShape(put);
          checkState(put);
          yield put(put, before);
        }
        case DeleteRange delete -> {
          checkKey(delete.range());
          yield delete(delete, before);
        }
        case Txn txn -> {
          checkShape(txn);
          checkOverlap(txn);
          Txn resolved = resolve(txn);
          checkState(resolved);
          yield txn(resolved, before);
        }
        case Compact compact -> compact(compact.revision());
        case Command.Sweep sweep -> new CompactDone(revision);
        case LeaseGrant grant -> leases.grant(grant, revision);
        case LeaseRevoke revoke -> {
          refuseIf(!leases.exist(revoke.id()), KvError.LEASE_NOT_FOUND);
          yield end(List.of(revoke.id()));
        }
        case LeaseExpire expire -> end(expire.term() == TERM ? expire.ids() : List.of());
        case LeaseCheckpoint mark -> leases.mark(mark, TERM, revision);
        case Command.AlarmRaise raise -> throw new AssertionError("AlarmTest is about " + raise);
        case Command.AlarmClear clear -> throw new AssertionError("AlarmTest is about " + clear);
        case Command.Auth auth -> throw new IllegalArgumentException("rights are not modelled");
        case Command.As as -> execute(as.command());
      };
    } catch (Refused refused) {
      return new Failed(refused.error(), revision);
    }
  }

  KvResult read(Range range) {
    try {
      checkKey(range.range());
      checkState(range);
      return range(range);
    } catch (Refused refused) {
      return new Failed(refused.error(), revision);
    }
  }

  /** The entries that may be left in the history, as {@code key@revision}. */
  SortedSet<String> history() {
    TreeSet<String> kept = new TreeSet<>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      Event later =
          events.subList(i + 1, events.size()).stream()
              .filter(e -> e.key().equals(event.key()))
              .findFirst()
              .orElse(null);
      boolean readable = later == null || later.revision() > compactRevision;
      boolean tombstone = event.kv() == null;
      if (tombstone ? event.revision() >= compactRevision : later != null && readable) {
        kept.add(event.key() + "@" + event.revision());
      }
    }
    return kept;
  }

  /** Everything from {@code from} on, with the records before as far as they can be read. */
  List<Change> changes(long from) {
    List<Change> changes = new ArrayList<>();
    for (Event event : events.stream().filter(e -> e.revision() >= from).toList()) {
      long before = event.revision() - 1;
      KeyValue prev = before < compactRevision ? null : at(before).get(event.key());
      KeyValue gone = new KeyValue(event.key(), Bytes.EMPTY, 0, event.revision(), 0, 0);
      changes.add(
          event.kv() == null ? new Change(gone, true, prev) : new Change(event.kv(), false, prev));
    }
    return changes;
  }

  long compactRevision() {
    return compactRevision;
  }

  List<Lease> leases() {
    return leases.all();
  }

  List<Bytes> leaseKeys(long id) {
    return newest().values().stream().filter(kv -> kv.lease() == id).map(KeyValue::key).toList();
  }

  private LeasesEnded end(List<Long> ids) {
    List<Long> ended = ids.stream().distinct().filter(leases::exist).toList();
    for (long id : ended) {
      List<Bytes> keys = leaseKeys(id);
      revision += keys.isEmpty() ? 0 : 1;
      keys.forEach(key -> events.add(new Event(revision, key, null)));
      leases.remove(id);
    }
    return new LeasesEnded(revision, ended);
  }

  private PutDone put(Put put, long before) {
    KeyValue old = newest().get(put.key());
    revision = before + 1;
    Bytes value = old != null && put.ignoreValue() ? old.value() : put.value();
    long create = old == null ? revision : old.createRevision();
    long version = old == null ? 1 : old.version() + 1;
    long lease = old != null && put.ignoreLease() ? old.lease() : put.lease();
    events.add(
        new Event(
            revision, put.key(), new KeyValue(put.key(), value, create, revision, version, lease)));
    return new PutDone(revision, put.prevKv() ? old : null);
  }

  private DeleteDone delete(DeleteRange delete, long before) {
    List<KeyValue> doomed = in(delete.range(), newest());
    if (!doomed.isEmpty()) {
      revision = before + 1;
    }
    doomed.forEach(kv -> events.add(new Event(revision, kv.key(), null)));
    return new DeleteDone(revision, doomed.size(), delete.prevKv() ? doomed : List.of());
  }

  private RangeDone range(Range range) {
    List<KeyValue> all = in(range.range(), range.revision() > 0 ? at(range.revision()) : newest());
    if (range.countOnly()) {
      return new RangeDone(revision, List.of(), false, all.size());
    }
    List<KeyValue> kvs = new ArrayList<>(all);
    kvs.removeIf(
        kv ->
            outside(kv.modRevision(), range.minModRevision(), range.maxModRevision())
                || outside(
                    kv.createRevision(), range.minCreateRevision(), range.maxCreateRevision()));
    if (range.order() != SortOrder.NONE || range.target() != SortTarget.KEY) {
      Comparator<KeyValue> order = RangeOf.order(range.target());
      kvs.sort(range.order() == SortOrder.DESCEND ? order.reversed() : order);
    }
    boolean more = range.limit() > 0 && kvs.size() > range.limit();
    return new RangeDone(
        revision,
        kvs.stream()
            .limit(more ? range.limit() : kvs.size())
            .map(kv -> range.keysOnly() ? withoutValue(kv) : kv)
            .toList(),
        more,
        all.size());
  }

  private TxnDone txn(Txn resolved, long before) {
    List<Done> results = new ArrayList<>();
    for (Op op : resolved.success()) {
      results.add(
          switch (op) {
            case Put put -> put(put, before);
            case DeleteRange delete -> delete(delete, before);
            case Range range -> range(range);
            case Txn txn -> txn(txn, before);
            case Empty empty -> throw new AssertionError("an empty operation passed");
          });
    }
    return new TxnDone(revision, resolved.failure().isEmpty(), results);
  }

  /** The branch to run as success; a marker as failure tells that it was the failure branch. */
  private Txn resolve(Txn txn) {
    boolean succeeded = txn.compares().stream().allMatch(this::holds);
    List<Op> ops = new ArrayList<>();
    for (Op op : succeeded ? txn.success() : txn.failure()) {
      ops.add(op instanceof Txn inner ? resolve(inner) : op);
    }
    return new Txn(List.of(), ops, succeeded ? List.of() : List.of(new Empty()));
  }

  private boolean holds(Compare compare) {
    List<KeyValue> kvs = in(compare.range(), newest());
    if (kvs.isEmpty()) {
      return !(compare.operand() instanceof Operand.Value)
          && holds(compare, new KeyValue(Bytes.EMPTY, Bytes.EMPTY, 0, 0, 0, 0));
    }
    return kvs.stream().allMatch(kv -> holds(compare, kv));
  }

  private static boolean holds(Compare compare, KeyValue kv) {
    int sign =
        switch (compare.operand()) {
          case Operand.Version o -> Long.compare(kv.version(), o.version());
          case Operand.CreateRevision o -> Long.compare(kv.createRevision(), o.revision());
          case Operand.ModRevision o -> Long.compare(kv.modRevision(), o.revision());
          case Operand.Lease o -> Long.compare(kv.lease(), o.lease());
          case Operand.Value o -> kv.value().compareTo(o.value());
        };
    return switch (compare.relation()) {
      case EQUAL -> sign == 0;
      case NOT_EQUAL -> sign != 0;
      case GREATER -> sign > 0;
      case LESS -> sign < 0;
    };
  }

  private CompactDone compact(long at) {
    refuseIf(at <= compactRevision, KvError.COMPACTED);
    refuseIf(at > revision, KvError.FUTURE_REVISION);
    compactRevision = at;
    return new CompactDone(revision);
  }

  private void checkState(Txn resolved) {
    List<Op> ops = flat(resolved).toList();
    for (Op op : ops) {
      if (op instanceof Put put) {
        checkKeyIfKept(put);
        checkLease(put);
      }
    }
    for (Op op : ops) {
      if (op instanceof Range range) {
        checkState(range);
      }
    }
  }

  private static Stream<Op> flat(Txn resolved) {
    return resolved.success().stream()
        .flatMap(op -> op instanceof Txn txn ? flat(txn) : Stream.of(op));
  }

  private void checkState(Put put) {
    checkLease(put);
    checkKeyIfKept(put);
  }

  private void checkKeyIfKept(Put put) {
    boolean absent = !newest().containsKey(put.key());
    refuseIf(absent && (put.ignoreValue() || put.ignoreLease()), KvError.KEY_NOT_FOUND);
  }

  private void checkLease(Put put) {
    refuseIf(put.lease() != 0 && !leases.exist(put.lease()), KvError.LEASE_NOT_FOUND);
  }

  private void checkState(Range range) {
    refuseIf(range.revision() > revision, KvError.FUTURE_REVISION);
    refuseIf(range.revision() > 0 && range.revision() < compactRevision, KvError.COMPACTED);
  }

  private static void checkShape(Op op) {
    switch (op) {
      case Put put -> {
        refuseIf(put.key().isEmpty(), KvError.KEY_NOT_PROVIDED);
        refuseIf(put.ignoreValue() && !put.value().isEmpty(), KvError.VALUE_PROVIDED);
        refuseIf(put.ignoreLease() && put.lease() != 0, KvError.LEASE_PROVIDED);
      }
      case DeleteRange delete -> checkKey(delete.range());
      case Range range -> checkKey(range.range());
      case Txn txn -> {
        txn.compares().forEach(compare -> checkKey(compare.range()));
        txn.success().forEach(NaiveModel::checkShape);
        txn.failure().forEach(NaiveModel::checkShape);
      }
      case Empty empty -> throw new Refused(KvError.KEY_NOT_FOUND);
    }
  }

  private static void checkKey(KeyRange range) {
    refuseIf(range.key().isEmpty(), KvError.KEY_NOT_PROVIDED);
  }

  /** Compares each write with each other one that could run beside it. */
  private static void checkOverlap(Txn root) {
    List<Write> writes = new ArrayList<>();
    collect(root, "", writes);
    for (int i = 0; i < writes.size(); i++) {
      for (int j = 0; j < i; j++) {
        Write one = writes.get(i);
        Write other = writes.get(j);
        boolean meet = one.meets(other) || other.meets(one);
        refuseIf(meet && !one.excludes(other), KvError.DUPLICATE_KEY);
      }
    }
  }

  private static void collect(Txn txn, String path, List<Write> writes) {
    collect(txn.success(), path + "+", writes);
    collect(txn.failure(), path + "-", writes);
  }

  private static void collect(List<Op> ops, String path, List<Write> writes) {
    for (int i = 0; i < ops.size(); i++) {
      switch (ops.get(i)) {
        case Put put -> writes.add(new Write(path, KeyRange.single(put.key()), true));
        case DeleteRange delete -> writes.add(new Write(path, delete.range(), false));
        case Txn txn -> collect(txn, path + i, writes);
        case Range range -> {}
        case Empty empty -> {}
      }
    }
  }

  /** A write and the branches that lead to it: + and − for them, digits for places. */
  private record Write(String path, KeyRange range, boolean isPut) {
    boolean excludes(Write other) {
      int common = 0;
      while (common < Math.min(path.length(), other.path.length())
          && path.charAt(common) == other.path.charAt(common)) {
        common++;
      }
      return common < path.length()
          && common < other.path.length()
          && "+-".indexOf(path.charAt(common)) >= 0;
    }

    boolean meets(Write other) {
      return isPut && other.range.contains(range.key());
    }
  }

  private SortedMap<Bytes, KeyValue> newest() {
    return at(Long.MAX_VALUE);
  }

  private SortedMap<Bytes, KeyValue> at(long readRevision) {
    TreeMap<Bytes, KeyValue> state = new TreeMap<>();
    for (Event event : events) {
      if (event.revision() <= readRevision) {
        if (event.kv() == null) {
          state.remove(event.key());
        } else {
          state.put(event.key(), event.kv());
        }
      }
    }
    return state;
  }

  private static List<KeyValue> in(KeyRange range, SortedMap<Bytes, KeyValue> state) {
    return state.values().stream().filter(kv -> range.contains(kv.key())).toList();
  }

  private static boolean outside(long number, long min, long max) {
    return (min != 0 && number < min) || (max != 0 && number > max);
  }

  private static KeyValue withoutValue(KeyValue kv) {
    return new KeyValue(
        kv.key(), Bytes.EMPTY, kv.createRevision(), kv.modRevision(), kv.version(), kv.lease());
  }
}
