package dev.balsa.node;

import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.ReadsWait;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.StateMachine.Committed;
import dev.balsa.raft.Why;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that owns the state machine: applies committed entries in order, answers those who
 * wait for them, and runs queries. Everything reaches it through one queue, in the loop's order: a
 * proposal's place comes before its entries.
 */
final class Applier<R, S extends StateMachine<R>> implements Runnable {
  /** Handed over and not yet applied: more than this and the loop waits. */
  static final int PAGES_MAX = 16;

  private static final Logger LOG = System.getLogger(Applier.class.getName());

  private final S machine;
  private final Snapshots snapshots;
  private final Runnable roomAgain;
  private final Consumer<Throwable> failed;
  private final AtomicBoolean scheduled = new AtomicBoolean(); // for threads that serve many
  private @Nullable ApplierThreads threads; // null if one thread serves this alone
  private final LinkedBlockingQueue<Task<R, S>> tasks = new LinkedBlockingQueue<>();
  private final AtomicInteger pages = new AtomicInteger();

  private volatile boolean ended; // written by this thread, once
  private volatile Runnable whenEnded = () -> {}; // written before the stop is left
  private EntryId appliedId; // applied = appliedId.index
  private volatile long applied; // written by this thread only
  private volatile long waitingCount; // written by this thread only
  private final AtomicInteger reads = new AtomicInteger(); // queries not run; left by any thread
  private volatile long readsMoved; // by nanoTime: when one was run, or came and was the only one

  private final PlacedProposals<R> placed = new PlacedProposals<>();
  private final TreeMap<Long, List<Batch<S>>> waiting = new TreeMap<>();

  /** A read that runs once {@code index} is applied. */
  interface Query<S> {
    /** What it must be told before it may run; of no account for one that nobody was asked for. */
    ReadMode mode();

    /** Whether nobody waits for it any more. */
    boolean isGivenUp();

    void run(S machine, long applied, ReadBasis basis);

    /** It will not run. */
    void refused(Refusal reason);

    void stopped();
  }

  /** Queries that rest on the same word. */
  private record Batch<S>(List<Query<S>> queries, ReadBasis basis) {
    void run(S machine, long applied) {
      queries.forEach(query -> query.run(machine, applied, basis));
    }

    void stopped() {
      queries.forEach(Query::stopped);
    }
  }

  private sealed interface Task<R, S> {
    record Place<R, S>(EntryId first, List<Intake.Submission<R>> submissions)
        implements Task<R, S> {}

    record Apply<R, S>(List<Entry> entries) implements Task<R, S> {}

    record Run<R, S>(long index, Batch<S> batch) implements Task<R, S> {}

    record Restore<R, S>(SnapshotMeta snapshot) implements Task<R, S> {}

    record Capture<R, S>() implements Task<R, S> {}

    record Stop<R, S>() implements Task<R, S> {}
  }

  /** Goes on where {@code machine} stands. */
  Applier(S machine, Snapshots snapshots, Runnable roomAgain, Consumer<Throwable> failed) {
    this.machine = machine;
    this.appliedId = machine.recovered();
    this.applied = appliedId.index();
    this.snapshots = snapshots;
    this.roomAgain = roomAgain;
    this.failed = failed;
  }

  /** From now on these threads serve this one among others; before anything is left. */
  void servedBy(ApplierThreads many) {
    threads = many;
  }

  /**
   * All up to {@code last} has had its effect, as the machine may not know; before it is served.
   */
  void begin(EntryId last) {
    appliedId = last;
    applied = last.index();
  }

  /** The commands stand in the log from {@code first} on. */
  void place(EntryId first, List<Intake.Submission<R>> submissions) {
    leave(new Task.Place<>(first, submissions));
  }

  /** Whether another page of entries may be handed over. */
  boolean hasRoom() {
    return pages.get() < PAGES_MAX;
  }

  /** Hands over the next committed entries, in log order. */
  void apply(List<Entry> entries) {
    pages.incrementAndGet();
    leave(new Task.Apply<>(entries));
  }

  /** Replaces the state by a snapshot's; what is handed over next comes after it. */
  void restore(SnapshotMeta snapshot) {
    leave(new Task.Restore<>(snapshot));
  }

  /** Captures the state as it is once all is applied that was handed over so far. */
  void capture() {
    leave(new Task.Capture<>());
  }

  /** Runs the queries once {@code index} is applied. Any thread. */
  void query(long index, List<Query<S>> queries, ReadBasis basis) {
    if (reads.getAndAdd(queries.size()) == 0) {
      readsMoved = System.nanoTime();
    }
    leave(new Task.Run<>(index, new Batch<>(queries, basis)));
  }

  /** Why reads wait for this thread and none was run for {@code longNanos}, or null. Any thread. */
  @Nullable Why why(long commit, long longNanos) {
    int count = reads.get();
    long nanos = System.nanoTime() - readsMoved;
    return count == 0 || nanos < longNanos
        ? null
        : new ReadsWait.NotApplied(count, nanos, applied, commit);
  }

  /** Ends the thread after what was handed over so far; everyone still waiting is told. */
  void stop() {
    leave(new Task.Stop<>());
  }

  long applied() {
    return applied;
  }

  /** How many proposals and queries wait for an entry to be applied. */
  long waiting() {
    return waitingCount;
  }

  @Override
  public void run() {
    try {
      while (serve(take())) {
        waitingCount = placed.count() + waiting.size();
      }
    } catch (Throwable cause) {
      // The root of this thread: a dead applier must not leave a living node behind.
      failed.accept(cause);
    } finally {
      end();
    }
  }

  /** Whether the caller has to see to it that {@link #serveSome} is called. Any thread. */
  boolean schedule() {
    return !tasks.isEmpty() && !scheduled.get() && scheduled.compareAndSet(false, true);
  }

  /** Serves up to {@code count} of what was left; by one thread at a time, once scheduled. */
  void serveSome(int count) {
    try {
      for (int i = 0; i < count && !ended; i++) {
        Task<R, S> task = tasks.poll();
        if (task == null) {
          break;
        }
        if (!serve(task)) {
          end();
        }
        waitingCount = placed.count() + waiting.size();
      }
    } catch (Throwable cause) {
      failed.accept(cause);
      end();
    }
    scheduled.set(false);
  }

  private void end() {
    ended = true;
    placed.stopped();
    waiting.values().forEach(batches -> batches.forEach(Batch::stopped));
    answerLeftOver();
    whenEnded.run();
  }

  /** Runs {@code then} on the serving thread when the state machine will not be touched again. */
  void whenEnded(Runnable then) {
    whenEnded = then;
  }

  /** Whoever leaves a task either finds this thread alive or answers what is left over. */
  private void leave(Task<R, S> task) {
    tasks.add(task);
    if (threads != null) {
      threads.serve(this);
    }
    if (ended) {
      answerLeftOver();
    }
  }

  private void answerLeftOver() {
    for (Task<R, S> task = tasks.poll(); task != null; task = tasks.poll()) {
      switch (task) {
        case Task.Place<R, S>(EntryId first, List<Intake.Submission<R>> submissions) ->
            PlacedProposals.stopped(submissions);
        case Task.Run<R, S>(long index, Batch<S> batch) -> batch.stopped();
        case Task.Apply<R, S> apply -> {}
        case Task.Restore<R, S> restore -> {}
        case Task.Capture<R, S> capture -> {}
        case Task.Stop<R, S> stop -> {}
      }
    }
  }

  /** Whether there is more to come. */
  private boolean serve(Task<R, S> task) {
    switch (task) {
      case Task.Place<R, S>(EntryId first, List<Intake.Submission<R>> submissions) ->
          placed.keep(first, submissions, applied);
      case Task.Apply<R, S>(List<Entry> entries) -> applyPage(entries);
      case Task.Run<R, S>(long index, Batch<S> batch) -> {
        if (index <= applied) {
          run(batch);
        } else {
          waiting.computeIfAbsent(index, key -> new ArrayList<>(1)).add(batch);
        }
      }
      case Task.Restore<R, S>(SnapshotMeta snapshot) -> applySnapshot(snapshot);
      case Task.Capture<R, S>() -> snapshots.captured(appliedId, machine.capture());
      case Task.Stop<R, S>() -> {
        return false;
      }
    }
    return true;
  }

  private Task<R, S> take() {
    while (true) {
      try {
        return tasks.take();
      } catch (InterruptedException e) {
        // Whoever interrupts this thread cannot stop it half-way through the log.
        LOG.log(
            Level.WARNING,
            "interrupt of {0} ignored; close the node instead",
            Thread.currentThread().getName());
      }
    }
  }

  /**
   * A snapshot stands for all entries up to its last: who waited for one of them cannot be told
   * what it did.
   */
  private void applySnapshot(SnapshotMeta snapshot) {
    snapshots.restore(snapshot, machine);
    appliedId = snapshot.last();
    applied = appliedId.index();
    placed.covered(applied);
    runReached();
  }

  private void runReached() {
    while (!waiting.isEmpty() && waiting.firstKey() <= applied) {
      waiting.pollFirstEntry().getValue().forEach(this::run);
    }
  }

  private void run(Batch<S> batch) {
    batch.run(machine, applied);
    reads.addAndGet(-batch.queries().size());
    readsMoved = System.nanoTime();
  }

  private void applyPage(List<Entry> entries) {
    List<Committed> commands = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      switch (entry.payload()) {
        case Payload.NoOp() -> {}
        case Payload.Configuration configuration -> {} // the core has taken it up long ago
        case Payload.Command(var data) -> commands.add(new Committed(entry.id(), data));
      }
    }
    List<R> results = commands.isEmpty() ? List.of() : machine.apply(commands);
    if (results.size() != commands.size()) {
      throw new IllegalStateException(
          "state machine gave %d results for %d commands"
              .formatted(results.size(), commands.size()));
    }
    appliedId = entries.getLast().id();
    applied = appliedId.index();
    if (pages.getAndDecrement() == PAGES_MAX) {
      roomAgain.run();
    }
    placed.answer(entries, commands, results);
    runReached();
  }
}
