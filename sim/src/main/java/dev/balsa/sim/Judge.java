package dev.balsa.sim;

import static dev.balsa.sim.BrokenPromise.require;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Watches a whole cluster and knows its history: the five promises of the paper's figure 3, and
 * that what is committed lies on the media of a quorum, in the log or in a snapshot.
 */
final class Judge {
  private final List<Medium> media = new ArrayList<>(); // by node id - 1
  private final TreeMap<Long, Membership> memberships = new TreeMap<>(); // committed, by index
  private Majorities deciding; // of the leader that committed the last entry
  private Majorities latest; // of the last membership committed
  private final TreeMap<Long, NodeId> leaders = new TreeMap<>();
  private final List<List<Seen>> seen = new ArrayList<>(); // by index - 1, one for each term
  private final List<Entry> committed = new ArrayList<>();
  private final TreeMap<Long, EntryId> committedIn = new TreeMap<>(); // term → last committed in it
  private final TreeMap<EntryId, Bytes> promised = new TreeMap<>();
  private final TreeSet<Bytes> refused = new TreeSet<>();
  private final TreeSet<Bytes> overtaken = new TreeSet<>();

  private @Nullable Membership counted; // what deciding is of

  private record Seen(Entry entry, EntryId prev) {}

  Judge(Membership founding) {
    memberships.put(0L, founding);
    latest = Majorities.of(founding);
    deciding = latest;
  }

  void watch(Medium medium) {
    media.add(medium);
  }

  /** How many entries were ever committed. */
  int committed() {
    return committed.size();
  }

  Entry committed(long index) {
    return committed.get(Math.toIntExact(index) - 1);
  }

  /** The membership committed last. */
  Membership membership() {
    return memberships.lastEntry().getValue();
  }

  /** How many memberships were committed, the first one included. */
  int memberships() {
    return memberships.size();
  }

  /** Who can decide in the membership committed last. */
  Majorities majorities() {
    return latest;
  }

  /** A node has a snapshot: it says who was a member, and is not of what is yet to come. */
  void snapshot(NodeId node, SnapshotMeta snapshot) {
    long index = snapshot.last().index();
    if (index > committed.size() || !committed(index).id().equals(snapshot.last())) {
      throw new BrokenPromise("%s has a snapshot of %s", node, snapshot.last());
    }
    Membership wanted = memberships.floorEntry(index).getValue();
    if (!snapshot.membership().equals(wanted)) {
      throw new BrokenPromise(
          "the snapshot of %s at %s says %s, the members were %s",
          node, snapshot.last(), snapshot.membership(), wanted);
    }
  }

  /** How many terms had a leader. */
  int terms() {
    return leaders.size();
  }

  /**
   * Log Matching: an id names one entry and one predecessor, on every node and for ever. And Leader
   * Append-Only: a leader's log only grows.
   */
  void appended(NodeId node, long term, LogSlice slice, Medium medium) {
    if (slice.prev().index() < medium.last().index()) {
      require(!node.equals(leaders.get(term)), "leader %s cuts its log at %s", node, slice.prev());
    }
    EntryId prev = slice.prev();
    for (Entry entry : slice.entries()) {
      look(entry, prev);
      prev = entry.id();
    }
  }

  private void look(Entry entry, EntryId prev) {
    int place = Math.toIntExact(entry.index()) - 1;
    while (seen.size() <= place) {
      seen.add(new ArrayList<>(1));
    }
    for (Seen before : seen.get(place)) {
      if (before.entry().term() == entry.term()) {
        if (!before.prev().equals(prev)) {
          throw new BrokenPromise(
              "entry %s comes after %s here and after %s elsewhere",
              entry.id(), prev, before.prev());
        }
        if (!before.entry().equals(entry)) {
          throw new BrokenPromise("entry %s holds something else elsewhere", entry.id());
        }
        return;
      }
    }
    Bytes expected = promised.get(entry.id());
    if (expected != null && !holds(entry, expected)) {
      throw new BrokenPromise("%s was promised to %s", entry, expected);
    }
    seen.get(place).add(new Seen(entry, prev));
  }

  /** Damage left this log on a medium: each entry was written somewhere, as it is. */
  void foundDamaged(NodeId node, Medium medium) {
    for (Entry entry : medium.log()) {
      boolean known =
          entry.index() <= seen.size()
              && seen.get(Math.toIntExact(entry.index()) - 1).stream()
                  .anyMatch(before -> before.entry().equals(entry));
      require(known, "%s goes on with %s, which nobody wrote", node, entry);
    }
  }

  /** Election Safety and Leader Completeness. */
  void became(NodeId leader, long term, Medium medium) {
    NodeId before = leaders.putIfAbsent(term, leader);
    require(before == null, "term %s is led by %s and %s", term, before, leader);
    // A late winner need not know what a leader of a later term has committed already.
    Map.Entry<Long, EntryId> earlier = committedIn.lowerEntry(term);
    require(
        earlier == null || medium.holds(earlier.getValue()),
        "%s leads term %s without the committed %s",
        leader,
        term,
        earlier);
  }

  /**
   * State Machine Safety: a node knows the entries from {@code from + 1} to {@code to}, those that
   * a snapshot stands for aside.
   *
   * @param inForce by which the node counts
   */
  void commits(NodeId node, Medium medium, long from, long to, Membership inForce) {
    long base = medium.base().index();
    if (base > committed.size()) {
      throw new BrokenPromise(
          "%s has a snapshot of %s, %s are committed", node, medium.base(), committed.size());
    }
    for (long index = Math.max(from, base) + 1; index <= to; index++) {
      Entry entry = medium.entry(index);
      if (index <= committed.size()) {
        Entry known = committed(index);
        if (!known.equals(entry)) {
          throw new BrokenPromise("%s commits %s where %s is", node, entry, known);
        }
      } else {
        commit(entry, inForce);
        // Only a leader commits first, and always up to an entry of its own term.
        EntryId last = medium.entry(to).id();
        committedIn.put(last.term(), last);
      }
    }
    durable();
  }

  private void commit(Entry entry, Membership inForce) {
    committed.add(entry);
    if (!inForce.equals(counted)) {
      counted = inForce;
      deciding = Majorities.of(inForce);
    }
    if (entry.payload() instanceof Payload.Configuration(Membership next)) {
      Membership before = membership();
      Majorities after = Majorities.of(next);
      require(
          !latest.canDisagree(after),
          "%s goes from %s to %s, which need not agree",
          entry.id(),
          before,
          next);
      require(
          next.removed().containsAll(before.removed()),
          "%s forgets of %s that they were removed",
          entry.id(),
          before.removed());
      memberships.put(entry.index(), next);
      latest = after;
    }
  }

  /** What is committed lies on a quorum's media; called whenever a medium changes. */
  void durable() {
    if (committed.isEmpty()) {
      return;
    }
    EntryId last = committed.getLast().id();
    long copies = 0;
    for (int i = 0; i < media.size(); i++) {
      if (media.get(i).holdsForced(last)) {
        copies |= 1L << (i + 1);
      }
    }
    if (!deciding.agree(copies)) {
      throw new BrokenPromise(
          "%s is committed, and not on the media of a quorum of %s", last, counted);
    }
  }

  /** What a leader counts for a peer in its own term lies on that peer's medium. */
  void counts(Status leader, Status.Follower follower, Medium medium) {
    if (follower.match() > leader.last().index() || follower.match() >= follower.next()) {
      throw new BrokenPromise("%s counts %s of %s", leader.self(), follower, leader.last());
    }
    long end = medium.countedLast();
    if (follower.match() > end) {
      throw new BrokenPromise(
          "%s counts %s for %s, whose medium ends at %s",
          leader.self(), follower.match(), follower.node(), end);
    }
  }

  /** A client was told where its command stands. */
  void accepted(EntryId id, Bytes command) {
    promised.put(id, command);
    if (id.index() > seen.size()) {
      return;
    }
    for (Seen before : seen.get(Math.toIntExact(id.index()) - 1)) {
      require(
          before.entry().term() != id.term() || holds(before.entry(), command),
          "%s is not %s but %s",
          id,
          command,
          before);
    }
  }

  /** A client was told that its change of the membership begins at {@code id}. */
  void acceptedChange(EntryId id) {
    if (id.index() > seen.size()) {
      return;
    }
    for (Seen before : seen.get(Math.toIntExact(id.index()) - 1)) {
      require(
          before.entry().term() != id.term()
              || before.entry().payload() instanceof Payload.Configuration,
          "%s is no configuration but %s",
          id,
          before);
    }
  }

  /** A client was told that its command was not appended. */
  void refused(Bytes command) {
    refused.add(command);
  }

  /** A client was told that its command was not done, since another stands in its place. */
  void overtaken(Bytes command) {
    overtaken.add(command);
  }

  /**
   * Whole-log checks, too slow for every event.
   *
   * @param settled the media of nodes that had time to follow a leader
   * @param repeats whether commands may stand there more than once
   */
  void finish(List<Medium> settled, boolean repeats) {
    for (Medium medium : settled) {
      int base = Math.toIntExact(medium.base().index());
      int common = Math.min(medium.log().size(), committed.size() - base);
      require(
          common <= 0
              || medium.log().subList(0, common).equals(committed.subList(base, base + common)),
          "a log differs from what is committed");
    }
    if (repeats) {
      return;
    }
    TreeSet<Bytes> once = new TreeSet<>();
    for (Entry entry : committed) {
      Bytes data = command(entry);
      require(data == null || once.add(data), "%s is committed twice", data);
      require(data == null || !overtaken.contains(data), "%s was lost and is committed", data);
    }
    for (List<Seen> terms : seen) {
      for (Seen one : terms) {
        Bytes data = command(one.entry());
        require(
            data == null || !refused.contains(data), "%s was refused and stands in a log", data);
      }
    }
  }

  private static @Nullable Bytes command(Entry entry) {
    return entry.payload() instanceof Payload.Command(Bytes data) ? data : null;
  }

  private static boolean holds(Entry entry, Bytes command) {
    return command.equals(command(entry));
  }
}
