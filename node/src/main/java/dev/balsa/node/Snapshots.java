package dev.balsa.node;

import dev.balsa.node.snapshot.KeptState;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.Wal;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Ready.SnapshotWork;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.StoredLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a node does about snapshots beside the core. The loop sees that one is due, the applying
 * thread captures the state, the loop learns of it, {@link SnapshotThread} writes and forces it,
 * and the loop tells the core. All methods are the loop's but {@link #restore}, {@link #captured}
 * and {@link #close}.
 */
final class Snapshots implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RaftNode.class.getName());

  /** For how many bytes of entries, twice, a machine that keeps its state is told to do so. */
  private static final long KEEP_BYTES = 32L << 20;

  /** So much of the log is enough for followers that are a little late, however few entries. */
  private static final long TAIL_BYTES = 16L << 20;

  /** How long a snapshot waits for which there was no space. */
  private static final long AGAIN_NANOS = 5_000_000_000L;

  private final SnapshotStore store;
  private final Wal wal;
  private final SnapshotTriggers triggers;
  private final Runnable wakeup;
  private final SnapshotThread thread;
  private final ConcurrentLinkedQueue<Captured> captures = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Input> results = new ConcurrentLinkedQueue<>();
  private volatile boolean closed; // written by close
  private volatile boolean putOff; // set by the worker, cleared by the loop
  private long againAt; // by nanoTime, 0 if nothing was put off

  // Since the latest snapshot.
  private @Nullable SnapshotMeta latest;
  private long latestIndex;
  private long latestBytes;
  private long latestAt;
  private long bytes;
  private long grown; // before the one that is being taken
  private long heavyTail; // entries up to here need not stay before the latest, 0 if none
  private boolean taking;
  private boolean wanted; // by the core: with all its bytes
  private boolean unsupported;
  private long burden; // the last entry that the log should let go of, 0 if none

  private record Captured(EntryId last, StateMachine.@Nullable Capture capture) {}

  Snapshots(
      SnapshotStore store,
      Wal wal,
      SnapshotTriggers triggers,
      Runnable wakeup,
      SnapshotThread thread) {
    this.store = store;
    this.wal = wal;
    this.triggers = triggers;
    this.wakeup = wakeup;
    this.thread = thread;
    this.latestAt = System.nanoTime();
  }

  /**
   * The latest snapshot that the log goes on from, or null if there is none and need not be.
   *
   * <p>Where damage to the snapshots leaves a gap before the log, the node goes on from the older
   * one, or from nothing, and its peers send the rest.
   *
   * @param isThere whether the state is, which some state machines keep by themselves
   * @param hasPeers whether there are any
   * @param told what happened, for the log
   * @throws StorageException if entries between the snapshots and the log are missing, without
   *     peers
   */
  static @Nullable SnapshotMeta connect(
      SnapshotStore store,
      Wal wal,
      Predicate<SnapshotMeta> isThere,
      boolean hasPeers,
      BiConsumer<Level, String> told) {
    store.damaged().forEach(damage -> told.accept(Level.WARNING, damage));
    List<SnapshotMeta> found = store.list().stream().filter(isThere).toList();
    for (SnapshotMeta snapshot : found) {
      if (snapshot.last().index() >= wal.base().index()) {
        if (!wal.holds(snapshot.last())) {
          told.accept(
              Level.INFO,
              "log ends at %s without %s; it begins anew behind that snapshot"
                  .formatted(wal.last(), snapshot.last()));
          wal.restart(snapshot.last());
          wal.force();
        }
        return snapshot;
      }
    }
    if (wal.base().index() == 0) {
      return null;
    }
    if (hasPeers) {
      SnapshotMeta newest = found.isEmpty() ? null : found.getFirst();
      told.accept(
          Level.WARNING,
          "the log begins after entry %s, but no snapshot reaches it (found: %s); all after that is to be got from the peers"
              .formatted(wal.base(), newest == null ? "none" : newest.last()));
      wal.loseAll(newest == null ? EntryId.ZERO : newest.last());
      return newest;
    }
    throw new StorageException(
        "the log begins after entry %s, but no snapshot reaches it (found: %s); restore the data directory from a copy, or remove this member from the cluster and add it anew with an empty --data-dir"
            .formatted(wal.base(), found.stream().map(SnapshotMeta::last).toList()));
  }

  /** Whether there is a snapshot's state, for {@link #connect}. */
  static boolean isThere(SnapshotStore store, SnapshotMeta snapshot, EntryId recovered) {
    boolean there = KeptState.isThere(store, snapshot, recovered);
    if (!there) {
      LOG.log(
          Level.WARNING,
          "the state machine kept its state up to entry {0} by itself, but now has it only up to"
              + " {1}; put back what it kept, or let this member get all from its peers",
          store.kept(snapshot),
          recovered);
    }
    return there;
  }

  /**
   * A state machine goes on from what it kept only if that came from this log: it holds the last
   * entry in it, or lost it to damage and will get it again.
   *
   * @param latest the snapshot that the node starts from, which replaces an older state
   * @throws StorageException if not
   */
  static void requireSameHistory(EntryId recovered, @Nullable SnapshotMeta latest, Wal wal) {
    boolean replaced = latest != null && recovered.index() <= latest.last().index();
    if (recovered.index() > 0 && !replaced && wal.lost() == null && !wal.holds(recovered)) {
      throw new StorageException(
          "the state machine kept its state after entry %s, but the log holds what follows %s up to %s; put back the log it belongs to, or remove what it kept so that it begins with this one"
              .formatted(recovered, wal.base(), wal.last()));
    }
  }

  /** Where the core looks for entries and for the snapshots it sends. */
  StoredLog stored() {
    return new StoredLog() {
      @Override
      public List<Entry> read(long from, long to, long bytesMax) {
        return wal.read(from, to, bytesMax);
      }

      @Override
      public long room() {
        return wal.room();
      }

      @Override
      public long burden() {
        return Math.max(burden, heavyTail);
      }

      @Override
      public Bytes readSnapshot(SnapshotMeta snapshot, long offset, int bytesMax) {
        return store.read(snapshot, offset, bytesMax);
      }
    };
  }

  /** Entries are handed to the state machine. */
  void applying(List<Entry> entries) {
    for (Entry entry : entries) {
      bytes += entry.bytes();
    }
  }

  /**
   * The log of this group holds up the space of others: all up to {@code applied} should go as soon
   * as a snapshot stands for it.
   *
   * @return the snapshot there is already, or null
   */
  @Nullable SnapshotMeta relieve(long applied) {
    burden = Math.max(burden, applied);
    return latest;
  }

  /** Whether there can be any; the first attempt to take one tells. */
  boolean areSupported() {
    return !unsupported;
  }

  /** Whether the state should be captured now; says so once, until {@link #captured}. */
  boolean isDue(long applied) {
    if (putOff) {
      putOff = false;
      taking = false;
      againAt = System.nanoTime() + AGAIN_NANOS;
    }
    if (againAt != 0 && System.nanoTime() - againAt < 0) {
      return false;
    }
    if (wanted && !taking) {
      taking = true;
      return true;
    }
    if (taking || unsupported || applied <= latestIndex) {
      return false;
    }
    boolean worthIt = bytes >= latestBytes / 2;
    boolean due =
        (worthIt && (applied - latestIndex >= triggers.entries() || bytes >= triggers.bytes()))
            || System.nanoTime() - latestAt >= triggers.nanos()
            || latestIndex < burden;
    taking = due;
    if (due) {
      grown = bytes;
      bytes = 0;
    }
    return due;
  }

  /** The core wants one with all its bytes. */
  void want() {
    wanted = !unsupported;
  }

  /** Gives {@code machine} the state of a snapshot. The applying thread. */
  void restore(SnapshotMeta snapshot, StateMachine<?> machine) {
    store.open(snapshot, machine::restore);
  }

  /** The state after {@code last} is frozen; null if the machine has no snapshots. Any thread. */
  void captured(EntryId last, StateMachine.@Nullable Capture capture) {
    captures.add(new Captured(last, capture));
    wakeup.run();
  }

  /** What the core must be told next, or null. */
  @Nullable Input poll(LongFunction<Membership> membershipAt) {
    for (Captured next = captures.poll(); next != null; next = captures.poll()) {
      write(next, membershipAt);
    }
    Input result = results.poll();
    if (result instanceof Input.SnapshotTaken(SnapshotMeta snapshot)) {
      taking = false;
      wanted &= !snapshot.isWritten();
      reached(snapshot);
    }
    return result;
  }

  private void write(Captured captured, LongFunction<Membership> membershipAt) {
    StateMachine.Capture capture = captured.capture();
    if (capture == null) {
      unsupported = true;
      LOG.log(
          Level.WARNING,
          "the state machine has no snapshots: the log grows and is replayed from its start;"
              + " implement StateMachine.capture and restore");
      return;
    }
    EntryId last = captured.last();
    Membership membership = membershipAt.apply(last.index());
    boolean wholly = wanted;
    thread.leave(
        () -> {
          try (capture) {
            StateMachine.Capture stoppable = sink -> capture.writeTo(part -> write(sink, part));
            EntryId kept = capture.keep();
            SnapshotMeta meta =
                kept == null || wholly
                    ? store.write(last, membership, stoppable)
                    : store.mark(last, membership, kept);
            tell(new Input.SnapshotTaken(meta));
          } catch (StorageException e) {
            putOff(e);
          }
        });
  }

  /** What there is no space for is tried again a while later; the log stays as it is till then. */
  private void putOff(StorageException failure) {
    if (!failure.isNoSpace()) {
      throw failure;
    }
    LOG.log(Level.WARNING, "no snapshot for now: {0}", failure.getMessage());
    putOff = true;
    wakeup.run();
  }

  private void write(StateMachine.Sink sink, Bytes part) {
    if (closed) {
      throw new SnapshotThread.Closed();
    }
    sink.write(part);
  }

  private void tell(Input result) {
    results.add(result);
    wakeup.run();
  }

  /** The node has this snapshot, by its own hand or its leader's. */
  void reached(SnapshotMeta snapshot) {
    if (snapshot.last().index() > latestIndex) {
      latest = snapshot;
      heavyTail = grown >= TAIL_BYTES ? latestIndex : heavyTail;
      latestIndex = snapshot.last().index();
      latestBytes =
          snapshot.isWritten() ? snapshot.bytes() : Math.min(latestBytes + grown, KEEP_BYTES);
      grown = 0;
      latestAt = System.nanoTime();
    }
  }

  /** Keeps what the leader sends; a complete snapshot is checked and forced elsewhere. */
  void store(SnapshotWork.Store part) {
    store.store(part);
    SnapshotMeta snapshot = part.snapshot();
    if (part.offset() + part.data().length() == snapshot.bytes()) {
      thread.leave(
          () ->
              tell(
                  store.finish(snapshot)
                      ? new Input.SnapshotReceived(snapshot)
                      : new Input.SnapshotRejected(snapshot)));
    }
  }

  /**
   * Deletes what is not needed; the log goes back to the oldest snapshot that stays, or to the
   * latest one where it would hold up the space of others.
   */
  void release(SnapshotWork.Release release) {
    EntryId oldest = store.release(release.oldest());
    boolean free = release.base().index() <= Math.max(oldest.index(), burden);
    wal.release(free ? release.base() : oldest);
  }

  /** When {@link #isDue} may say yes though nothing else happens; the state is {@code applied}. */
  long deadline(long applied) {
    long now = System.nanoTime();
    if (putOff) {
      return now;
    }
    if (taking || unsupported || (applied <= latestIndex && !wanted)) {
      return Long.MAX_VALUE;
    }
    if (againAt - now > 0) {
      return againAt;
    }
    if (wanted || latestIndex < burden) {
      return now;
    }
    long time = latestAt + triggers.nanos();
    return time < latestAt ? Long.MAX_VALUE : time;
  }

  /** Nobody needs any more what is being written. Any thread. */
  void stop() {
    closed = true;
  }

  /** Closes the files; the other threads of the node have ended, or are done with this. */
  @Override
  public void close() {
    closed = true;
    for (Captured next = captures.poll(); next != null; next = captures.poll()) {
      if (next.capture() != null) {
        next.capture().close();
      }
    }
    store.close();
  }
}
