package dev.balsa.raft;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Watches a whole cluster and knows its history: the five promises of the paper's figure 3, and
 * that what is committed lies on a majority of media.
 */
final class Judge {
  private Membership membership; // the last one committed
  private Quorum deciding; // of the leader that committed the last entry
  private final TreeMap<Long, NodeId> leaders = new TreeMap<>();
  private final TreeMap<EntryId, Seen> entries = new TreeMap<>();
  private final List<Entry> committed = new ArrayList<>();
  private final List<Long> states = new ArrayList<>(List.of(0L));
  private final TreeMap<Long, EntryId> committedIn = new TreeMap<>(); // term → last committed in it
  private final TreeMap<EntryId, Bytes> promised = new TreeMap<>();
  private final TreeSet<Bytes> refused = new TreeSet<>();

  private record Seen(Payload payload, EntryId prev) {}

  Judge(Membership founding) {
    membership = founding;
    deciding = new Quorum(founding);
  }

  /** The membership that was committed last. */
  Membership membership() {
    return membership;
  }

  /** How many entries were ever committed. */
  int committed() {
    return committed.size();
  }

  /** What a state machine's number is after {@code index}, if it applied what is committed. */
  long stateAt(long index) {
    while (states.size() <= index) {
      states.add(next(states.getLast(), committed.get(states.size() - 1)));
    }
    return states.get(Math.toIntExact(index));
  }

  /** The state machine of all nodes: a number that tells what was applied, in which order. */
  static long next(long state, Entry entry) {
    return 31 * state + entry.hashCode();
  }

  int terms() {
    return leaders.size();
  }

  /** Log Matching: an id names one payload and one predecessor, on every node and for ever. */
  void appended(LogSlice slice) {
    EntryId prev = slice.prev();
    for (Entry entry : slice.entries()) {
      Seen seen = new Seen(entry.payload(), prev);
      Seen before = entries.putIfAbsent(entry.id(), seen);
      require(before == null || before.equals(seen), "entry " + entry + " was " + before);
      Bytes expected = promised.get(entry.id());
      require(expected == null || holds(seen, expected), entry + " promised to " + expected);
      prev = entry.id();
    }
  }

  /** Election Safety and Leader Completeness. */
  void became(NodeId leader, long term, TestDisk disk) {
    NodeId before = leaders.putIfAbsent(term, leader);
    require(before == null, "term " + term + " led by " + before + " and " + leader);
    // A late winner need not know what a leader of a later term has committed already.
    Map.Entry<Long, EntryId> earlier = committedIn.lowerEntry(term);
    require(
        earlier == null || disk.holds(earlier.getValue()),
        leader + " leads term " + term + " without the committed " + earlier);
  }

  /** State Machine Safety: a node knows {@code to} as committed. */
  void committed(Commit commit, TestDisk disk, Map<NodeId, TestDisk> media) {
    NodeId node = commit.node();
    long from = commit.from();
    long to = commit.to();
    Require.invariant(
        disk.base().index() <= committed.size(),
        "%s has a snapshot of %s, committed are %s",
        node,
        disk.base(),
        committed.size());
    for (long index = Math.max(from, disk.base().index()) + 1; index <= to; index++) {
      Entry entry = disk.entry(index);
      if (index <= committed.size()) {
        Entry known = committed.get(Math.toIntExact(index) - 1);
        require(known.equals(entry), node + " commits " + entry + " where " + known + " is");
      } else {
        committed.add(entry);
        deciding = new Quorum(commit.inForce());
        if (entry.payload() instanceof Payload.Configuration(Membership next)) {
          configured(entry.id(), next);
        }
        // Only a leader commits first, and always up to an entry of its own term.
        committedIn.put(disk.entry(to).term(), disk.entry(to).id());
      }
    }
    if (to > from) {
      durable(media);
    }
  }

  /**
   * A node's commit index rises.
   *
   * @param inForce the membership by which it counts
   */
  record Commit(NodeId node, long from, long to, Membership inForce) {}

  /** No two configurations that follow each other can decide without each other. */
  private void configured(EntryId at, Membership next) {
    List<NodeId> all =
        Stream.concat(membership.electorate().stream(), next.electorate().stream())
            .distinct()
            .toList();
    Quorum before = new Quorum(membership);
    Quorum after = new Quorum(next);
    for (long set = 0; set < 1L << all.size(); set++) {
      long chosen = set;
      require(
          !before.agrees(node -> (chosen >> all.indexOf(node) & 1) == 1)
              || !after.agrees(node -> (chosen >> all.indexOf(node) & 1) == 0),
          at + " goes from " + membership + " to " + next + ", which need not agree");
    }
    require(
        next.removed().containsAll(membership.removed()),
        at + " forgets of " + membership.removed() + " that they were removed");
    membership = next;
  }

  /** What is committed lies on a quorum's media; called whenever a medium changes. */
  void durable(Map<NodeId, TestDisk> media) {
    if (committed.isEmpty()) {
      return;
    }
    EntryId last = committed.getLast().id();
    require(
        deciding.agrees(node -> holdsForced(media, node, last)),
        last + " is committed and not on " + deciding);
  }

  private static boolean holdsForced(Map<NodeId, TestDisk> media, NodeId node, EntryId id) {
    TestDisk disk = media.get(node);
    return disk != null && disk.holdsForced(id);
  }

  /** A client was told where its command stands. */
  void accepted(EntryId id, Bytes command) {
    promised.put(id, command);
    Seen seen = entries.get(id);
    require(seen == null || holds(seen, command), id + " is not " + command + " but " + seen);
  }

  /** A client was told that its change of the membership begins at {@code id}. */
  void acceptedChange(EntryId id) {
    Seen seen = entries.get(id);
    require(
        seen == null || seen.payload() instanceof Payload.Configuration,
        id + " is no configuration but " + seen);
  }

  /** A client was told that its command was not appended. */
  void refused(Bytes command) {
    refused.add(command);
  }

  /** Whole-log checks, too slow for every step. */
  void finish(Collection<TestDisk> disks) {
    for (TestDisk disk : disks) {
      int base = Math.toIntExact(disk.base().index());
      int common = Math.min(disk.log().size(), committed.size() - base);
      require(
          disk.log().subList(0, common).equals(committed.subList(base, base + common)),
          "a log differs from what is committed");
    }
    TreeSet<Bytes> once = new TreeSet<>();
    for (Entry entry : committed) {
      if (entry.payload() instanceof Payload.Command(Bytes data)) {
        require(once.add(data), data + " is committed twice");
      }
    }
    for (Map.Entry<EntryId, Seen> entry : entries.entrySet()) {
      if (entry.getValue().payload() instanceof Payload.Command(Bytes data)) {
        require(!refused.contains(data), data + " was refused and stands at " + entry.getKey());
      }
    }
  }

  private static boolean holds(Seen seen, Bytes command) {
    return seen.payload().equals(new Payload.Command(command));
  }

  private static void require(boolean holds, String text) {
    if (!holds) {
      throw new AssertionError(text);
    }
  }
}
