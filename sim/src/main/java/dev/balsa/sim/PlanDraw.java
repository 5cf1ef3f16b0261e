package dev.balsa.sim;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.SplitMix;
import dev.balsa.sim.Plan.ClientPlan;
import dev.balsa.sim.Plan.TimedFault;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws plans: small clusters more often than great ones, and every kind of trouble in some. A few
 * are short and violent; most are long, with quiet moments between the faults, in which whatever
 * takes its time can go wrong.
 */
final class PlanDraw {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1000 * MILLISECOND;
  private static final int[] SIZES = {1, 2, 3, 3, 3, 3, 3, 4, 5, 5};
  private static final int KINDS = 21;
  private static final int RESHAPE = 17;
  private static final long APART = 0x6c6f7365;
  private static final int TRANSFER = 16;

  private final long seed;
  private final SplitMix random;

  PlanDraw(long seed) {
    this.seed = seed;
    this.random = new SplitMix(seed);
  }

  Plan plan() {
    return plan(SIZES[draw(SIZES.length)]);
  }

  Plan plan(int nodes) {
    boolean violent = oneIn(4);
    long storm = (violent ? between(10, 40) : between(240, 720)) * SECOND;
    Plan.Churn churn =
        oneIn(3) ? Plan.Churn.NONE : new Plan.Churn(1 + draw(violent ? 4 : 8), oneIn(2));
    return new Plan(
        seed,
        nodes,
        storm,
        timing(violent),
        oneIn(2) ? window() : Plan.Window.DEFAULT,
        oneIn(2) ? Plan.Host.OVERLAP : Plan.Host.TURNS,
        weather(),
        clients(violent),
        faults(nodes, churn.spares(), storm, violent),
        oneIn(5) ? Plan.Snapshots.NONE : snapshots(),
        elections(),
        churn);
  }

  private Plan.Timing timing(boolean violent) {
    if (violent) {
      return oneIn(3) ? Plan.Timing.ETCD : Plan.Timing.PAPER;
    }
    return oneIn(3) ? Plan.Timing.ETCD : Plan.Timing.WIDE;
  }

  private Plan.Window window() {
    return new Plan.Window(
        1 + draw(200), 1 + draw(4), 1 + draw(500), 1 + draw(2000), 1 + draw(300));
  }

  private Plan.Snapshots snapshots() {
    return new Plan.Snapshots(
        1 + draw(oneIn(2) ? 20 : 200),
        oneIn(3) ? 0 : draw(40),
        1 + draw(2000),
        100 + draw(900),
        5_000 + draw(1_000_000));
  }

  private Plan.Elections elections() {
    Plan.Asking asking =
        switch (draw(4)) {
          case 0 -> Plan.Asking.NONE;
          case 1 -> Plan.Asking.ODD;
          default -> Plan.Asking.ALL;
        };
    return new Plan.Elections(asking, oneIn(3));
  }

  private Weather weather() {
    return new Weather(
        oneIn(3) ? 0 : draw(oneIn(4) ? 400 : 100),
        draw(1000),
        oneIn(3) ? 0 : draw(oneIn(4) ? 500 : 100),
        oneIn(2) ? 0 : draw(50),
        between(1, 60) * MILLISECOND,
        between(1, 40) * MILLISECOND);
  }

  private List<ClientPlan> clients(boolean violent) {
    List<ClientPlan> clients = new ArrayList<>();
    for (int client = 1 + draw(violent ? 5 : 3); client > 0; client--) {
      long think = violent ? between(20, 400) : between(400, 4000);
      clients.add(new ClientPlan(client, think * MILLISECOND, Long.MAX_VALUE));
    }
    return clients;
  }

  private List<TimedFault> faults(int nodes, int spares, long storm, boolean violent) {
    List<TimedFault> faults = new ArrayList<>();
    long meanNanos = (violent ? between(100, 3000) : between(1500, 4000)) * MILLISECOND;
    List<Integer> kinds = kinds(spares > 0);
    int machines = nodes + spares;
    long at = between(0, 2 * meanNanos);
    while (at < storm) {
      Fault fault = fault(kinds.get(draw(kinds.size())), nodes, machines);
      faults.add(new TimedFault(at, fault));
      if (isCut(fault) && !oneIn(5)) {
        faults.add(new TimedFault(at + upTo(oneIn(4) ? 20_000 : 4_000), new Fault.Mend()));
      }
      if (fault instanceof Fault.Reshape && oneIn(3)) {
        // A change that reaches few gives way to another leader's log.
        faults.add(new TimedFault(at + upTo(30), new Fault.Split(List.of(Fault.LEADER))));
        faults.add(new TimedFault(at + upTo(20_000), new Fault.Mend()));
      }
      at += between(1, 2 * meanNanos);
    }
    loseDisks(faults, machines, storm);
    faults.sort((one, other) -> Long.compare(one.at(), other.at()));
    return faults;
  }

  /** Some worlds lose disks, too: by chances of their own, on which nothing else depends. */
  private void loseDisks(List<TimedFault> faults, int machines, long storm) {
    SplitMix chance = new SplitMix(seed ^ APART);
    if (chance.nextBetween(0, 3) > 0) {
      return;
    }
    long mean = chance.nextBetween(4, 40) * SECOND;
    for (long at = chance.nextBetween(0, 2 * mean); at < storm; ) {
      NodeId node =
          chance.nextBetween(0, 3) == 0
              ? Fault.LEADER
              : new NodeId(1 + chance.nextBetween(0, machines));
      faults.add(new TimedFault(at, new Fault.LoseDisk(node, chance.nextBetween(0, 3 * SECOND))));
      at += chance.nextBetween(1, 2 * mean);
    }
  }

  private static boolean isCut(Fault fault) {
    return fault instanceof Fault.Cut || fault instanceof Fault.Split;
  }

  /** Some worlds know only some kinds of trouble. */
  private List<Integer> kinds(boolean reshaped) {
    List<Integer> kinds = new ArrayList<>();
    for (int kind = 0; kind < KINDS; kind++) {
      if (oneIn(2) && (reshaped || kind != RESHAPE)) {
        kinds.add(kind);
      }
    }
    if (reshaped && !oneIn(3)) {
      kinds.addAll(List.of(RESHAPE, RESHAPE));
    }
    return kinds.isEmpty() ? List.of(draw(RESHAPE)) : kinds;
  }

  private Fault fault(int kind, int nodes, int machines) {
    NodeId node = node(machines);
    return switch (kind) {
      case 0 -> new Fault.PowerCut(node, upTo(1500));
      case 1 -> new Fault.Kill(node, upTo(oneIn(6) ? 30_000 : 800));
      case 2 -> new Fault.Pause(node, upTo(oneIn(5) ? 10_000 : 1500));
      case 3 -> new Fault.Cut(node, other(node, machines));
      case 4 -> new Fault.Split(List.of(node));
      case 5 -> new Fault.Split(side(machines));
      case 6 -> new Fault.Hang(node, upTo(oneIn(3) ? 5000 : 500));
      case 7 -> new Fault.FailForce(node);
      case 8 -> new Fault.FillDisk(node, upTo(2000));
      case 9 -> new Fault.Rate(node, 500 + draw(1501));
      case 10 -> new Fault.Freeze(node, upTo(2000));
      case 11 -> new Fault.Jump(node, between(-3600 * SECOND, 3600 * SECOND));
      case 12 -> new Fault.FailRead(node);
      case 13 -> new Fault.SlowDisk(node, upTo(1000), upTo(8000));
      case 14 -> damage(node);
      case 15 -> oneIn(4) ? new Fault.Wipe(node) : new Fault.PowerCut(node, upTo(20_000));
      case TRANSFER, TRANSFER + 2 -> new Fault.Transfer(node, node(nodes));
      case RESHAPE -> new Fault.Reshape(oneIn(2) ? Fault.LEADER : node, random.nextLong());
      case 19 -> new Fault.CutShort(node);
      default -> new Fault.Kill(node, upTo(100)); // restarted at once, again and again
    };
  }

  private Fault damage(NodeId node) {
    List<Storage.Damage> kinds = List.of(Storage.Damage.values());
    return new Fault.DamageDisk(node, kinds.get(draw(kinds.size())), random.nextLong());
  }

  private List<NodeId> side(int nodes) {
    List<NodeId> side = new ArrayList<>();
    for (int node = 1; node <= nodes; node++) {
      if (oneIn(2)) {
        side.add(new NodeId(node));
      }
    }
    return side;
  }

  private NodeId node(int nodes) {
    return oneIn(5) ? Fault.LEADER : new NodeId(1 + draw(nodes));
  }

  /** Another node, where there is one. */
  private NodeId other(NodeId node, int nodes) {
    return new NodeId(1 + (node.value() + draw(Math.max(1, nodes - 1))) % nodes);
  }

  private long upTo(long milliseconds) {
    return between(0, milliseconds * MILLISECOND);
  }

  private long between(long from, long to) {
    return random.nextBetween(from, to);
  }

  private int draw(int bound) {
    return (int) random.nextBetween(0, bound);
  }

  private boolean oneIn(int n) {
    return draw(n) == 0;
  }
}
