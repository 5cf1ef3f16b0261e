package dev.balsa.sim;

import static dev.balsa.sim.BrokenPromise.require;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Watches a whole cluster and knows its history: the five promises of the paper's figure 3, and
 * that what is committed lies on a majority of media.
 */
final class Judge {
  private final int quorum;
  private final List<Medium> media = new ArrayList<>();
  private final TreeMap<Long, NodeId> leaders = new TreeMap<>();
  private final List<List<Seen>> seen = new ArrayList<>(); // by index - 1, one for each term
  private final List<Entry> committed = new ArrayList<>();
  private final TreeMap<Long, EntryId> committedIn = new TreeMap<>(); // term → last committed in it
  private final TreeMap<EntryId, Bytes> promised = new TreeMap<>();
  private final TreeSet<Bytes> refused = new TreeSet<>();

  private record Seen(Entry entry, EntryId prev) {}

  Judge(int voters) {
    quorum = voters / 2 + 1;
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
        if (!before.entry().equals(entry) || !before.prev().equals(prev)) {
          throw new BrokenPromise("entry %s after %s was %s".formatted(entry, prev, before));
        }
        return;
      }
    }
    Bytes expected = promised.get(entry.id());
    require(expected == null || holds(entry, expected), "%s was promised to %s", entry, expected);
    seen.get(place).add(new Seen(entry, prev));
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

  /** State Machine Safety: a node knows the entries from {@code from + 1} to {@code to}. */
  void commits(NodeId node, Medium medium, long from, long to) {
    for (long index = from + 1; index <= to; index++) {
      Entry entry = medium.entry(index);
      if (index <= committed.size()) {
        Entry known = committed(index);
        if (!known.equals(entry)) {
          throw new BrokenPromise("%s commits %s where %s is".formatted(node, entry, known));
        }
      } else {
        committed.add(entry);
        // Only a leader commits first, and always up to an entry of its own term.
        EntryId last = medium.entry(to).id();
        committedIn.put(last.term(), last);
      }
    }
    durable();
  }

  /** What is committed lies on a majority of media; called whenever a medium changes. */
  void durable() {
    if (committed.isEmpty()) {
      return;
    }
    EntryId last = committed.getLast().id();
    int copies = 0;
    for (Medium medium : media) {
      if (medium.holdsForced(last)) {
        copies++;
      }
    }
    if (copies < quorum) {
      throw new BrokenPromise(last + " is committed on only " + copies + " media");
    }
  }

  /** What a leader counts for a peer in its own term lies on that peer's medium. */
  void counts(Status leader, Status.Follower follower, Medium medium) {
    require(
        follower.match() <= leader.last().index() && follower.match() < follower.next(),
        "%s counts %s of %s",
        leader.self(),
        follower,
        leader.last());
    require(
        follower.match() <= medium.forcedLog().size(),
        "%s counts %s for %s, whose medium ends at %s",
        leader.self(),
        follower.match(),
        follower.node(),
        medium.forcedLog().size());
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

  /** A client was told that its command was not appended. */
  void refused(Bytes command) {
    refused.add(command);
  }

  /**
   * Whole-log checks, too slow for every event.
   *
   * @param repeats whether commands may stand there more than once
   */
  void finish(boolean repeats) {
    for (Medium medium : media) {
      int common = Math.min(medium.log().size(), committed.size());
      require(
          medium.log().subList(0, common).equals(committed.subList(0, common)),
          "a log differs from what is committed");
    }
    if (repeats) {
      return;
    }
    TreeSet<Bytes> once = new TreeSet<>();
    for (Entry entry : committed) {
      Bytes data = command(entry);
      require(data == null || once.add(data), "%s is committed twice", data);
      require(data == null || !refused.contains(data), "%s was refused and is committed", data);
    }
  }

  private static @Nullable Bytes command(Entry entry) {
    return entry.payload() instanceof Payload.Command(Bytes data) ? data : null;
  }

  private static boolean holds(Entry entry, Bytes command) {
    return command.equals(command(entry));
  }
}
