package dev.balsa.node;

import dev.balsa.node.net.Transport;
import dev.balsa.node.snapshot.KeptState;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.Wal;
import dev.balsa.raft.Change;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.SnapshotRules;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.Status;
import dev.balsa.raft.Why;
import dev.balsa.raft.trace.Beginning;
import dev.balsa.raft.trace.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One group of a node: its core, its log, and what its clients wait for. Belongs to the node's
 * {@link Loop}, which does with all groups that have something to do the same steps together; what
 * any thread may call says so.
 */
final class Group<R, S extends StateMachine<R>> {
  private static final long PAGE_BYTES_MAX = 1 << 20;

  private final GroupId id;
  private final Raft raft;
  private final Wal wal;
  private final NodeId self;
  private final Transport transport;
  private final Applier<R, S> applier;
  private final Intake<R> intake;
  private final Snapshots snapshots;
  private final Requests<R, S> requests;
  private final Transfers transfers = new Transfers();
  private final Changes changes = new Changes();
  private final Roster roster;
  private final Consumer<Event> events;
  private final @Nullable Recorder recorder;
  private final long wallLead = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
  private final Signals signals;

  private volatile NodeStatus status; // written by the loop thread only
  private volatile Membership members; // written by the loop thread only
  private volatile boolean ended; // written once
  private volatile long unanswered; // written by the loop thread only

  private final List<Ready.Outgoing> afterForce = new ArrayList<>();
  private long unforced; // sequence of the last write not yet forced, 0 if none
  private long handedOver; // last index given to the applier
  private long leaderChanges;

  // What the loop keeps with each group.
  final AtomicBoolean signaled = new AtomicBoolean();
  @Nullable Group<?, ?> nextSignaled; // written by who set signaled, before publishing
  boolean active; // takes part in this turn
  int timerSlot = -1;
  long timer;

  /**
   * What a group is made of, beside its host.
   *
   * @param latest the snapshot to begin with, or null
   * @param founding the membership to begin with, of no account once the log holds one
   * @param recorder writes down what the core is told, or null
   */
  record Parts<S>(
      Wal wal,
      SnapshotStore store,
      @Nullable SnapshotMeta latest,
      S machine,
      Membership founding,
      Roster roster,
      Consumer<Event> events,
      @Nullable Recorder recorder) {}

  Group(GroupId id, RaftConfig config, Parts<S> parts, Host host) {
    this.id = id;
    this.wal = parts.wal();
    this.self = host.self();
    this.transport = host.transport();
    this.roster = parts.roster();
    this.events = parts.events();
    this.recorder = parts.recorder();
    this.signals = host.loop().signals();
    this.intake = new Intake<>(host.config().intakeBytesMax());
    this.snapshots =
        new Snapshots(
            parts.store(), wal, host.config().snapshots(), this::signal, host.snapshotThread());
    this.applier = new Applier<>(parts.machine(), snapshots, this::signal, host::fail);
    SnapshotMeta latest = parts.latest();
    Restored found = wal.restored().withIncarnation(host.identity().incarnation());
    Restored restored = latest == null ? found : found.withSnapshot(latest);
    long now = System.nanoTime();
    this.raft = Raft.start(config, parts.founding(), restored, snapshots.stored(), now);
    if (recorder != null) {
      recorder.started(
          now + wallLead, now, new Beginning(config, parts.founding(), restored), raft);
    }
    this.requests = new Requests<>(raft, applier, intake, config.appendBytesMax());
    this.status = new NodeStatus(raft.status(), 0, 0, 0, false);
    this.members = raft.configuredAt(0).membership();
  }

  /**
   * Begins with what the state machine has kept, the entries up to {@code recovered}, or with the
   * latest snapshot if the log does not lead from there to it; before the loop knows the group.
   */
  void begin(EntryId recovered, @Nullable SnapshotMeta latest, SnapshotRules rules) {
    if (latest != null && !KeptState.isReached(latest, recovered, wal, rules.tailEntries())) {
      restore(latest);
      return;
    }
    EntryId start = KeptState.start(latest, recovered);
    handedOver = start.index();
    applier.begin(start);
    members = membershipAt(handedOver);
    if (latest != null) {
      snapshots.reached(latest);
    }
  }

  GroupId id() {
    return id;
  }

  Intake<R> intake() {
    return intake;
  }

  Applier<R, S> applier() {
    return applier;
  }

  Snapshots snapshots() {
    return snapshots;
  }

  Roster roster() {
    return roster;
  }

  /** Whether nothing is answered any more. Any thread. */
  boolean isEnded() {
    return ended;
  }

  /**
   * The latest picture of the group, with what has held its state machine up for {@code longNanos}
   * since. Any thread.
   */
  NodeStatus status(long longNanos) {
    NodeStatus latest = status;
    Status raftStatus = latest.raft();
    long applied = Math.min(applier.applied(), raftStatus.commit());
    long pending = unanswered + applier.waiting();
    latest =
        new NodeStatus(
            raftStatus,
            Math.max(applied, latest.applied()),
            pending,
            latest.leaderChanges(),
            false);
    Why busy = applier.why(raftStatus.commit(), longNanos);
    return busy == null ? latest : latest.because(busy);
  }

  /** The membership as of the entries handed to the applier. Any thread. */
  Membership members() {
    return members;
  }

  /** Something was left here, or the applier has room again. Any thread. */
  void signal() {
    signals.signal(this);
  }

  /** Leaves a linearizable read. Any thread. */
  void read(Applier.Query<S> query) {
    requests.leave(query);
    signal();
  }

  /** Leaves a request to change the membership. Any thread. */
  void reconfigure(List<Change> wanted, CompletableFuture<ChangeOutcome> outcome) {
    changes.leave(wanted, outcome);
    signal();
  }

  /** Leaves a request to move the leadership. Any thread. */
  void transfer(NodeId target, CompletableFuture<TransferOutcome> outcome) {
    transfers.leave(target, outcome);
    signal();
  }

  /** Gives the state machine a snapshot's state. */
  private void restore(SnapshotMeta snapshot) {
    handedOver = snapshot.last().index();
    snapshots.reached(snapshot);
    applier.restore(snapshot);
  }

  /** Gives the core what has gathered, and wakes it if it is time. */
  void serve() {
    missPeers();
    requests.take(this::step);
    transfers.take(this::step);
    changes.take(this::step);
    if (System.nanoTime() >= raft.deadline()) {
      step(new Input.Wake());
    }
  }

  /**
   * A silent group rests on being told when a connection goes; one that was gone before is told
   * now.
   */
  private void missPeers() {
    NodeId leader = raft.isAsleep() ? raft.leader() : null;
    if (leader == null) {
      return;
    }
    if (!leader.equals(self)) {
      miss(leader);
    } else {
      raft.membership().members().forEach(member -> miss(member.id()));
    }
  }

  private void miss(NodeId peer) {
    if (!peer.equals(self) && !transport.isConnected(peer)) {
      step(new Input.Unreachable(peer));
    }
  }

  /** Gives the core one input and does what it says, but for what must wait for the disk. */
  void step(Input input) {
    long now = System.nanoTime();
    Ready ready = raft.step(now, input);
    if (recorder != null) {
      recorder.stepped(now + wallLead, now, input, ready, raft);
    }
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
      events.accept(event);
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

  private void send(List<Ready.Outgoing> messages) {
    for (Ready.Outgoing outgoing : messages) {
      transport.send(id, outgoing.to(), outgoing.message());
    }
  }

  /** Whether the log must be forced for this group. */
  boolean isUnforced() {
    return unforced > 0;
  }

  /** All that the group wrote is durable: what waited for it may leave. */
  void forced() {
    if (unforced > 0) {
      long sequence = unforced;
      unforced = 0;
      send(afterForce);
      afterForce.clear();
      step(new Input.Persisted(sequence));
    }
  }

  /** Hands what is committed to the state machine, as far as it has room. */
  void handOver() {
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

  /** Has a snapshot taken if one is due, and tells the core what became of it. */
  void takeSnapshot() {
    for (Input news = snapshots.poll(this::membershipAt);
        news != null;
        news = snapshots.poll(this::membershipAt)) {
      step(news);
    }
    // A state machine on disk may know of more than the log holds since it was damaged.
    if (handedOver <= raft.lastIndex() && snapshots.isDue(handedOver)) {
      applier.capture();
    }
  }

  /** The log holds up the space of others: a snapshot now, and no tail behind it. */
  void relieve() {
    SnapshotMeta latest = snapshots.relieve(handedOver);
    if (latest != null) {
      step(new Input.SnapshotTaken(latest)); // told once more, the core cuts what it may now
    }
  }

  /** Whether its log can be cut behind snapshots, as far as is known. */
  boolean hasSnapshots() {
    return snapshots.areSupported();
  }

  private Membership membershipAt(long index) {
    return raft.configuredAt(index).membership();
  }

  /** The turn ends: lets others see how things stand. */
  void publish() {
    if (wal.lost() != null && raft.lost() == null) {
      wal.regained();
    }
    unanswered = requests.unanswered();
    Status latest = raft.status();
    roster.follow(raft, latest.commit(), System.nanoTime());
    status =
        new NodeStatus(
            latest, applier.applied(), unanswered + applier.waiting(), leaderChanges, false);
  }

  /** When the loop must look at the group again though nobody says anything. */
  long deadline() {
    long now = System.nanoTime();
    if (unforced > 0) {
      return now;
    }
    long deadline = Math.min(raft.deadline(), roster.deadline());
    if (handedOver <= status.raft().commit()) {
      deadline = Math.min(deadline, snapshots.deadline(handedOver));
    }
    return now + requests.patience(deadline - now, now);
  }

  /** Nothing more happens here: whoever waits is told, and the state machine is let go. */
  void end() {
    ended = true;
    requests.answerStopped();
    transfers.answerStopped();
    changes.answerStopped();
    snapshots.stop();
    applier.stop(); // after the last task that this thread leaves it
  }
}
