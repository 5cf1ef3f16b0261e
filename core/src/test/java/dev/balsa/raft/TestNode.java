package dev.balsa.raft;

import dev.balsa.raft.Ready.ChangeOutcome;
import dev.balsa.raft.Ready.Outgoing;
import dev.balsa.raft.Ready.ProposalOutcome;
import dev.balsa.raft.Ready.ReadOutcome;
import dev.balsa.raft.Ready.TransferOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The host of one core in a {@link TestCluster}: keeps the order of writing, forcing and sending,
 * and remembers what its clients asked. Request numbers begin anew in each process, as a careless
 * host's would.
 */
final class TestNode {
  final NodeId id;
  final TestDisk disk = new TestDisk();
  private final TestCluster world;
  private final RaftConfig settings;
  private final Membership founding;

  @Nullable Raft raft; // null while crashed
  long pausedUntil = Long.MIN_VALUE;
  private long process;
  private long commit;
  private long applied;
  private long state; // the state machine: see Judge.next
  private TestSnapshots snapshots = new TestSnapshots();
  private boolean taking;
  private boolean forcing;
  private final TreeMap<Long, List<Outgoing>> waiting = new TreeMap<>();

  private long requests;
  private final TreeMap<Long, List<Bytes>> proposals = new TreeMap<>();
  private final TreeMap<Long, Integer> readFloors = new TreeMap<>();
  private final TreeSet<Long> wishes = new TreeSet<>();
  private final TreeMap<Long, NodeId> transfers = new TreeMap<>();

  TestNode(TestCluster world, RaftConfig settings, Membership founding) {
    this.world = world;
    this.founding = founding;
    this.settings = settings;
    this.id = settings.self();
  }

  boolean isUp() {
    return raft != null;
  }

  long process() {
    return process;
  }

  long commit() {
    return commit;
  }

  long applied() {
    return applied;
  }

  /** Requests that the core has not answered yet. */
  int unanswered() {
    return proposals.size() + readFloors.size() + wishes.size() + transfers.size();
  }

  /** When the core wants to be woken, as the world's clock shows it. */
  long deadline() {
    return raft == null ? Long.MAX_VALUE : Math.max(raft.deadline(), pausedUntil);
  }

  void start(long seed) {
    RaftConfig config = settings.withSeed(seed);
    raft = Raft.start(config, founding, disk.restored(), disk, world.now());
    process++;
    commit = 0;
    applied = 0;
    state = 0;
    snapshots = new TestSnapshots();
    taking = false;
    if (!disk.snapshots().isEmpty()) {
      restore(disk.snapshots().lastEntry().getValue());
      commit = applied;
    }
    requests = 0;
  }

  void crash(SplitMix random) {
    raft = null;
    disk.crash((int) random.nextBetween(0, 4), random);
    forcing = false;
    waiting.clear();
    proposals.clear();
    readFloors.clear();
    wishes.clear();
    transfers.clear();
    world.judge().durable(world.media());
  }

  void propose(List<Bytes> commands) {
    long name = ++requests;
    proposals.put(name, commands);
    step(new Input.Propose(name, commands));
  }

  void read() {
    long name = ++requests;
    readFloors.put(name, world.judge().committed());
    step(new Input.Read(name));
  }

  void reconfigure(List<Change> changes) {
    long name = ++requests;
    wishes.add(name);
    step(new Input.Reconfigure(name, changes));
  }

  void transfer(NodeId target) {
    long name = ++requests;
    transfers.put(name, target);
    step(new Input.Transfer(name, target));
  }

  void step(Input input) {
    Raft core = raft;
    if (core == null) {
      return;
    }
    Membership inForce = core.membership();
    Ready ready = core.step(world.now(), input);
    world.record(id, input, ready);
    if (ready.persist() != null) {
      if (ready.persist().append() != null) {
        world.judge().appended(ready.persist().append());
      }
      disk.write(ready.persist());
    }
    ready.snapshots().forEach(this::work);
    observe(core, ready, inForce);
    ready.sendNow().forEach(outgoing -> world.send(this, outgoing));
    if (disk.pendingSequence() == 0) {
      ready.sendDurable().forEach(outgoing -> world.send(this, outgoing));
    } else {
      waiting
          .computeIfAbsent(disk.pendingSequence(), sequence -> new ArrayList<>())
          .addAll(ready.sendDurable());
      force();
    }
    ready.proposals().forEach(this::answered);
    ready.changes().forEach(this::answered);
    ready.reads().forEach(this::answered);
    ready.transfers().forEach(this::answered);
    apply(core);
    if (!taking && applied > lastSnapshot() && world.takesSnapshot()) {
      take(core);
    }
  }

  private long lastSnapshot() {
    return disk.snapshots().isEmpty() ? 0 : disk.snapshots().lastKey();
  }

  private void take(Raft core) {
    taking = true;
    world.counts.snapshots++;
    EntryId last = disk.entry(applied).id();
    TestDisk.Snapshot snapshot =
        TestSnapshots.of(last, core.configuredAt(applied).membership(), state, world.drawPadding());
    world.afterSnapshot(
        this,
        () -> disk.save(snapshot),
        () -> {
          taking = false;
          step(new Input.SnapshotTaken(snapshot.meta()));
        });
  }

  private void work(Ready.SnapshotWork work) {
    switch (work) {
      case Ready.SnapshotWork.Store part -> {
        TestDisk.Snapshot whole = snapshots.store(part);
        if (whole != null && world.damagesSnapshot()) {
          world.afterSnapshot(this, () -> {}, () -> step(new Input.SnapshotRejected(whole.meta())));
        } else if (whole != null) {
          world.afterSnapshot(
              this, () -> disk.save(whole), () -> step(new Input.SnapshotReceived(whole.meta())));
        }
      }
      case Ready.SnapshotWork.Install(SnapshotMeta meta) -> {
        Require.invariant(applied < meta.index(), "%s applied, installs %s", applied, meta);
        world.counts.installs++;
        restore(Objects.requireNonNull(disk.snapshots().get(meta.index())));
      }
      case Ready.SnapshotWork.Release(EntryId base, EntryId oldest) -> {
        world.counts.compactions++;
        if (world.deletesNow()) {
          disk.release(base, oldest);
        }
      }
    }
  }

  private void restore(TestDisk.Snapshot snapshot) {
    applied = snapshot.meta().index();
    state = TestSnapshots.state(snapshot);
    Require.invariant(
        state == world.judge().stateAt(applied), "%s: state of %s", id, snapshot.meta());
  }

  /** Starts a force of all that is written, unless one is under way. */
  private void force() {
    if (forcing || disk.pendingSequence() == 0) {
      return;
    }
    forcing = true;
    long sequence = disk.pendingSequence();
    world.afterForce(this, () -> forced(sequence));
  }

  private void forced(long sequence) {
    forcing = false;
    disk.force(sequence);
    world.judge().durable(world.media());
    while (!waiting.isEmpty() && waiting.firstKey() <= sequence) {
      waiting.pollFirstEntry().getValue().forEach(outgoing -> world.send(this, outgoing));
    }
    step(new Input.Persisted(sequence));
    force();
  }

  private void observe(Raft core, Ready ready, Membership inForce) {
    Status status = core.status();
    for (Event event : ready.events()) {
      if (event instanceof Event.BecameLeader(long term, EntryId last)) {
        world.judge().became(id, term, disk);
      }
      world.counts.count(event);
    }
    Require.invariant(commit <= status.commit(), "%s's commit fell to %s", id, status.commit());
    Judge.Commit advance = new Judge.Commit(id, commit, status.commit(), inForce);
    world.judge().committed(advance, disk, world.media());
    commit = status.commit();
    Require.invariant(
        applied <= commit
            && commit <= status.last().index()
            && status.durable() <= disk.last().index(),
        "%s: applied %s, %s",
        id,
        applied,
        status);
  }

  private void apply(Raft core) {
    List<Entry> entries = core.committed(applied, 200);
    while (!entries.isEmpty()) {
      for (Entry entry : entries) {
        Require.invariant(entry.index() == applied + 1, "%s applies %s", id, entry.id());
        Require.invariant(disk.holds(entry.id()), "%s applies a foreign %s", id, entry.id());
        applied++;
        state = Judge.next(state, entry);
      }
      entries = core.committed(applied, 200);
    }
  }

  private void answered(ProposalOutcome outcome) {
    List<Bytes> commands = proposals.remove(outcome.proposal());
    if (commands == null) {
      throw new AssertionError(id + " answers a proposal that nobody waits for: " + outcome);
    }
    switch (outcome) {
      case ProposalOutcome.Accepted(long proposal, EntryId first) -> {
        long index = first.index();
        for (Bytes command : commands) {
          world.judge().accepted(new EntryId(first.term(), index++), command);
        }
        world.counts.accepted++;
      }
      case ProposalOutcome.Refused refused -> {
        commands.forEach(world.judge()::refused);
        world.counts.refused++;
      }
      case ProposalOutcome.Unknown unknown -> world.counts.unknown++;
    }
  }

  private void answered(ChangeOutcome outcome) {
    if (!wishes.remove(outcome.request())) {
      throw new AssertionError(id + " answers a wish that nobody waits for: " + outcome);
    }
    if (outcome instanceof ChangeOutcome.Accepted(long request, EntryId first)) {
      world.judge().acceptedChange(first);
    }
  }

  private void answered(ReadOutcome outcome) {
    Integer floor = readFloors.remove(outcome.read());
    if (floor == null) {
      throw new AssertionError(id + " answers a read that nobody waits for: " + outcome);
    }
    if (outcome instanceof ReadOutcome.Confirmed(long read, long index)) {
      Require.invariant(
          index >= floor, "%s reads at %s, %s were committed when it was asked", id, index, floor);
      world.counts.reads++;
    }
  }

  private void answered(TransferOutcome outcome) {
    NodeId target = transfers.remove(outcome.transfer());
    if (target == null) {
      throw new AssertionError(id + " answers a transfer that nobody waits for: " + outcome);
    }
    if (outcome instanceof TransferOutcome.Done(long transfer, NodeId leader, long term)) {
      Require.invariant(leader.equals(target), "%s led to %s instead of %s", id, leader, target);
      world.counts.transfers++;
    }
  }
}
