package dev.balsa.sim;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Input;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.ChangeOutcome;
import dev.balsa.raft.Ready.ProposalOutcome;
import dev.balsa.raft.Ready.ReadOutcome;
import dev.balsa.raft.Ready.TransferOutcome;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One node's machine and the clients who wait for it. Request numbers begin anew in each process,
 * as a careless host's would.
 */
final class Desk<R, S extends StateMachine<R>> {
  private final World<R, S> world;
  private final NodeId id;
  private @Nullable S machine; // null while the process is down
  private EntryId applied = EntryId.ZERO;
  private EntryId command = EntryId.ZERO; // the last one applied, as far as the machine knows
  private long requests;
  private final TreeMap<Long, Asked<R, S>> asked = new TreeMap<>(); // of the core, by name
  private final TreeMap<Long, Placed<R, S>> placed = new TreeMap<>(); // by index
  private final TreeMap<Long, List<Pending<R, S>>> reads = new TreeMap<>(); // by index
  private final TreeSet<Long> changes = new TreeSet<>(); // an operator's wishes
  private final TreeMap<Long, NodeId> transfers = new TreeMap<>(); // to whom

  /** Requests under one name, and how much was committed when the last one was asked. */
  private static final class Asked<R, S extends StateMachine<R>> {
    final List<Pending<R, S>> pendings = new ArrayList<>(1);
    long committed;
  }

  private record Placed<R, S extends StateMachine<R>>(EntryId id, Pending<R, S> pending) {}

  Desk(World<R, S> world, NodeId id) {
    this.world = world;
    this.id = id;
  }

  void open(S empty) {
    machine = empty;
    applied = EntryId.ZERO;
    command = EntryId.ZERO;
    requests = 0;
  }

  /** The process ends: whoever waits loses the connection. */
  void close() {
    machine = null;
    List<Pending<R, S>> waiting = new ArrayList<>();
    asked.values().forEach(together -> waiting.addAll(together.pendings));
    placed.values().forEach(place -> waiting.add(place.pending()));
    reads.values().forEach(waiting::addAll);
    asked.clear();
    placed.clear();
    reads.clear();
    changes.clear();
    transfers.clear();
    waiting.forEach(world.ledger()::unknown);
  }

  long applied() {
    return applied.index();
  }

  /** The last entry applied. */
  EntryId appliedId() {
    return applied;
  }

  /** The last command with an effect on the machine. */
  EntryId command() {
    return command;
  }

  /** The machine goes on from what it kept, or else from the latest snapshot, if there is one. */
  void begin(@Nullable SnapshotMeta latest, Storage storage) {
    S replica = machine;
    Keeping keeping = storage.keeping();
    EntryId start = null;
    if (keeping != null && replica != null) {
      long tailEntries = world.config(id, 0).snapshots().tailEntries();
      start = keeping.start(replica, latest, tailEntries);
    }
    if (start == null || replica == null) {
      if (latest != null) {
        restore(latest, storage);
      }
    } else if (start.index() > 0) {
      applied = start;
      command = start;
      world.figures().resumed++;
      world.twin().restored(id, replica, applied.index());
    }
  }

  /** The machine of the process that runs, or null. */
  @Nullable S machine() {
    return machine;
  }

  /** Requests without an answer. */
  int waiting() {
    return unheard() + placed.size();
  }

  /** Those of which the core has not said what becomes of them, or which wait for what is there. */
  int unheard() {
    return asked.size() + reads.size() + changes.size() + transfers.size();
  }

  /**
   * A request becomes an input for the core, or joins one that waits, as a host's requests do that
   * gather while it is busy.
   *
   * @param before the last input that waits
   * @return what to give to the core in place of {@code before}, or null if nothing is new
   */
  @Nullable Input join(Pending<R, S> pending, @Nullable Input before) {
    return switch (pending.request) {
      case Request.Write<R, S> write when before instanceof Input.Propose(long name, var first) -> {
        ask(name, pending);
        List<Bytes> commands = new ArrayList<>(first);
        commands.add(write.command());
        yield new Input.Propose(name, commands);
      }
      case Request.Read<R, S> read
          when before instanceof Input.Read(long name, var mode) && mode.equals(read.mode()) -> {
        ask(name, pending);
        yield before;
      }
      default -> null;
    };
  }

  /** A request becomes an input for the core. */
  Input input(Pending<R, S> pending) {
    long name = ++requests;
    ask(name, pending);
    return switch (pending.request) {
      case Request.Write<R, S> write -> new Input.Propose(name, List.of(write.command()));
      case Request.Read<R, S> read -> new Input.Read(name, read.mode());
    };
  }

  private void ask(long name, Pending<R, S> pending) {
    Asked<R, S> together = asked.computeIfAbsent(name, n -> new Asked<>());
    together.pendings.add(pending);
    together.committed = world.judge().committed();
  }

  /** An operator's wish becomes an input for the core. */
  Input change(List<Change> wish) {
    changes.add(++requests);
    return new Input.Reconfigure(requests, wish);
  }

  /** An operator's wish becomes an input for the core. */
  Input transfer(NodeId target) {
    transfers.put(++requests, target);
    return new Input.Transfer(requests, target);
  }

  void answered(Ready ready) {
    for (ProposalOutcome outcome : ready.proposals()) {
      answered(outcome, take(outcome.proposal(), outcome).pendings);
    }
    for (ReadOutcome outcome : ready.reads()) {
      answered(outcome, take(outcome.read(), outcome));
    }
    for (ChangeOutcome outcome : ready.changes()) {
      known(changes.remove(outcome.request()), outcome);
      if (outcome instanceof ChangeOutcome.Accepted(long request, EntryId first)) {
        world.judge().acceptedChange(first);
      }
    }
    for (TransferOutcome outcome : ready.transfers()) {
      NodeId target = transfers.remove(outcome.transfer());
      known(target != null, outcome);
      if (outcome instanceof TransferOutcome.Done(long transfer, NodeId leader, long term)) {
        known(leader.equals(target), outcome);
        world.figures().transfers++;
      }
    }
  }

  private void known(boolean wanted, Object outcome) {
    if (!wanted) {
      throw new BrokenPromise("%s answers what nobody waits for: %s", id, outcome);
    }
  }

  private Asked<R, S> take(long name, Object outcome) {
    Asked<R, S> together = asked.remove(name);
    if (together == null) {
      throw new BrokenPromise("%s answers what nobody waits for: %s", id, outcome);
    }
    return together;
  }

  private void answered(ReadOutcome outcome, Asked<R, S> together) {
    switch (outcome) {
      case ReadOutcome.Confirmed(long read, long index, var basis) -> {
        world.figures().leaseReads +=
            basis.path() == ReadBasis.Path.LEASE ? together.pendings.size() : 0;
        if (index < together.committed) {
          throw new BrokenPromise(
              "%s reads at %s, %s were committed when it was asked", id, index, together.committed);
        }
        reads.computeIfAbsent(index, i -> new ArrayList<>(1)).addAll(together.pendings);
        answerReads();
      }
      case ReadOutcome.Refused refused -> together.pendings.forEach(world.ledger()::refused);
    }
  }

  private void answered(ProposalOutcome outcome, List<Pending<R, S>> pendings) {
    switch (outcome) {
      case ProposalOutcome.Accepted(long proposal, EntryId first) -> {
        long index = first.index();
        for (Pending<R, S> pending : pendings) {
          place(new EntryId(first.term(), index++), pending);
        }
      }
      case ProposalOutcome.Refused refused -> pendings.forEach(world.ledger()::refused);
      case ProposalOutcome.Unknown unknown -> pendings.forEach(world.ledger()::unknown);
    }
  }

  private void place(EntryId at, Pending<R, S> pending) {
    world.ledger().accepted(at, pending);
    if (at.index() <= applied.index()) {
      world.ledger().unknown(pending); // its result went by before its place was known
      return;
    }
    Placed<R, S> before = placed.put(at.index(), new Placed<>(at, pending));
    if (before != null) {
      settle(before, at);
    }
  }

  /** Two commands were given one index, in two terms: that of the earlier term is lost. */
  private void settle(Placed<R, S> before, EntryId now) {
    Placed<R, S> later = placed.get(now.index());
    if (later != null && before.id().term() > now.term()) {
      placed.put(now.index(), before);
      world.ledger().unknown(later.pending());
    } else {
      world.ledger().unknown(before.pending());
    }
  }

  void apply(Entry entry) {
    S replica = machine;
    if (replica == null || entry.index() != applied.index() + 1) {
      throw new BrokenPromise("%s applies %s after %s", id, entry.id(), applied);
    }
    R result = world.twin().apply(id, replica, entry);
    applied = entry.id();
    command = entry.payload() instanceof Payload.Command ? applied : command;
    Placed<R, S> place = placed.isEmpty() ? null : placed.remove(applied.index());
    if (place != null) {
      if (place.id().equals(applied) && result != null) {
        world.ledger().written(place.pending(), result, applied.index());
      } else {
        world.ledger().overtaken(place.pending()); // another term's entry stands there for good
      }
    }
    answerReads();
  }

  /** A snapshot replaces the machine's state. */
  void restore(SnapshotMeta snapshot, Storage storage) {
    S replica = machine;
    if (replica == null || snapshot.last().index() <= applied.index()) {
      throw new BrokenPromise("%s restores %s after %s", id, snapshot, applied);
    }
    storage.restore(snapshot, replica);
    applied = snapshot.last();
    command = applied;
    world.twin().restored(id, replica, applied.index());
    while (!placed.isEmpty() && placed.firstKey() <= applied.index()) {
      world.ledger().unknown(placed.pollFirstEntry().getValue().pending()); // its result went by
    }
    answerReads();
  }

  /** The state frozen as it is now; null if the machine has no snapshots. */
  StateMachine.@Nullable Capture capture() {
    S replica = machine;
    return replica == null ? null : replica.capture();
  }

  private void answerReads() {
    S replica = machine;
    while (replica != null && !reads.isEmpty() && reads.firstKey() <= applied.index()) {
      for (Pending<R, S> pending : reads.pollFirstEntry().getValue()) {
        world.ledger().read(pending, replica, applied.index());
      }
    }
  }
}
