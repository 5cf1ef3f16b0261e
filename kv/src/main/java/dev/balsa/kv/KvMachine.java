package dev.balsa.kv;

import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Sentence;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * etcd's data model as a replicated state machine. Commands come encoded by {@link CommandCodec}
 * and should have passed {@link CommandRules}; what they change, the revision and the applied index
 * reach the store in one batch for each {@link #apply}.
 *
 * <p>Used by one thread at a time, reads included.
 */
public final class KvMachine implements StateMachine<KvResult> {
  private final OrderedStore storage;
  private final EntryId recovered;
  private MvccStore store;

  /** An empty machine in memory. */
  public KvMachine() {
    this(new MemoryStore());
  }

  /**
   * A machine that goes on where {@code store} stands.
   *
   * @throws MalformedBytesException if the store holds the data of another format
   */
  public KvMachine(OrderedStore store) {
    this.storage = store;
    this.store = new MvccStore(store);
    this.recovered = this.store.applied();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a command stands at or before {@link #applied()}
   */
  @Override
  public List<KvResult> apply(List<Committed> commands) {
    List<KvResult> results = execute(commands);
    if (!commands.isEmpty()) {
      store.commit(commands.getLast().id());
    }
    return results;
  }

  /**
   * Does what {@link #apply} does, but for the end of the batch: a machine around this one goes on
   * to fill it, with more commands or {@link #beside()}, and ends it by {@link #commit}.
   *
   * @throws IllegalArgumentException if a command stands at or before {@link #applied()}
   */
  public List<KvResult> execute(List<Committed> commands) {
    List<KvResult> results = new ArrayList<>(commands.size());
    for (Committed command : commands) {
      if (command.id().index() <= store.applied().index()) {
        throw appliedAlready(command.id(), store.applied());
      }
      results.add(execute(command));
      store.reached(command.id());
    }
    return results;
  }

  /**
   * Ends the batch: the state of {@code applied}, an entry of the machine around this one, is what
   * was executed and written to {@link #beside()} so far. All of it reaches the store at once.
   *
   * @throws IllegalArgumentException if the entry stands before {@link #applied()}
   */
  public void commit(EntryId applied) {
    if (applied.index() < store.applied().index()) {
      throw appliedAlready(applied, store.applied());
    }
    store.commit(applied);
  }

  private static IllegalArgumentException appliedAlready(EntryId entry, EntryId last) {
    return new IllegalArgumentException(
        Sentence.of(
                "command %s comes after %s, which is applied already; apply each entry once",
                entry, last)
            .toString());
  }

  /** What a machine around this one keeps in the same store. */
  public Beside beside() {
    return new Beside(storage);
  }

  /** The last entry that the store held when this machine was made. */
  @Override
  public EntryId recovered() {
    return recovered;
  }

  /** Freezes all keys with their history, the revisions and the hash; may be written repeatedly. */
  @Override
  public Capture capture() {
    return new KvSnapshot(storage.freeze(), store.applied());
  }

  /**
   * {@inheritDoc}
   *
   * @throws MalformedBytesException if the parts are not a snapshot of this format
   */
  @Override
  public void restore(Source source) {
    KvSnapshot.restore(storage, source);
    store = new MvccStore(storage);
  }

  /**
   * Reads keys at the newest revision or at the one that {@code range} names; a {@link
   * KvResult.RangeDone} or a {@link KvResult.Failed}.
   */
  public KvResult range(Range range) {
    return range(Caller.NONE, range);
  }

  /** The same for {@code caller}, who needs the permission while authentication is on. */
  public KvResult range(Caller caller, Range range) {
    return store.range(caller, range);
  }

  /**
   * The same for who reads a long range page by page: where the limit cuts, nothing is looked at
   * behind it, so that the count ends there, too.
   */
  public KvResult page(Caller caller, Range range) {
    return store.page(caller, range);
  }

  /**
   * Evaluates a transaction that only reads; a {@link KvResult.TxnDone} or a {@link
   * KvResult.Failed}.
   *
   * @throws IllegalArgumentException if not {@link Txn#isReadOnly()}
   */
  public KvResult read(Txn txn) {
    return read(Caller.NONE, txn);
  }

  /**
   * The same for {@code caller}, who needs all permissions that either branch takes.
   *
   * @throws IllegalArgumentException if not {@link Txn#isReadOnly()}
   */
  public KvResult read(Caller caller, Txn txn) {
    return store.read(caller, txn);
  }

  /** Who may do what now; the same object until that changes. */
  public AuthState auth() {
    return store.auth();
  }

  /** What changed, for those who watch. */
  public History history(HistoryQuery query) {
    return store.history(query);
  }

  /** The lease of this id, null if there is none. */
  public @Nullable Lease lease(long id) {
    return store.leases().find(id);
  }

  /** All leases, by id. */
  public List<Lease> leases() {
    return store.leases().all();
  }

  /** The keys attached to a lease, in order; none if there is no such lease. */
  public List<Bytes> leaseKeys(long id) {
    return store.leases().keys(id);
  }

  /** How many keys are attached to a lease, counted no further than {@code max}. */
  public int leaseKeyCount(long id, int max) {
    return store.leases().keyCount(id, max);
  }

  /** All alarms, by type and member. */
  public List<Alarm> alarms() {
    return store.alarms().all();
  }

  /** Whether there is such an alarm. */
  public boolean hasAlarm(Alarm alarm) {
    return store.alarms().has(alarm);
  }

  /**
   * Freezes the store, to hash it as it was at {@code revision} on another thread.
   *
   * @param revision the newest if not positive
   */
  public StoreHash.Asked hashAt(long revision) {
    return store.hashAt(revision);
  }

  /** The newest revision, from 1. */
  public long revision() {
    return store.revision();
  }

  /** The last compacted revision, −1 before the first compaction. */
  public long compactRevision() {
    return store.compactRevision();
  }

  /** Whether what was compacted is still being removed, a part with each command. */
  public boolean isCompacting() {
    return store.isCompacting();
  }

  /** The last applied entry, {@link EntryId#ZERO} before the first. */
  public EntryId applied() {
    return store.applied();
  }

  /** How many keys exist. */
  public long keys() {
    return store.keys();
  }

  /**
   * How many bytes of keys and values, with old versions and leases, the store holds: the same on
   * every member at the same entry. What was compacted counts until it is removed.
   */
  public long bytes() {
    return store.bytes();
  }

  /**
   * About how many bytes the store takes where it is, those that it will give back included; not
   * less than {@link #bytes()}, even if it compresses them.
   */
  public long diskBytes() {
    return Math.max(storage.bytes(), bytes());
  }

  /**
   * A hash over every change up to {@link #revision()}: two replicas at one revision must agree,
   * whatever they have compacted.
   */
  public long stateHash() {
    return store.hash();
  }

  private KvResult execute(Committed committed) {
    Command command;
    try {
      command = CommandCodec.decode(committed.command());
    } catch (MalformedBytesException malformed) {
      return store.failed(KvError.MALFORMED);
    }
    return store.execute(command, committed.id());
  }
}
