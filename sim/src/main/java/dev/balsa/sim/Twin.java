package dev.balsa.sim;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.StateMachine.Committed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The machine that applies every committed command once, in the log's order, without any fault:
 * what all others must equal, at the same index, in state and results.
 */
final class Twin<R, S extends StateMachine<R>> {
  private final Load<R, S> load;
  private final S machine;
  private final List<Outcome<R>> outcomes = new ArrayList<>(); // by index - 1

  private record Outcome<R>(@Nullable R result, long fingerprint) {}

  Twin(Load<R, S> load) {
    this.load = load;
    machine = load.machine();
  }

  /** Applies an entry, the next one, or one that was applied before. */
  private Outcome<R> outcome(Entry entry) {
    if (entry.index() > outcomes.size()) {
      BrokenPromise.require(
          entry.index() == outcomes.size() + 1,
          "%s is applied after %s entries",
          entry.id(),
          outcomes.size());
      R result = apply(machine, entry);
      outcomes.add(new Outcome<>(result, load.fingerprint(machine)));
    }
    return outcomes.get(Math.toIntExact(entry.index()) - 1);
  }

  /** Applies an entry to a replica's machine, and compares. Null unless it is a command. */
  @Nullable R apply(NodeId node, S replica, Entry entry) {
    Outcome<R> wanted = outcome(entry);
    R result = apply(replica, entry);
    long fingerprint = load.fingerprint(replica);
    if (fingerprint != wanted.fingerprint()) {
      throw new BrokenPromise(
          "the machine of %s has another state than others at %s", node, entry.id());
    }
    if (result != null && !result.equals(wanted.result())) {
      throw new BrokenPromise(
          "the machine of %s gives %s at %s, others give %s",
          node, result, entry.id(), wanted.result());
    }
    return result;
  }

  /** A replica's machine has the state of a snapshot up to {@code index}; compares. */
  void restored(NodeId node, S replica, long index) {
    if (load.fingerprint(replica) != outcomes.get(Math.toIntExact(index) - 1).fingerprint()) {
      throw new BrokenPromise(
          "the machine of %s has another state than others at %s, after a snapshot", node, index);
    }
  }

  private static <R, S extends StateMachine<R>> @Nullable R apply(S machine, Entry entry) {
    if (!(entry.payload() instanceof Payload.Command(Bytes data))) {
      return null;
    }
    return machine.apply(List.of(new Committed(entry.id(), data))).getFirst();
  }
}
