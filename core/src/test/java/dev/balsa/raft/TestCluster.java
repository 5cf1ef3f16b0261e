package dev.balsa.raft;

import dev.balsa.raft.Ready.Outgoing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * A world of real cores with virtual time, disks and network, all driven by one seed. Everything
 * that happens, in one order: the {@link #hash()} of two runs of a seed is the same.
 */
final class TestCluster {
  private static final long MILLISECOND = 1_000_000;
  private static final int NODES_MAX = 9;
  private static final long CHURN_STEP = 20 * MILLISECOND;

  final RunCounts counts = new RunCounts();
  private final SplitMix random;
  private final Judge judge;
  private final TreeMap<NodeId, TestNode> nodes = new TreeMap<>();
  private final TreeSet<Link> cuts = new TreeSet<>();
  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private final boolean tiny;
  private final int preVotes; // none, a mix, or all of them ask first
  private final boolean preferred;
  private long churnNanos;
  private FaultPlan plan;
  private long now;
  private long order;
  private boolean traced;
  private long hash = 1;
  private long commandCount;

  private record Due(long at, long order, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  private record Link(NodeId from, NodeId to) implements Comparable<Link> {
    private static final Comparator<Link> ORDER =
        Comparator.comparing(Link::from).thenComparing(Link::to);

    @Override
    public int compareTo(Link other) {
      return ORDER.compare(this, other);
    }
  }

  TestCluster(long seed) {
    random = new SplitMix(seed);
    int size = List.of(1, 2, 3, 3, 3, 4, 5, 5).get(draw(8));
    Membership founding =
        new Membership(LongStream.rangeClosed(1, size).mapToObj(NodeId::new).toList());
    judge = new Judge(founding);
    plan = FaultPlan.draw(random);
    now = random.nextBetween(-1_000_000 * MILLISECOND, 1_000_000 * MILLISECOND);
    tiny = FaultPlan.oneIn(random, 2);
    preVotes = draw(4);
    preferred = FaultPlan.oneIn(random, 3);
    churnNanos = FaultPlan.oneIn(random, 2) ? Long.MAX_VALUE : (1 + draw(15)) * CHURN_STEP;
    founding.voters().forEach(voter -> start(voter, founding));
  }

  private void start(NodeId id, Membership founding) {
    RaftConfig config =
        RaftConfig.of(id, 0)
            .withPreVote(preVotes > 1 || (preVotes == 1 && draw(2) == 0))
            .withPriority(preferred ? draw(5) : ElectionRules.PRIORITY_MAX);
    if (tiny) {
      config =
          config
              .withWindow(1 + draw(200), 1 + draw(4), 1 + draw(500))
              .withMemory(1 + draw(2000), 1 + draw(300));
    }
    config =
        config.withSnapshots(
            new SnapshotRules(draw(20), 1 + draw(600), 100 + draw(300), 20_000 + draw(1_000_000)));
    TestNode node = new TestNode(this, config, founding);
    nodes.put(id, node);
    node.start(random.nextLong());
  }

  Judge judge() {
    return judge;
  }

  long now() {
    return now;
  }

  /** From now on every input and output counts in {@link #hash()}. */
  void trace() {
    traced = true;
  }

  long hash() {
    return hash;
  }

  Collection<TestNode> nodes() {
    return nodes.values();
  }

  Map<NodeId, TestDisk> media() {
    TreeMap<NodeId, TestDisk> media = new TreeMap<>();
    nodes.forEach((id, node) -> media.put(id, node.disk));
    return media;
  }

  private int draw(int bound) {
    return (int) random.nextBetween(0, bound);
  }

  private void at(long time, Runnable action) {
    queue.add(new Due(time, order++, action));
  }

  void record(NodeId node, Input input, Ready ready) {
    counts.steps++;
    if (!traced) {
      return;
    }
    hash = hash * 31 + node.hashCode();
    hash = hash * 31 + input.toString().hashCode();
    hash = hash * 31 + ready.toString().hashCode();
  }

  /** Runs for {@code nanos}, with clients asking every {@code clientNanos}. */
  void run(long nanos, long clientNanos) {
    long end = now + nanos;
    boolean[] open = {true};
    repeat(open, clientNanos, this::client);
    if (plan.faultNanos() < Long.MAX_VALUE) {
      repeat(open, plan.faultNanos(), this::fault);
    }
    if (churnNanos < Long.MAX_VALUE) {
      repeat(open, churnNanos, this::churn);
    }
    while (true) {
      TestNode first =
          nodes.values().stream().min(Comparator.comparingLong(TestNode::deadline)).orElseThrow();
      long wake = Math.max(now, first.deadline());
      Due due = queue.peek();
      if (Math.min(wake, due == null ? Long.MAX_VALUE : due.at()) > end) {
        break;
      }
      if (due != null && due.at() <= wake) {
        queue.remove();
        now = Math.max(now, due.at());
        due.action().run();
      } else {
        now = wake;
        first.step(new Input.Wake());
      }
    }
    open[0] = false;
    now = end;
  }

  private void repeat(boolean[] open, long meanNanos, Runnable action) {
    at(
        now + random.nextBetween(0, 2 * meanNanos) + 1,
        () -> {
          if (open[0]) {
            action.run();
            repeat(open, meanNanos, action);
          }
        });
  }

  /** Gives a node an input now, or when its pause ends; never to a later process of it. */
  private void give(TestNode node, long process, Runnable input) {
    if (!node.isUp() || node.process() != process) {
      return;
    }
    if (node.pausedUntil > now) {
      at(node.pausedUntil, () -> give(node, process, input));
    } else {
      input.run();
    }
  }

  void afterForce(TestNode node, Runnable done) {
    long process = node.process();
    long time = random.nextBetween(0, plan.forceNanosMax());
    if (plan.forceHangs() && FaultPlan.oneIn(random, 100)) {
      time = random.nextBetween(0, 1000 * MILLISECOND);
    }
    at(now + time, () -> give(node, process, done));
  }

  boolean takesSnapshot() {
    return draw(1000) < plan.snapshotRate();
  }

  int drawPadding() {
    return draw(1000);
  }

  boolean damagesSnapshot() {
    return plan.lossRate() > 0 && FaultPlan.oneIn(random, 10);
  }

  boolean deletesNow() {
    return !FaultPlan.oneIn(random, 3);
  }

  /** First a snapshot becomes durable, and some time later the core is told. */
  void afterSnapshot(TestNode node, Runnable durable, Runnable told) {
    long process = node.process();
    long time = now + random.nextBetween(0, 4 * plan.forceNanosMax());
    at(time, () -> give(node, process, durable));
    at(time + random.nextBetween(0, 20 * MILLISECOND), () -> give(node, process, told));
  }

  void send(TestNode from, Outgoing outgoing) {
    TestNode to = nodes.get(outgoing.to());
    counts.messages++;
    if (to == null) {
      counts.lost++;
      return;
    }
    if (cuts.contains(new Link(from.id, to.id)) || draw(1000) < plan.lossRate() || !to.isUp()) {
      counts.lost++;
      if (draw(1000) < plan.reportRate()) {
        long process = from.process();
        at(
            now + random.nextBetween(0, 50 * MILLISECOND),
            () -> give(from, process, () -> from.step(new Input.Unreachable(to.id))));
      }
      return;
    }
    deliver(to, outgoing.message());
    // Two copies of a Forward are two requests: a transport must not make them (see Message).
    if (!isRequest(outgoing.message()) && draw(1000) < plan.duplicateRate()) {
      counts.duplicated++;
      deliver(to, outgoing.message());
    }
  }

  private static boolean isRequest(Message message) {
    return message instanceof Message.Forward || message instanceof Message.ForwardChange;
  }

  private void deliver(TestNode to, Message message) {
    long delay = random.nextBetween(0, plan.delayNanosMax());
    if (draw(1000) < plan.clogRate()) {
      delay = random.nextBetween(0, 1500 * MILLISECOND);
    }
    // Old messages also reach later processes of a node.
    at(now + delay, () -> give(to, to.process(), () -> to.step(new Input.Receive(message))));
  }

  private void client() {
    TestNode node = anyNode();
    long process = node.process();
    if (FaultPlan.oneIn(random, 4)) {
      give(node, process, node::read);
      return;
    }
    // In a healthy world nothing but trouble may move a leader.
    if (!plan.equals(FaultPlan.HEALTHY) && FaultPlan.oneIn(random, 25)) {
      NodeId target = anyNode().id;
      give(node, process, () -> node.transfer(target));
      return;
    }
    List<Bytes> commands = new ArrayList<>();
    for (int i = 1 + draw(3); i > 0; i--) {
      commands.add(Bytes.utf8("c" + ++commandCount + "x".repeat(draw(60))));
    }
    give(node, process, () -> node.propose(commands));
  }

  /** An operator asks any node for other members, by what that node knows. */
  private void churn() {
    TestNode node = anyNode();
    if (node.raft == null) {
      return;
    }
    List<NodeId> known = node.raft.membership().members().stream().map(Member::id).toList();
    TreeMap<NodeId, Change> changes = new TreeMap<>();
    for (int i = 1 + draw(3); i > 0; i--) {
      Change change =
          known.isEmpty() || draw(5) < 2 ? add() : change(known.get(draw(known.size())));
      changes.put(change.node(), change);
    }
    give(node, node.process(), () -> node.reconfigure(List.copyOf(changes.values())));
  }

  private Change add() {
    // One process more than the group can know; the others are asked for again.
    boolean fresh = nodes.size() < NODES_MAX;
    NodeId id = fresh ? new NodeId(nodes.size() + 1L) : anyNode().id;
    if (fresh) {
      start(id, Membership.UNKNOWN);
    }
    Seat seat = List.of(Seat.JOINING, Seat.JOINING, Seat.LEARNER, Seat.VOTER).get(draw(4));
    return new Change.Add(id, seat, Bytes.EMPTY);
  }

  private Change change(NodeId node) {
    return switch (draw(6)) {
      case 0, 1 -> new Change.Remove(node);
      case 2, 3 -> new Change.Promote(node);
      case 4 -> new Change.Demote(node);
      default -> new Change.Update(node, Bytes.utf8("u" + draw(9)));
    };
  }

  /** Stops the processes that are no members any more, as their operator would. */
  void retireStrangers() {
    nodes.values().removeIf(node -> judge.membership().member(node.id) == null);
  }

  private TestNode anyNode() {
    return List.copyOf(nodes.values()).get(draw(nodes.size()));
  }

  private void fault() {
    TestNode node = anyNode();
    switch (draw(8)) {
      case 0, 1 -> crash(node);
      case 2 -> {
        counts.pauses++;
        node.pausedUntil = now + random.nextBetween(0, 1000 * MILLISECOND);
      }
      case 3 -> cutOff(node);
      case 4 -> cut(node.id, anyNode().id);
      case 5 -> split();
      default -> cuts.clear();
    }
  }

  private void crash(TestNode node) {
    if (!node.isUp()) {
      return;
    }
    counts.crashes++;
    node.crash(random);
    long process = node.process();
    long seed = random.nextLong();
    at(
        now + random.nextBetween(0, 800 * MILLISECOND),
        () -> {
          if (!node.isUp() && node.process() == process) {
            node.start(seed);
          }
        });
  }

  private void cut(NodeId from, NodeId to) {
    counts.cuts++;
    cuts.add(new Link(from, to));
  }

  private void cutOff(TestNode node) {
    for (NodeId other : nodes.keySet()) {
      cut(node.id, other);
      cut(other, node.id);
    }
  }

  private void split() {
    List<NodeId> left = nodes.keySet().stream().filter(node -> draw(2) == 0).toList();
    for (NodeId one : left) {
      for (NodeId other : nodes.keySet()) {
        if (!left.contains(other)) {
          cut(one, other);
          cut(other, one);
        }
      }
    }
  }

  /** Ends all faults: links whole, nodes up, disks and network quick. */
  void heal() {
    plan = FaultPlan.HEALTHY;
    churnNanos = Long.MAX_VALUE;
    cuts.clear();
    for (TestNode node : nodes.values()) {
      node.pausedUntil = Math.min(node.pausedUntil, now);
      if (!node.isUp()) {
        node.start(random.nextLong());
      }
    }
  }
}
