package dev.balsa.raft;

import dev.balsa.raft.Ready.Outgoing;
import dev.balsa.raft.trace.Beginning;
import dev.balsa.raft.trace.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One core of a {@link Group}, its disk, and all that it has said to its host. */
final class GroupMember {
  RaftConfig config;
  final Membership founding;
  TestDisk disk = new TestDisk();
  @Nullable IncarnationId incarnation; // null if the group does not tell directories apart
  final TreeMap<NodeId, IncarnationId> greeted = new TreeMap<>(); // by this process
  final List<Event> events = new ArrayList<>();
  final List<Ready.ProposalOutcome> proposals = new ArrayList<>();
  final List<Ready.ChangeOutcome> changes = new ArrayList<>();
  final List<Ready.ReadOutcome> reads = new ArrayList<>();
  final TestSnapshots snapshots = new TestSnapshots();
  final List<Ready.SnapshotWork> snapshotWork = new ArrayList<>();
  final List<Ready.TransferOutcome> transfers = new ArrayList<>();
  final List<Outgoing> waiting = new ArrayList<>();
  boolean held;
  @Nullable Raft raft;
  @Nullable Recorder recorder; // of a test that looks at the recording

  GroupMember(RaftConfig config, Membership founding) {
    this.config = config;
    this.founding = founding;
  }

  /** The core, which starts from what the disk holds if it does not run. */
  Raft raft(long now) {
    if (raft == null) {
      Restored found = disk.restored();
      Restored restored = incarnation == null ? found : found.withIncarnation(incarnation);
      raft = Raft.start(config, founding, restored, disk, now);
      if (recorder != null) {
        recorder.started(now, now, new Beginning(config, founding, restored), raft);
      }
    }
    return raft;
  }

  /** Gives the core an input, keeps what it says, and writes what it wants written. */
  Ready step(long now, Input input) {
    Raft core = raft(now);
    Ready ready = core.step(now, input);
    if (recorder != null) {
      recorder.stepped(now, now, input, ready, core);
    }
    take(ready);
    return ready;
  }

  /** Gives an empty disk a log, and a term that is at least that of its last entry. */
  void log(long term, LogSlice slice) {
    HardState hardState = new HardState(Math.max(term, slice.last().term()), null);
    disk.write(new Ready.Persist(1, hardState, slice));
    disk.force(1);
  }

  private void take(Ready ready) {
    events.addAll(ready.events());
    proposals.addAll(ready.proposals());
    changes.addAll(ready.changes());
    reads.addAll(ready.reads());
    transfers.addAll(ready.transfers());
    if (ready.persist() != null) {
      disk.write(ready.persist());
    }
    snapshotWork.addAll(ready.snapshots());
    waiting.addAll(ready.sendDurable());
  }

  /** The process ends, and what was not forced is lost. */
  void crash() {
    raft = null;
    greeted.clear();
    held = false;
    waiting.clear();
    disk.crash(0, new SplitMix(3));
  }
}
