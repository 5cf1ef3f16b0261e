package dev.balsa.sim;

import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Input;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.ProposalOutcome;
import dev.balsa.raft.Ready.ReadOutcome;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One node's machine and the clients who wait for it. Request numbers begin anew in each process,
 * as a careless host's would.
 */
final class Desk<R, S extends StateMachine<R>> {
  private final World<R, S> world;
  private final NodeId id;
  private @Nullable S machine; // null while the process is down
  private long applied;
  private long requests;
  private final TreeMap<Long, Pending<R, S>> asked = new TreeMap<>();
  private final TreeMap<Long, Placed<R, S>> placed = new TreeMap<>(); // by index
  private final TreeMap<Long, List<Pending<R, S>>> reads = new TreeMap<>(); // by index

  private record Placed<R, S extends StateMachine<R>>(EntryId id, Pending<R, S> pending) {}

  Desk(World<R, S> world, NodeId id) {
    this.world = world;
    this.id = id;
  }

  void open(S empty) {
    machine = empty;
    applied = 0;
    requests = 0;
  }

  /** The process ends: whoever waits loses the connection. */
  void close() {
    machine = null;
    List<Pending<R, S>> waiting = new ArrayList<>(asked.values());
    placed.values().forEach(place -> waiting.add(place.pending()));
    reads.values().forEach(waiting::addAll);
    asked.clear();
    placed.clear();
    reads.clear();
    waiting.forEach(world::unknown);
  }

  long applied() {
    return applied;
  }

  /** The machine of the process that runs, or null. */
  @Nullable S machine() {
    return machine;
  }

  /** Requests without an answer. */
  int waiting() {
    return asked.size() + placed.size() + reads.size();
  }

  /** A request becomes an input for the core. */
  Input input(Pending<R, S> pending) {
    long name = ++requests;
    asked.put(name, pending);
    return switch (pending.request) {
      case Request.Write<R, S> write -> new Input.Propose(name, List.of(write.command()));
      case Request.Read<R, S> read -> new Input.Read(name, read.mode());
    };
  }

  void answered(Ready ready) {
    for (ProposalOutcome outcome : ready.proposals()) {
      answered(outcome, take(outcome.proposal(), outcome));
    }
    for (ReadOutcome outcome : ready.reads()) {
      Pending<R, S> pending = take(outcome.read(), outcome);
      switch (outcome) {
        case ReadOutcome.Confirmed(long read, long index, var basis) -> {
          world.figures().leaseReads += basis.path() == ReadBasis.Path.LEASE ? 1 : 0;
          reads.computeIfAbsent(index, i -> new ArrayList<>(1)).add(pending);
          answerReads();
        }
        case ReadOutcome.Refused refused -> world.refused(pending);
      }
    }
  }

  private Pending<R, S> take(long name, Object outcome) {
    Pending<R, S> pending = asked.remove(name);
    if (pending == null) {
      throw new BrokenPromise("%s answers what nobody waits for: %s".formatted(id, outcome));
    }
    return pending;
  }

  private void answered(ProposalOutcome outcome, Pending<R, S> pending) {
    switch (outcome) {
      case ProposalOutcome.Accepted(long proposal, EntryId first) -> {
        world.accepted(first, pending);
        if (first.index() <= applied) {
          world.unknown(pending); // its result went by before its place was known
        } else {
          Placed<R, S> before = placed.put(first.index(), new Placed<>(first, pending));
          if (before != null) {
            settle(before, first);
          }
        }
      }
      case ProposalOutcome.Refused refused -> world.refused(pending);
      case ProposalOutcome.Unknown unknown -> world.unknown(pending);
    }
  }

  /** Two commands were given one index, in two terms: that of the earlier term is lost. */
  private void settle(Placed<R, S> before, EntryId now) {
    Placed<R, S> later = placed.get(now.index());
    if (later != null && before.id().term() > now.term()) {
      placed.put(now.index(), before);
      world.unknown(later.pending());
    } else {
      world.unknown(before.pending());
    }
  }

  void apply(Entry entry) {
    S replica = machine;
    if (replica == null || entry.index() != applied + 1) {
      throw new BrokenPromise("%s applies %s after %d".formatted(id, entry.id(), applied));
    }
    R result = world.twin().apply(id, replica, entry);
    applied = entry.index();
    Placed<R, S> place = placed.remove(applied);
    if (place != null) {
      if (place.id().equals(entry.id()) && result != null) {
        world.written(place.pending(), result, applied);
      } else {
        world.refused(place.pending()); // another term's entry stands there for good
      }
    }
    answerReads();
  }

  private void answerReads() {
    S replica = machine;
    while (replica != null && !reads.isEmpty() && reads.firstKey() <= applied) {
      for (Pending<R, S> pending : reads.pollFirstEntry().getValue()) {
        world.read(pending, replica, applied);
      }
    }
  }
}
