package dev.balsa.node;

import dev.balsa.node.net.Transport;
import dev.balsa.node.wal.Wal;
import dev.balsa.raft.Change;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Message;
import dev.balsa.raft.NoCommit;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.Ready;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.SnapshotRules;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.Status;
import dev.balsa.raft.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns the core, the peers' sockets and the log. A turn takes all that has
 * gathered, lets what may leave at once leave, forces the log once, and lets the rest follow:
 *
 * <pre>
 *  poll sockets ─► step ─► proposals, reads ─► step ─► timers ─► flush ─► hand to applier ─► force ─► send
 *                                                              (meanwhile the next batch gathers)
 * </pre>
 *
 * Inputs are drained before timers are looked at, so a slow force starts no election; and a hung
 * force silences this leader's heartbeats, so that another takes over.
 */
final class Loop<R, S extends StateMachine<R>> implements Runnable {
  private static final long PAGE_BYTES_MAX = 1 << 20;

  /** How often a turn may let others add to its batch; each yield is some microseconds. */
  private static final int YIELDS_MAX = 32;

  /** How often a full disk is asked for space. */
  private static final long SEEK_ROOM_NANOS = 500_000_000;

  private static final long NO_FORCE = Long.MIN_VALUE;

  private final Raft raft;
  private final Wal wal;
  private final Transport transport;
  private final Applier<R, S> applier;
  private final Intake<R> intake;
  private final Snapshots snapshots;
  private final Requests<R, S> requests;
  private final Transfers transfers = new Transfers();
  private final Changes changes = new Changes();
  private final Roster roster;
  private final long batchBytesMax;
  private final NodeListener listener;
  private final Consumer<Throwable> failed;
  private final Transport.Receiver receiver;

  private volatile boolean stopping; // written by any thread, once
  private volatile NodeStatus status; // written by the loop thread only
  private volatile Membership members; // written by the loop thread only
  private volatile long forceBegan = NO_FORCE; // written by the loop thread only

  private final List<Ready.Outgoing> afterForce = new ArrayList<>();
  private long unforced; // sequence of the last write not yet forced, 0 if none
  private long handedOver; // last index given to the applier
  private long leaderChanges;
  private boolean diskFull;
  private long soughtRoom = System.nanoTime();

  Loop(
      Raft raft,
      Wal wal,
      Transport transport,
      Applier<R, S> applier,
      Intake<R> intake,
      Snapshots snapshots,
      long batchBytesMax,
      Roster roster,
      NodeListener listener,
      Consumer<Throwable> failed) {
    this.raft = raft;
    this.wal = wal;
    this.transport = transport;
    this.applier = applier;
    this.intake = intake;
    this.snapshots = snapshots;
    this.requests = new Requests<>(raft, applier, intake, batchBytesMax);
    this.batchBytesMax = batchBytesMax;
    this.roster = roster;
    this.listener = listener;
    this.failed = failed;
    this.status = new NodeStatus(raft.status(), 0, 0, 0, false);
    this.members = raft.configuredAt(0).membership();
    this.receiver =
        new Transport.Receiver() {
          @Override
          public void greeted(NodeId peer, IncarnationId incarnation) {
            step(new Input.Greeted(peer, incarnation));
          }

          @Override
          public void knocked(NodeId stranger) {
            roster.knocked(stranger, System.nanoTime());
          }

          @Override
          public void removed(NodeId peer) {
            throw roster.removed();
          }

          @Override
          public void received(Message message) {
            step(new Input.Receive(message));
          }

          @Override
          public void unreachable(NodeId peer) {
            step(new Input.Unreachable(peer));
          }
        };
  }

  /**
   * The latest picture of the node, with what has held its disk or its state machine up for {@code
   * longNanos} since. Any thread.
   */
  NodeStatus status(long longNanos) {
    NodeStatus latest = status;
    Why busy = applier.why(latest.raft().commit(), longNanos);
    if (busy != null) {
      latest = latest.because(busy);
    }
    long began = forceBegan;
    long lasts = began == NO_FORCE ? 0 : System.nanoTime() - began;
    return lasts < longNanos ? latest : latest.because(new NoCommit.ForceHangs(lasts));
  }

  /** Leaves a request to change the membership. Any thread. */
  void reconfigure(List<Change> wanted, CompletableFuture<ChangeOutcome> outcome) {
    changes.leave(wanted, outcome);
    transport.wakeup();
  }

  private Membership membershipAt(long index) {
    return raft.configuredAt(index).membership();
  }

  /** The membership as of the entries handed to the applier. Any thread. */
  Membership members() {
    return members;
  }

  /** Something was left in an intake, or the applier has room again. Any thread. */
  void wakeup() {
    transport.wakeup();
  }

  /** Leaves a linearizable read. Any thread. */
  void read(Applier.Query<S> query) {
    requests.leave(query);
    transport.wakeup();
  }

  /** Leaves a request to move the leadership. Any thread. */
  void transfer(NodeId target, CompletableFuture<TransferOutcome> outcome) {
    transfers.leave(target, outcome);
    transport.wakeup();
  }

  /** Ends the thread after the current turn. Any thread. */
  void stop() {
    stopping = true;
    transport.wakeup();
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        turn();
      }
    } catch (Throwable cause) {
      // The root of this thread: whatever broke, the node must not go on half alive.
      failed.accept(cause);
    } finally {
      answerStopped();
      applier.stop(); // after the last task that this thread leaves it
    }
  }

  private void turn() {
    listener.turn();
    transport.poll(pollNanos(), receiver);
    gather();
    requests.take(this::step);
    transfers.take(this::step);
    changes.take(this::step);
    if (System.nanoTime() >= raft.deadline()) {
      step(new Input.Wake());
    }
    transport.flush();
    handOver(); // what the peers' answers committed need not wait for this turn's force
    force();
    handOver();
    takeSnapshot();
    seekRoom();
    if (wal.lost() != null && raft.lost() == null) {
      wal.regained();
    }
    publish();
  }

  /** A full disk stops commands, not the node; whether it has space again is looked for. */
  private void seekRoom() {
    boolean isShort = wal.room() < Long.MAX_VALUE;
    if (isShort != diskFull) {
      diskFull = isShort;
      listener.diskFull(isShort);
    }
    long now = System.nanoTime();
    if (isShort && now - soughtRoom >= SEEK_ROOM_NANOS) {
      soughtRoom = now;
      wal.seekRoom();
    }
  }

  /**
   * Begins with what the state machine has kept, the entries up to {@code recovered}, or with the
   * latest snapshot if the log does not lead from there to it; before the thread is started.
   */
  void begin(EntryId recovered, @Nullable SnapshotMeta latest, SnapshotRules rules) {
    if (latest != null && !Snapshots.isReached(latest, recovered, wal, rules.tailEntries())) {
      restore(latest);
      return;
    }
    handedOver = KeptState.start(latest, recovered);
    members = membershipAt(handedOver);
    if (latest != null) {
      snapshots.reached(latest);
    }
  }

  /** Gives the state machine a snapshot's state. */
  private void restore(SnapshotMeta snapshot) {
    handedOver = snapshot.last().index();
    snapshots.reached(snapshot);
    applier.restore(snapshot);
  }

  private void takeSnapshot() {
    for (Input news = snapshots.poll(this::membershipAt);
        news != null;
        news = snapshots.poll(this::membershipAt)) {
      step(news);
    }
    // A state machine on disk may know of more than the core does at first.
    if (handedOver <= raft.status().commit() && snapshots.isDue(handedOver)) {
      applier.capture();
    }
  }

  private void work(Ready.SnapshotWork work) {
    switch (work) {
      case Ready.SnapshotWork.Write() -> snapshots.want();
      case Ready.SnapshotWork.Store part -> snapshots.store(part);
      case Ready.SnapshotWork.Install(SnapshotMeta snapshot) -> restore(snapshot);
      case Ready.SnapshotWork.Release release -> snapshots.release(release);
    }
  }

  /**
   * Lets callers that are about to submit do so, for as long as each yield brings more: under load
   * a force then carries more commands, and without load this returns at once.
   */
  @SuppressWarnings("ThreadPriorityCheck") // only batching depends on it, measured by bench
  private void gather() {
    long before = intake.bytes();
    for (int yields = 0; before > 0 && yields < YIELDS_MAX; yields++) {
      Thread.yield();
      long now = intake.bytes();
      if (now == before || now > batchBytesMax) {
        return;
      }
      before = now;
    }
  }

  /** How long the loop may sleep; not at all while there is work that no peer will announce. */
  private long pollNanos() {
    long now = System.nanoTime();
    long deadline = Math.min(raft.deadline(), roster.deadline());
    return unforced > 0 ? 0 : requests.patience(deadline - now, now);
  }

  /** Gives the core one input and does what it says, but for what must wait for the disk. */
  private void step(Input input) {
    Ready ready = raft.step(System.nanoTime(), input);
    Ready.Persist persist = ready.persist();
    if (persist != null) {
      wal.append(persist);
      unforced = persist.sequence();
    }
    ready.snapshots().forEach(this::work);
    send(ready.sendNow());
    if (unforced > 0) {
      afterForce.addAll(ready.sendDurable());
    } else {
      send(ready.sendDurable());
    }
    ready.proposals().forEach(requests::answer);
    ready.reads().forEach(requests::answer);
    ready.changes().forEach(changes::answer);
    ready.transfers().forEach(transfers::answer);
    for (Event event : ready.events()) {
      if (event instanceof Event.LeaderChanged change && change.leader() != null) {
        leaderChanges++;
      }
      listener.event(event);
    }
  }

  private void send(List<Ready.Outgoing> messages) {
    for (Ready.Outgoing outgoing : messages) {
      transport.send(outgoing.to(), outgoing.message());
    }
  }

  /** One force for all that this turn wrote; then what waited for it may leave. */
  private void force() {
    if (unforced == 0) {
      return;
    }
    long start = System.nanoTime();
    forceBegan = start;
    wal.force();
    forceBegan = NO_FORCE;
    listener.forced(System.nanoTime() - start);
    long forced = unforced;
    unforced = 0;
    send(afterForce);
    afterForce.clear();
    step(new Input.Persisted(forced));
    transport.flush();
  }

  private void handOver() {
    while (applier.hasRoom()) {
      List<Entry> entries = raft.committed(handedOver, PAGE_BYTES_MAX);
      if (entries.isEmpty()) {
        return;
      }
      handedOver = entries.getLast().index();
      members = raft.configuredAt(handedOver).membership();
      snapshots.applying(entries);
      applier.apply(entries);
      changes.committed(entries);
    }
  }

  private void publish() {
    long pending = requests.unanswered() + applier.waiting();
    Status latest = raft.status();
    roster.follow(raft, latest.commit(), System.nanoTime());
    status = new NodeStatus(latest, applier.applied(), pending, leaderChanges, false);
  }

  private void answerStopped() {
    requests.answerStopped();
    transfers.answerStopped();
    changes.answerStopped();
  }
}
