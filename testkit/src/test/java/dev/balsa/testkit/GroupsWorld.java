package dev.balsa.testkit;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.sim.BrokenPromise;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes with the same groups and virtual time, and one group more that only the second node
 * has. Judged after every event: one leader and one vote of each node in a term, and one command at
 * each place of a group's log, whoever tells of it.
 */
final class GroupsWorld {
  static final GroupId ALONE = new GroupId(9);
  static final int GROUPS = 3; // that all nodes have
  private static final long MILLISECOND = 1_000_000;

  private final SplitMix random;
  private final TreeMap<NodeId, GroupsNode> nodes = new TreeMap<>();
  private final TreeMap<GroupId, Membership> memberships = new TreeMap<>();
  private final TreeMap<GroupId, TreeMap<Long, Entry>> committed = new TreeMap<>();
  private final TreeMap<String, NodeId> votes = new TreeMap<>(); // by group, term and voter
  private final TreeMap<String, NodeId> leaders = new TreeMap<>(); // by group and term
  private final PriorityQueue<Arrival> arrivals =
      new PriorityQueue<>(
          Comparator.comparingLong(Arrival::at).thenComparingLong(Arrival::sequence));
  private long now;
  private long sequence;
  private long proposals;

  private record Arrival(long at, long sequence, NodeId to, GroupId group, Message message) {}

  GroupsWorld(long seed) {
    random = new SplitMix(seed);
    List<NodeId> all = List.of(new NodeId(1), new NodeId(2), new NodeId(3));
    for (long group = 1; group <= GROUPS; group++) {
      memberships.put(new GroupId(group), new Membership(all));
    }
    memberships.put(ALONE, new Membership(List.of(new NodeId(2))));
    for (NodeId id : all) {
      nodes.put(id, new GroupsNode(id, this::judge, (group, out) -> send(id, group, out)));
      start(id);
    }
  }

  GroupsNode node(NodeId id) {
    return Objects.requireNonNull(nodes.get(id), "a node");
  }

  SplitMix random() {
    return random;
  }

  /**
   * Starts a node; returns the groups that lost entries.
   *
   * @throws dev.balsa.node.StorageException if the log is damaged beyond repair
   */
  List<GroupId> start(NodeId id) {
    return node(id).start(memberships, random.nextLong(), now);
  }

  /** Ends a node, cleanly or not. */
  void stop(NodeId id) {
    FaultyDirectory.Loss[] losses = FaultyDirectory.Loss.values();
    FaultyDirectory.Loss loss = losses[(int) random.nextBetween(0, losses.length)];
    node(id).stop(random.nextBetween(0, 2) == 0, loss, random.nextLong());
  }

  /** How many entries of the group are known to be committed. */
  long committed(GroupId group) {
    TreeMap<Long, Entry> entries = committed.get(group);
    return entries == null ? 0 : entries.lastKey();
  }

  /** Lets {@code millis} pass, with commands for all groups. */
  void run(long millis) {
    long end = now + millis * MILLISECOND;
    until(() -> now >= end, millis);
  }

  /** Lets time pass until something holds. */
  void until(BooleanSupplier holds, long millisMax) {
    long end = now + millisMax * MILLISECOND;
    while (!holds.getAsBoolean()) {
      BrokenPromise.require(now < end, "nothing came of it in %s ms", millisMax);
      next();
    }
  }

  private void next() {
    long next = now + MILLISECOND;
    Arrival first = arrivals.peek();
    if (first != null && first.at() < next) {
      next = Math.max(now, first.at());
      arrivals.remove();
    } else {
      first = null;
    }
    now = next;
    if (first != null) {
      deliver(first);
    }
    for (GroupsNode node : nodes.values()) {
      if (node.isRunning()) {
        node.wake(now);
        if (first == null && random.nextBetween(0, 100) == 0) {
          propose(node);
        }
        if (node.hasUnforced() && random.nextBetween(0, 3) == 0) {
          node.force(now);
        }
        judgeLeaders(node);
      }
    }
  }

  private void propose(GroupsNode node) {
    for (GroupId group : node.groups()) {
      if (node.raft(group).role() == RoleName.LEADER) {
        byte[] bytes = new byte[(int) random.nextBetween(1, 300)];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) random.nextBetween(1, 100);
        }
        node.give(group, new Input.Propose(++proposals, List.of(Bytes.wrap(bytes))), now);
      }
    }
  }

  private void send(NodeId from, GroupId group, Ready.Outgoing outgoing) {
    judgeVote(from, group, outgoing);
    if (random.nextBetween(0, 50) == 0) {
      return; // lost
    }
    byte[] frame = node(from).wire().encode(outgoing.message());
    Message read;
    try {
      read = node(outgoing.to()).wire().decode(frame);
    } catch (MalformedException e) {
      throw new BrokenPromise("%s cannot be read: %s".formatted(outgoing, e.getMessage()));
    }
    long at = now + random.nextBetween(MILLISECOND / 10, 5 * MILLISECOND);
    arrivals.add(new Arrival(at, ++sequence, outgoing.to(), group, read));
  }

  private void deliver(Arrival arrival) {
    GroupsNode to = node(arrival.to());
    if (to.isRunning()) {
      to.give(arrival.group(), new Input.Receive(arrival.message()), now);
    }
  }

  private void judgeVote(NodeId from, GroupId group, Ready.Outgoing outgoing) {
    NodeId candidate = candidate(from, outgoing);
    if (candidate != null) {
      String key = "%s %s %s".formatted(group, outgoing.message().term(), from);
      NodeId before = votes.putIfAbsent(key, candidate);
      BrokenPromise.require(
          before == null || before.equals(candidate),
          "group, term and voter %s: votes for %s and %s",
          key,
          String.valueOf(before),
          candidate);
    }
  }

  /** Whom a message votes for, or null if it is no vote. */
  private static @Nullable NodeId candidate(NodeId from, Ready.Outgoing outgoing) {
    return switch (outgoing.message()) {
      case Message.Vote vote -> from;
      case Message.VoteReply reply when reply.granted() -> outgoing.to();
      default -> null;
    };
  }

  private void judgeLeaders(GroupsNode node) {
    for (GroupId group : node.groups()) {
      if (node.raft(group).role() == RoleName.LEADER) {
        NodeId self = node.raft(group).status().self();
        String key = "%s %s".formatted(group, node.raft(group).term());
        NodeId before = leaders.putIfAbsent(key, self);
        BrokenPromise.require(
            before == null || before.equals(self), "group and term %s have two leaders", key);
      }
    }
  }

  private void judge(GroupId group, Entry entry) {
    SortedMap<Long, Entry> entries = committed.computeIfAbsent(group, id -> new TreeMap<>());
    Entry before = entries.putIfAbsent(entry.index(), entry);
    BrokenPromise.require(
        before == null || before.equals(entry),
        "group %s has %s and %s at one place",
        group,
        String.valueOf(before),
        entry);
  }
}
