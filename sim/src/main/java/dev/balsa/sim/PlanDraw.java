package dev.balsa.sim;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.SplitMix;
import dev.balsa.sim.Plan.ClientPlan;
import dev.balsa.sim.Plan.TimedFault;
import java.util.ArrayList;
import java.util.List;

/** Draws plans: small clusters more often than great ones, and every kind of trouble in some. */
final class PlanDraw {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1000 * MILLISECOND;
  private static final int[] SIZES = {1, 2, 3, 3, 3, 3, 4, 5, 5, 7};

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
    long storm = between(10, 40) * SECOND;
    Plan.Timing timing = oneIn(3) ? Plan.Timing.ETCD : Plan.Timing.PAPER;
    Plan.Window window = oneIn(2) ? window() : Plan.Window.DEFAULT;
    Plan.Host host = oneIn(2) ? Plan.Host.OVERLAP : Plan.Host.TURNS;
    Weather weather = weather();
    List<ClientPlan> clients = clients();
    return new Plan(
        seed, nodes, storm, timing, window, host, weather, clients, faults(nodes, storm));
  }

  private Plan.Window window() {
    return new Plan.Window(
        1 + draw(200), 1 + draw(4), 1 + draw(500), 1 + draw(2000), 1 + draw(300));
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

  private List<ClientPlan> clients() {
    List<ClientPlan> clients = new ArrayList<>();
    for (int client = 1 + draw(5); client > 0; client--) {
      clients.add(new ClientPlan(client, between(20, 400) * MILLISECOND, Long.MAX_VALUE));
    }
    return clients;
  }

  private List<TimedFault> faults(int nodes, long storm) {
    List<TimedFault> faults = new ArrayList<>();
    long meanNanos = between(100, 3000) * MILLISECOND;
    int kinds = draw(1 << 11); // some worlds know only some kinds of trouble
    long at = between(0, 2 * meanNanos);
    while (at < storm) {
      int kind = draw(11);
      if ((kinds & (1 << kind)) != 0) {
        faults.add(new TimedFault(at, fault(kind, nodes)));
      }
      if (oneIn(3)) {
        faults.add(new TimedFault(at + between(0, meanNanos), new Fault.Mend()));
      }
      at += between(1, 2 * meanNanos);
    }
    faults.sort((one, other) -> Long.compare(one.at(), other.at()));
    return faults;
  }

  private Fault fault(int kind, int nodes) {
    NodeId node = node(nodes);
    return switch (kind) {
      case 0 -> new Fault.PowerCut(node, upTo(1500));
      case 1 -> new Fault.Kill(node, upTo(800));
      case 2 -> new Fault.Pause(node, upTo(oneIn(5) ? 10_000 : 1500));
      case 3 -> new Fault.Cut(node, node(nodes));
      case 4 -> new Fault.Split(List.of(node));
      case 5 -> new Fault.Split(side(nodes));
      case 6 -> new Fault.Hang(node, upTo(oneIn(3) ? 5000 : 500));
      case 7 -> new Fault.FailForce(node);
      case 8 -> new Fault.FillDisk(node, upTo(2000));
      case 9 -> new Fault.Rate(node, 500 + draw(1501));
      default ->
          oneIn(2)
              ? new Fault.Freeze(node, upTo(2000))
              : new Fault.Jump(node, between(-3600 * SECOND, 3600 * SECOND));
    };
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
    return new NodeId(1 + draw(nodes));
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
