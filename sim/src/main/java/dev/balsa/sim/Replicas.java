package dev.balsa.sim;

import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Fingerprint;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * All states that one node alone was ever in, by number, and what each move makes of each.
 *
 * <p>The core cannot be copied, and need not be: a state is kept as the moves that led to it, done
 * again by a real core when a move from it is asked for the first time. What came of the move is
 * remembered. The states of a group are combinations of few states of its nodes, so nearly all of
 * an {@link Explorer}'s steps are look-ups.
 */
final class Replicas {
  private final Scope scope;
  private final Letters letters = new Letters();
  private final List<State> states = new ArrayList<>();
  private final TreeMap<Fingerprint, Integer> numbers = new TreeMap<>();
  private final TreeMap<Fingerprint, Integer> logNumbers = new TreeMap<>();
  private final LongTable known = new LongTable(); // state and move → steps
  private final List<Step> steps = new ArrayList<>();
  private long movesDone;

  // A living node at a state, as long as nothing has changed it.
  private @Nullable Replica living;
  private int livingState;

  /**
   * A node's state, as far as judges and bounds look at it.
   *
   * @param writtenNumber the same for equal logs
   * @param voters those whom the durable log names last
   * @param parent the state it came from by {@code move}, or -1 - the beginning's number
   */
  record State(
      NodeId node,
      int parent,
      int move,
      @Nullable NodeId leader,
      long term,
      boolean unforced,
      List<Entry> written,
      int writtenNumber,
      List<Entry> forced,
      List<NodeId> voters) {

    boolean leads() {
      return node.equals(leader);
    }

    EntryId forcedEnd() {
      return forced.isEmpty() ? EntryId.ZERO : forced.getLast().id();
    }
  }

  /** What a move makes of a state: another, or the same, and what else came of it. */
  record Step(int number, int next, Replica.Outcome outcome) {}

  Replicas(Scope scope) {
    this.scope = scope;
  }

  Letters letters() {
    return letters;
  }

  State state(int number) {
    return states.get(number);
  }

  /** How many states single nodes were in. */
  int size() {
    return states.size();
  }

  /** How many moves cores have done, those done again included. */
  long movesDone() {
    return movesDone;
  }

  /** The state of a node at a beginning of the scope. */
  int begin(NodeId node, int beginning) {
    return number(revive(node, beginning), node, -1 - beginning, 0);
  }

  /** What a move makes of a state. */
  Step step(int state, int move) {
    long key = ((long) state << 32) | move;
    int number = known.get(key);
    if (number < 0) {
      number = steps.size();
      steps.add(find(state, move));
      known.put(key, number);
    }
    return steps.get(number);
  }

  private Step find(int number, int move) {
    State state = states.get(number);
    Replica replica = living;
    if (replica == null || livingState != number) {
      replica = revive(number);
    }
    living = null;
    Replica.Outcome outcome = replica.move(move);
    movesDone++;
    int next = number(replica, state.node(), number, move);
    living = replica;
    livingState = next;
    return new Step(steps.size(), next, outcome);
  }

  /** A living node at a state, by doing again what led to it. */
  Replica revive(int number) {
    State state = states.get(number);
    if (state.parent() < 0) {
      return revive(state.node(), -1 - state.parent());
    }
    Replica replica = revive(state.parent());
    replica.move(state.move());
    movesDone++;
    return replica;
  }

  Replica revive(NodeId node, int beginning) {
    Scope.Disk disk = scope.beginnings().get(beginning).get((int) node.value() - 1);
    return new Replica(node, scope, letters, disk);
  }

  private int number(Replica replica, NodeId node, int parent, int move) {
    Fingerprint print = replica.fingerprint();
    Integer known = numbers.putIfAbsent(print, states.size());
    if (known != null) {
      return known;
    }
    Medium medium = replica.medium();
    states.add(
        new State(
            node,
            parent,
            move,
            replica.leader(),
            replica.term(),
            medium.hasPending(),
            List.copyOf(medium.log()),
            logNumber(medium.log()),
            List.copyOf(medium.forcedLog()),
            voters(medium.forcedLog())));
    return states.size() - 1;
  }

  /** The voters that a log tells of last; all nodes if it tells of none. */
  List<NodeId> voters(List<Entry> log) {
    for (Entry entry : log.reversed()) {
      if (entry.payload() instanceof Payload.Configuration(Membership membership)) {
        return membership.voters();
      }
    }
    int nodes = scope.beginnings().getFirst().size();
    return LongStream.rangeClosed(1, nodes).mapToObj(NodeId::new).toList();
  }

  private int logNumber(List<Entry> log) {
    Fingerprint print = new Fingerprint();
    log.forEach(entry -> Replica.describe(print, entry));
    Integer known = logNumbers.putIfAbsent(print.trim(), logNumbers.size());
    return known != null ? known : logNumbers.size() - 1;
  }
}
