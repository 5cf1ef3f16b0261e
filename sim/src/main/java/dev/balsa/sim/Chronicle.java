package dev.balsa.sim;

import static dev.balsa.sim.BrokenPromise.require;

import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Fingerprint;
import dev.balsa.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a group's past means for its future, in the explorer's eyes: who led which term, what is
 * committed, what a read must see, and how much of the {@link Scope} is used up. Immutable once
 * {@link Explorer} keeps it.
 */
final class Chronicle {
  private final TreeMap<Long, NodeId> leaders = new TreeMap<>();
  private final List<Entry> committed = new ArrayList<>();
  private final TreeMap<Long, Integer> committedIn = new TreeMap<>(); // term → how many
  private long readFloor = -1; // what the open read must see; -1 if none is open
  private int timeouts;
  private int beats;
  private int crashes;
  private int proposals;
  private int reads;
  private int changes;

  Chronicle() {}

  private Chronicle(Chronicle other) {
    leaders.putAll(other.leaders);
    committed.addAll(other.committed);
    committedIn.putAll(other.committedIn);
    readFloor = other.readFloor;
    timeouts = other.timeouts;
    beats = other.beats;
    crashes = other.crashes;
    proposals = other.proposals;
    reads = other.reads;
    changes = other.changes;
  }

  int timeouts() {
    return timeouts;
  }

  int beats() {
    return beats;
  }

  int crashes() {
    return crashes;
  }

  int proposals() {
    return proposals;
  }

  int reads() {
    return reads;
  }

  int changes() {
    return changes;
  }

  List<Entry> committed() {
    return committed;
  }

  /** Whether a move leaves no trace here. */
  static boolean ignores(int move, Replica.Outcome outcome) {
    int act = Move.act(move);
    return act != Move.TIMER
        && act != Move.AGE
        && act != Move.READ
        && Move.proposal(act) < 0
        && !Move.changes(act)
        && Move.kept(move) < 0
        && outcome.committed.isEmpty()
        && outcome.ledTerm == 0
        && outcome.readAt < 0
        && !outcome.readRefused;
  }

  /**
   * The chronicle after a move.
   *
   * @throws BrokenPromise if what happened may not happen
   */
  Chronicle after(Replicas.State before, int move, Replica.Outcome outcome) {
    Chronicle next = new Chronicle(this);
    next.count(before, move);
    if (Move.act(move) == Move.READ) {
      next.readFloor = committed.size();
    }
    if (outcome.ledTerm > 0) {
      next.lead(before.node(), outcome.ledTerm, outcome.ledLog);
    }
    next.commit(before.node(), outcome.committed);
    if (outcome.readAt >= 0 && next.readFloor >= 0) {
      require(
          outcome.readAt >= next.readFloor,
          "linearizable reads: one asked when %s was committed is served at %s",
          next.readFloor,
          outcome.readAt);
    }
    if (outcome.readAt >= 0 || outcome.readRefused || Move.kept(move) >= 0) {
      next.readFloor = -1;
    }
    return next;
  }

  private void count(Replicas.State before, int move) {
    int act = Move.act(move);
    if (act == Move.TIMER || act == Move.AGE) {
      timeouts += act == Move.AGE || before.leads() ? 0 : 1;
      beats += before.leads() ? 1 : 0;
    }
    crashes += Move.kept(move) >= 0 ? 1 : 0;
    proposals += Move.proposal(act) >= 0 ? 1 : 0;
    reads += act == Move.READ ? 1 : 0;
    changes += Move.changes(act) ? 1 : 0;
  }

  private void lead(NodeId node, long term, List<Entry> log) {
    NodeId other = leaders.putIfAbsent(term, node);
    require(other == null, "election safety: term %s is led by %s and %s", term, other, node);
    Map.Entry<Long, Integer> earlier = committedIn.lowerEntry(term);
    int count = earlier == null ? 0 : earlier.getValue();
    require(
        count <= log.size() && committed.subList(0, count).equals(log.subList(0, count)),
        "leader completeness: %s leads term %s without all of the %s committed entries",
        node,
        term,
        count);
  }

  private void commit(NodeId node, List<Entry> entries) {
    for (Entry entry : entries) {
      int index = (int) entry.index();
      if (index <= committed.size()) {
        require(
            committed.get(index - 1).equals(entry),
            "state machine safety: %s commits %s, others %s",
            node,
            entry,
            committed.get(index - 1));
      } else {
        committed.add(entry);
        committedIn.put(entries.getLast().term(), (int) entries.getLast().index());
      }
    }
  }

  /**
   * Judges what the nodes' disks hold now: what is committed lies on a majority of the voters whom
   * the committed entries name last, and nobody who lacks it could win an election.
   */
  void judge(List<Replicas.State> nodes, List<NodeId> voters) {
    if (committed.isEmpty()) {
      return;
    }
    EntryId last = committed.getLast().id();
    int copies = 0;
    for (NodeId voter : voters) {
      copies += holds(nodes.get((int) voter.value() - 1).forced(), last) ? 1 : 0;
    }
    require(
        copies > voters.size() / 2, "durability: %s is committed on only %s disks", last, copies);
    for (Replicas.State node : nodes) {
      require(
          holds(node.forced(), last) || !couldWin(node, nodes),
          "leader completeness: %s could be elected without the committed %s",
          node.node(),
          last);
    }
  }

  /** Whether a majority of those whom a node takes for voters would vote for it. */
  private static boolean couldWin(Replicas.State node, List<Replicas.State> nodes) {
    int votes = 0;
    for (NodeId voter : node.voters()) {
      EntryId end = nodes.get((int) voter.value() - 1).forcedEnd();
      votes += end.compareTo(node.forcedEnd()) <= 0 ? 1 : 0;
    }
    return votes > node.voters().size() / 2;
  }

  /** Log Matching: where two logs hold the same id, they are the same up to there. */
  static void judgeLogs(List<Entry> one, List<Entry> other) {
    boolean same = true;
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      boolean equal = one.get(i).equals(other.get(i));
      require(
          !one.get(i).id().equals(other.get(i).id()) || (same && equal),
          "log matching: %s and %s",
          one,
          other);
      same &= equal;
    }
  }

  private static boolean holds(List<Entry> log, EntryId id) {
    int place = (int) id.index();
    return place <= log.size() && log.get(place - 1).id().equals(id);
  }

  Fingerprint fingerprint() {
    Fingerprint print = new Fingerprint();
    print
        .add(timeouts)
        .add(beats)
        .add(crashes)
        .add(proposals)
        .add(reads)
        .add(changes)
        .add(readFloor);
    leaders.forEach((term, leader) -> print.add(term).add(leader));
    print.add(committed.size());
    for (Entry entry : committed) {
      Replica.describe(print, entry);
    }
    committedIn.forEach((term, count) -> print.add(term).add(count));
    return print.trim();
  }
}
