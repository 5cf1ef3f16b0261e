package dev.balsa.sim;

import dev.balsa.raft.Fingerprint;
import dev.balsa.raft.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Every state that a small group of real cores can come to within a {@link Scope}, nearest first,
 * each judged: election safety, log matching, leader completeness, state machine safety (paper
 * figure 3), what is committed durable on a quorum of disks, reads linearizable.
 *
 * <p>A message that was sent may arrive at any later time, any number of times or never; so loss,
 * duplication and reordering are all there without a move of their own. A state is told from others
 * by a hash of 64 bits: among 50 million states two share one with a chance of 1 in 15,000. Takes
 * about 50 bytes for each state. Not thread-safe.
 */
public final class Explorer {
  private static final int NODES_AT = 1; // in a state: the chronicle, the nodes, the messages
  private static final int STATE_MAX = 4096;

  private final Scope scope;
  private final int nodes;
  private final Replicas replicas;
  private final List<Chronicle> chronicles = new ArrayList<>();
  private final TreeMap<Fingerprint, Integer> chronicleNumbers = new TreeMap<>();
  private final LongTable chroniclesAfter = new LongTable(); // chronicle and step → chronicle
  private final LongTable logsJudged = new LongTable(); // pairs
  private final LongSet seen;
  private final StateQueue queue = new StateQueue();
  private final Trail trail = new Trail();
  private final Findings findings = new Findings();

  // The state at hand, its number, and a state after it.
  private final int[] state = new int[STATE_MAX];
  private final int[] next = new int[STATE_MAX];
  private int count;
  private int number = -1;
  private long layerEnd;

  /** An explorer that has seen nothing; {@code states} is how many it should have room for. */
  public Explorer(Scope scope, long states) {
    this.scope = scope;
    this.nodes = scope.beginnings().getFirst().size();
    this.replicas = new Replicas(scope);
    this.seen = new LongSet(states);
  }

  /**
   * Goes on until so many states were found in all, or none is left, or a promise is broken, or
   * {@code goOn}, asked now and then, says no.
   */
  public Findings run(long states, BooleanSupplier goOn) {
    if (findings.states == 0) {
      begin();
    }
    while (findings.states < states && findings.broken == null) {
      if ((findings.expanded & 0xfff) == 0 && !goOn.getAsBoolean()) {
        break;
      }
      count = queue.take(state);
      if (count < 0) {
        findings.complete = true;
        break;
      }
      if (findings.expanded == layerEnd) {
        findings.depth++;
        layerEnd = findings.states;
      }
      number = (int) findings.expanded++;
      expand();
    }
    findings.replicas = replicas.size();
    findings.messages = replicas.letters().size();
    findings.moves = replicas.movesDone();
    return findings;
  }

  /** What was found so far. */
  public Findings findings() {
    return findings;
  }

  private void begin() {
    for (int beginning = 0; beginning < scope.beginnings().size(); beginning++) {
      next[0] = number(new Chronicle());
      for (int node = 0; node < nodes; node++) {
        next[NODES_AT + node] = replicas.begin(new NodeId(node + 1), beginning);
      }
      arrive(NODES_AT + nodes, 0);
    }
    layerEnd = findings.states;
  }

  private void expand() {
    Chronicle chronicle = chronicles.get(state[0]);
    for (int node = 0; node < nodes && findings.broken == null; node++) {
      Replicas.State at = replicas.state(state[NODES_AT + node]);
      if (at.unforced() && scope.host() == Plan.Host.OVERLAP) {
        go(node, Move.FORCE);
      }
      if (chronicle.crashes() < scope.crashes()) {
        crash(node, Move.NOTHING, at.unforced() ? Move.KEPT_MAX : 0);
      }
      boolean mayBeat = chronicle.beats() < scope.beats();
      if (at.leader() != null && (mayBeat || !at.leads())) {
        go(node, Move.AGE);
      }
      boolean mayCampaign = chronicle.timeouts() < scope.timeouts() && at.term() < scope.terms();
      if (at.leads() ? mayBeat : mayCampaign) {
        go(node, Move.TIMER);
      }
      if (at.leads() && chronicle.proposals() < scope.proposals()) {
        go(node, Move.propose(chronicle.proposals()));
      }
      if (at.leads() && chronicle.changes() < scope.changes()) {
        for (int gone = 1; gone <= nodes; gone++) {
          go(node, Move.remove(gone));
        }
      }
      if (at.leads() && chronicle.reads() < scope.reads()) {
        go(node, Move.READ);
      }
    }
    for (int i = NODES_AT + nodes; i < count; i++) {
      int node = (int) replicas.letters().to(state[i]).value() - 1;
      go(node, Move.deliver(state[i]));
    }
  }

  /** An act, and the crashes that may follow at once. */
  private void go(int node, int act) {
    Replica.Outcome outcome = go(node, Move.of(act), findings);
    boolean mayCrash = chronicles.get(state[0]).crashes() < scope.crashes();
    if (outcome != null && outcome.unforced > 0 && scope.host() == Plan.Host.TURNS && mayCrash) {
      crash(node, act, Math.min(2 * outcome.unforced - 1, Move.KEPT_MAX));
    }
  }

  private void crash(int node, int act, int keptMax) {
    for (int kept = 0; kept <= keptMax; kept++) {
      Replica.Outcome outcome = go(node, Move.crashing(act, kept), findings);
      if (outcome == null || kept >= 2 * outcome.unforced) {
        return;
      }
    }
  }

  private Replica.@Nullable Outcome go(int node, int move, Findings found) {
    if (found.broken != null) {
      return null;
    }
    found.steps++;
    int coded = move * nodes + node;
    try {
      Replicas.Step step = replicas.step(state[NODES_AT + node], move);
      if (step.next() == state[NODES_AT + node] && step.outcome().isQuiet()) {
        return step.outcome(); // nothing changed
      }
      take(node, move, step);
      return step.outcome();
    } catch (RuntimeException broken) { // a judge's word, or whatever a wrong core throws
      found.broken = String.valueOf(broken.getMessage());
      found.trail = trail(coded);
      return null;
    }
  }

  private void take(int node, int move, Replicas.Step step) {
    Replica.Outcome outcome = step.outcome();
    int used = count;
    for (int i = 0; i < count; i++) {
      next[i] = state[i];
    }
    next[NODES_AT + node] = step.next();
    for (int letter : outcome.sent) {
      used = send(letter, used);
    }
    if (!Chronicle.ignores(move, outcome)) {
      next[0] = chronicleAfter(replicas.state(state[NODES_AT + node]), move, step);
    }
    arrive(used, move * nodes + node);
  }

  private int chronicleAfter(Replicas.State before, int move, Replicas.Step step) {
    long key = ((long) state[0] << 32) | step.number();
    int known = chroniclesAfter.get(key);
    if (known < 0) {
      known = number(chronicles.get(state[0]).after(before, move, step.outcome()));
      chroniclesAfter.put(key, known);
    }
    return known;
  }

  /** Keeps the messages in order, each once. */
  private int send(int letter, int used) {
    int place = Arrays.binarySearch(next, NODES_AT + nodes, used, letter);
    if (place >= 0) {
      return used;
    }
    for (int i = used; i > -place - 1; i--) {
      next[i] = next[i - 1];
    }
    next[-place - 1] = letter;
    return used + 1;
  }

  private void arrive(int used, int coded) {
    long hash = used;
    for (int i = 0; i < used; i++) {
      hash = LongSet.mix(hash ^ next[i]);
    }
    if (!seen.add(hash)) {
      findings.duplicates++;
      return;
    }
    judge();
    queue.add(next, used);
    trail.add(number, coded);
    findings.states++;
  }

  private void judge() {
    List<Replicas.State> group = new ArrayList<>(nodes);
    for (int node = 0; node < nodes; node++) {
      group.add(replicas.state(next[NODES_AT + node]));
    }
    Chronicle chronicle = chronicles.get(next[0]);
    chronicle.judge(group, replicas.voters(chronicle.committed()));
    for (int one = 0; one < nodes; one++) {
      for (int other = 0; other < one; other++) {
        judgeLogs(group.get(one), group.get(other));
      }
    }
  }

  private void judgeLogs(Replicas.State one, Replicas.State other) {
    long pair = ((long) one.writtenNumber() << 32) | other.writtenNumber();
    if (one.writtenNumber() != other.writtenNumber() && logsJudged.get(pair) < 0) {
      Chronicle.judgeLogs(one.written(), other.written());
      logsJudged.put(pair, 0);
    }
  }

  private int number(Chronicle chronicle) {
    Fingerprint print = chronicle.fingerprint();
    Integer known = chronicleNumbers.putIfAbsent(print, chronicles.size());
    if (known != null) {
      return known;
    }
    chronicles.add(chronicle);
    return chronicles.size() - 1;
  }

  /** The moves to the state at hand and one more, a line each. */
  private List<String> trail(int last) {
    List<String> lines = new ArrayList<>();
    lines.add(line(last));
    for (int at = number; trail.parent(at) >= 0; at = trail.parent(at)) {
      lines.add(line(trail.move(at)));
    }
    Collections.reverse(lines);
    return lines;
  }

  private String line(int coded) {
    return "node " + (coded % nodes + 1) + " " + Move.text(coded / nodes, replicas.letters());
  }
}
