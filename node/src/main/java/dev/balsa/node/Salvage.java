package dev.balsa.node;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.Wal;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Configured;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Seat;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.StateMachine.Committed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes what one node holds the beginning of another cluster, in which it is alone: for when a
 * majority is lost for ever. Everything in the node's log counts, committed or not: whatever was
 * acknowledged and reached this node is kept, and commands whose outcome nobody learned may take
 * effect. What was acknowledged by the others alone is lost.
 *
 * <p>The new cluster has an id of its own, so a former member that comes back is refused instead of
 * undoing what has happened since.
 */
public final class Salvage {
  private static final long PAGE_BYTES = 1 << 20;

  private Salvage() {}

  /**
   * Carries the state over from {@code from}, which keeps all it holds, into {@code to}, which is
   * empty or {@code machine}'s own.
   *
   * @param machine an empty one; afterwards it holds the state. One that keeps its state by itself
   *     must keep it durably when its state is captured
   * @param cluster the new cluster's id, which must be new
   * @return the last entry that counts
   * @throws StorageException if {@code from} is nobody's or damaged, or a disk fails; {@code to} is
   *     of no use then
   * @throws IllegalArgumentException if {@code machine} has no snapshots
   */
  public static <R> EntryId run(
      Directory from, Directory to, StateMachine<R> machine, ClusterId cluster, WalConfig config) {
    return run(from, to, machine, null, cluster, config);
  }

  /**
   * The same for a node whose machine kept its state by itself.
   *
   * @param former that machine, which is captured but not changed; null if there is none any more
   */
  public static <R> EntryId run(
      Directory from,
      Directory to,
      StateMachine<R> machine,
      @Nullable StateMachine<R> former,
      ClusterId cluster,
      WalConfig config) {
    Identity identity =
        DataDirectory.look(from)
            .map(DataDirectory.Found::identity)
            .orElseThrow(
                () ->
                    new StorageException(
                        "%s holds no data of a member; name the directory of one that ran"
                            .formatted(from.path(""))));
    if (cluster.equals(identity.cluster())) {
      throw new IllegalArgumentException("cluster id %s is the former one".formatted(cluster));
    }
    NodeId self = identity.node();
    DataDirectory data = DataDirectory.open(from, identity.cluster(), self, config);
    try (SnapshotStore store = SnapshotStore.open(from);
        Wal log = data.openLog(RaftNode.GROUP, new SliceCodec(), store.hadAny())) {
      SnapshotMeta latest = store.connect(log, found -> true);
      DataDirectory.open(to, cluster, self, config);
      EntryId last = restore(store, latest, former, to, machine);
      last = replay(last, log, machine);
      StateMachine.Capture capture = machine.capture();
      if (capture == null) {
        throw new IllegalArgumentException(
            machine.getClass().getName() + " has no snapshots; implement capture and restore");
      }
      try (capture;
          SnapshotStore written = SnapshotStore.open(to)) {
        written.write(last, alone(self, latest, log), capture);
      }
      return last;
    }
  }

  private static <R> EntryId restore(
      SnapshotStore store,
      @Nullable SnapshotMeta latest,
      @Nullable StateMachine<R> former,
      Directory to,
      StateMachine<R> machine) {
    if (latest == null) {
      return EntryId.ZERO;
    }
    if (latest.isWritten()) {
      store.open(latest, machine::restore);
      return latest.last();
    }
    StateMachine.Capture kept = former == null ? null : former.capture();
    if (former == null || kept == null || former.recovered().index() < store.kept(latest).index()) {
      throw new StorageException(
          "the state up to entry %s was kept by the state machine, which has it no more (found: %s); put back what it kept, or restore a backup"
              .formatted(latest.last(), former == null ? "none" : former.recovered()));
    }
    EntryId reached = former.recovered();
    EntryId last = reached.index() > latest.last().index() ? reached : latest.last();
    try (kept;
        SnapshotStore passing = SnapshotStore.open(to)) {
      passing.open(passing.write(last, latest.membership(), kept), machine::restore);
    }
    to.list().stream().filter(name -> name.endsWith(".snapshot")).forEach(to::delete);
    return last;
  }

  private static EntryId replay(EntryId from, Wal log, StateMachine<?> machine) {
    EntryId last = from;
    while (last.index() < log.last().index()) {
      List<Entry> page = log.read(last.index() + 1, log.last().index(), PAGE_BYTES);
      List<Committed> commands = new ArrayList<>(page.size());
      for (Entry entry : page) {
        if (entry.payload() instanceof Payload.Command(Bytes command)) {
          commands.add(new Committed(entry.id(), command));
        }
      }
      if (!commands.isEmpty()) {
        machine.apply(commands);
      }
      last = page.getLast().id();
    }
    return last;
  }

  /** The node as its cluster knew it last, with a vote; nobody else's id counts again. */
  private static Membership alone(NodeId self, @Nullable SnapshotMeta latest, Wal log) {
    List<Configured> configured = log.restored().configurations();
    Membership known = Membership.UNKNOWN;
    if (!configured.isEmpty()) {
      known = configured.getLast().membership();
    } else if (latest != null) {
      known = latest.membership();
    }
    Bytes context = Bytes.EMPTY;
    Set<NodeId> removed = new TreeSet<>(known.removed());
    for (Member member : known.members()) {
      if (member.id().equals(self)) {
        context = member.context();
      } else {
        removed.add(member.id());
      }
    }
    removed.remove(self);
    return new Membership(
        List.of(new Member(self, Seat.VOTER, context, null)), List.copyOf(removed));
  }
}
