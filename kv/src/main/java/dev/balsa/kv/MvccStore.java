package dev.balsa.kv;

import dev.balsa.kv.Command.AlarmClear;
import dev.balsa.kv.Command.AlarmRaise;
import dev.balsa.kv.Command.As;
import dev.balsa.kv.Command.Auth;
import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.LeaseCheckpoint;
import dev.balsa.kv.Command.LeaseExpire;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.LeaseRevoke;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.AlarmsChanged;
import dev.balsa.kv.KvResult.CompactDone;
import dev.balsa.kv.KvResult.Done;
import dev.balsa.kv.KvResult.Failed;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.LeaseGranted;
import dev.balsa.kv.KvResult.LeasesEnded;
import dev.balsa.kv.KvResult.LeasesMarked;
import dev.balsa.raft.EntryId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The multi-version store: every request is checked in full, then carried out in one revision. */
final class MvccStore {
  private final OrderedStore store;
  private final StoreState state;
  private final Versions versions;
  private final Leases leases;
  private final Alarms alarms;
  private final Compaction compaction;
  private final StateRules rules;
  private final AuthStore auth;
  private final AccessRules access;

  /** Goes on where {@code store} stands. */
  MvccStore(OrderedStore store) {
    this.store = store;
    this.state = StoreState.read(store);
    this.versions = new Versions(store, state);
    this.leases = new Leases(store, state);
    this.alarms = new Alarms(store);
    this.compaction = new Compaction(store, state);
    this.rules = new StateRules(versions, leases, state);
    this.auth = new AuthStore(store, state);
    this.access = new AccessRules(leases);
  }

  /**
   * Carries out {@code command}, of the entry {@code at}, in the open batch, and a part of a
   * compaction that is under way.
   */
  KvResult execute(Command command, EntryId at) {
    KvResult result =
        command instanceof As(Caller caller, Command inner)
            ? execute(caller, inner, at)
            : execute(Caller.NONE, command, at);
    compaction.sweep();
    return result;
  }

  private KvResult execute(Caller caller, Command command, EntryId at) {
    KvError error = CommandRules.WITHOUT_OPS_MAX.errorIn(command);
    if (error == null) {
      error = AlarmRules.errorIn(command, alarms);
    }
    if (error == null) {
      error = access.errorIn(auth.state(), caller, command);
    }
    if (error != null) {
      return failed(error);
    }
    long term = at.term();
    return switch (command) {
      case Put put -> run(rules.errorIn(put), revision -> revision.put(put));
      case DeleteRange delete -> run(null, revision -> revision.delete(delete));
      case Txn txn -> txn(txn);
      case Compact compact -> compact(compact.revision());
      case Command.Sweep sweep -> new CompactDone(state.revision);
      case LeaseGrant grant -> grant(grant);
      case LeaseRevoke(long id) ->
          leases.exist(id) ? end(List.of(id)) : failed(KvError.LEASE_NOT_FOUND);
      case LeaseExpire expire -> end(expire.term() == term ? expire.ids() : List.of());
      case LeaseCheckpoint checkpoint ->
          mark(checkpoint.term() == term ? checkpoint.remaining() : List.of());
      case AlarmRaise(Alarm alarm) -> {
        alarms.raise(alarm);
        yield new AlarmsChanged(state.revision, List.of(alarm));
      }
      case AlarmClear(Alarm alarm) ->
          new AlarmsChanged(state.revision, alarms.clear(alarm) ? List.of(alarm) : List.of());
      case Auth(AuthChange change) -> auth.execute(change, at.index());
      case As as -> throw new IllegalStateException("a caller inside a caller's command");
    };
  }

  /** Reads the newest state, or an older one that {@code range} names, for {@code caller}. */
  KvResult range(Caller caller, Range range) {
    return run(errorIn(caller, range), revision -> revision.range(range));
  }

  /** The same, but what comes after the limit is not counted. */
  KvResult page(Caller caller, Range range) {
    return run(errorIn(caller, range), revision -> revision.page(range));
  }

  private @Nullable KvError errorIn(Caller caller, Range range) {
    KvError error = CommandRules.errorIn(range.range());
    error = error != null ? error : access.errorIn(auth.state(), caller, range);
    return error != null ? error : rules.errorIn(range);
  }

  /**
   * Evaluates {@code txn} at the newest state, for {@code caller}.
   *
   * @throws IllegalArgumentException if it could write
   */
  KvResult read(Caller caller, Txn txn) {
    if (!txn.isReadOnly()) {
      throw new IllegalArgumentException(
          "the transaction can write; submit it as a command instead of reading with it");
    }
    KvError error = CommandRules.WITHOUT_OPS_MAX.errorIn(txn);
    error = error != null ? error : access.errorIn(auth.state(), caller, (Command) txn);
    return error != null ? failed(error) : txn(txn);
  }

  KvResult failed(KvError error) {
    return new Failed(error, state.revision);
  }

  /** The open batch holds the command of {@code applied} and all before it. */
  void reached(EntryId applied) {
    state.applied = applied;
  }

  /** Ends the open batch; it holds the command of {@code applied} and all before it. */
  void commit(EntryId applied) {
    state.applied = applied;
    state.write(store);
    store.commit();
  }

  /** What changed from {@code query.from()} on. */
  History history(HistoryQuery query) {
    return query.run(store, versions, state);
  }

  AuthState auth() {
    return auth.state();
  }

  Leases leases() {
    return leases;
  }

  Alarms alarms() {
    return alarms;
  }

  /** Freezes the store to hash it as of {@code revision}, the newest if not positive. */
  StoreHash.Asked hashAt(long revision) {
    if (revision > state.revision) {
      return new StoreHash.Refused(KvError.FUTURE_REVISION);
    }
    if (revision > 0 && revision < state.compactRevision) {
      return new StoreHash.Refused(KvError.COMPACTED);
    }
    long asOf = revision > 0 ? revision : state.revision;
    return new StoreHash.Ready(new StoreHash(store.freeze(), asOf, state));
  }

  long revision() {
    return state.revision;
  }

  long compactRevision() {
    return state.compactRevision;
  }

  EntryId applied() {
    return state.applied;
  }

  boolean isCompacting() {
    return compaction.isUnderWay();
  }

  long keys() {
    return state.keys;
  }

  long hash() {
    return state.hash.value();
  }

  long bytes() {
    return state.bytes;
  }

  private KvResult txn(Txn txn) {
    TxnPlan plan = TxnPlan.of(txn, versions);
    return run(rules.errorIn(plan), revision -> revision.txn(plan));
  }

  private KvResult compact(long revision) {
    KvError error = rules.errorInCompaction(revision);
    if (error != null) {
      return failed(error);
    }
    compaction.begin(state.compactRevision);
    state.compactRevision = revision;
    return new CompactDone(state.revision);
  }

  private KvResult grant(LeaseGrant grant) {
    if (leases.exist(grant.id())) {
      return failed(KvError.LEASE_EXISTS);
    }
    leases.put(new Lease(grant.id(), grant.ttlSeconds(), 0));
    return new LeaseGranted(state.revision, grant.id(), grant.ttlSeconds());
  }

  private KvResult end(List<Long> ids) {
    List<Long> ended = new ArrayList<>();
    for (long id : ids) {
      if (leases.exist(id)) {
        Revision revision = new Revision(versions, leases, state);
        revision.end(id);
        revision.close();
        ended.add(id);
      }
    }
    return new LeasesEnded(state.revision, ended);
  }

  private KvResult mark(List<Remaining> remaining) {
    List<Remaining> marked = new ArrayList<>();
    for (Remaining left : remaining) {
      Lease lease = leases.find(left.id());
      if (lease != null) {
        leases.put(new Lease(lease.id(), lease.ttlSeconds(), left.seconds()));
        marked.add(left);
      }
    }
    return new LeasesMarked(state.revision, marked);
  }

  private KvResult run(@Nullable KvError error, Function<Revision, Done> request) {
    if (error != null) {
      return failed(error);
    }
    Revision revision = new Revision(versions, leases, state);
    Done done = request.apply(revision);
    revision.close();
    return done;
  }
}
