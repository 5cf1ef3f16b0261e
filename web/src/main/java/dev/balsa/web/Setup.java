package dev.balsa.web;

import dev.balsa.raft.LeaseRules;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.ReadMode;
import dev.balsa.sim.Plan;
import dev.balsa.sim.Weather;
import java.util.List;

/**
 * What a run starts from; the rest follows from it and the actions.
 *
 * @param seed where every chance starts from, from 0 so that it reads well
 * @param nodes 1 to 9
 * @param sky latencies, loss, disks
 * @param preVote whether nodes ask before they raise their term (thesis §9.6)
 * @param checkQuorum whether a leader that no quorum answers steps down (thesis §6.2)
 * @param leases whether a leader answers reads alone while its lease holds (thesis §6.4.1)
 * @param singly whether a leader sends one entry at a time
 * @param timeouts between what election timeouts are drawn
 * @param spares machines that may join, with {@code nodes} at most 9
 * @param snapshots how many entries are applied between two snapshots, 0 for none
 * @param bug what is wrong with all nodes, on purpose
 */
record Setup(
    long seed,
    int nodes,
    Sky sky,
    boolean preVote,
    boolean checkQuorum,
    boolean leases,
    boolean singly,
    Timeouts timeouts,
    int spares,
    int snapshots,
    Bug bug) {
  /** The playground's beginning. */
  static final Setup DEFAULT =
      new Setup(1, 5, Sky.CLEAR, true, true, false, false, Timeouts.PAPER, 0, 0, Bug.NONE);

  static final int MACHINES_MAX = 9;

  /** One entry stays behind a snapshot, which travels in a few messages that can be seen. */
  private static final Plan.Snapshots SMALL = new Plan.Snapshots(0, 1, 1 << 12, 128, 1 << 20);

  /** All machines, those that may yet join included. */
  int machines() {
    return nodes + spares;
  }

  static final long SEED_MAX = 1L << 52; // a whole number in JavaScript, too

  /** By how much clocks may differ while a lease is safe; the page can set them further apart. */
  private static final int DRIFT_PER_MILLE = 100;

  private static final long MILLISECOND = 1_000_000;

  /**
   * How links and disks are; times in milliseconds, rates per thousand.
   *
   * @param forceMax the greatest time of a force, from 1
   */
  record Sky(long latencyMin, long latencyMax, int loss, int duplicate, long forceMax) {
    /** Slow enough to see, fast enough for the paper's timeouts. */
    static final Sky CLEAR = new Sky(10, 15, 0, 0, 2);

    Weather weather() {
      return new Weather(
          loss,
          0,
          duplicate,
          0,
          latencyMin * MILLISECOND,
          latencyMax * MILLISECOND + 1,
          forceMax * MILLISECOND);
    }

    String text() {
      return "sky " + latencyMin + " " + latencyMax + " " + loss + " " + duplicate + " " + forceMax;
    }

    static Sky parse(Words words) {
      long min = words.number("the least latency in ms", 0, 10_000);
      long max = words.number("the greatest latency in ms", min, 10_000);
      int loss = (int) words.number("the loss per thousand", 0, 1000);
      int duplicate = (int) words.number("the doubling per thousand", 0, 1000);
      long force = words.number("the greatest time of a force in ms", 1, 10_000);
      return new Sky(min, max, loss, duplicate, force);
    }
  }

  /** The range of election timeouts in milliseconds, the least above a heartbeat's 50. */
  record Timeouts(long min, long max) {
    /** What the paper's authors found good (§9.3). */
    static final Timeouts PAPER = new Timeouts(150, 300);

    private static final long HEARTBEAT = 50;

    /** Whether they leave time enough to elect a leader, and to stay one (paper §5.6). */
    boolean allowLeaders() {
      return min >= PAPER.min && max - min >= PAPER.max - PAPER.min;
    }

    String text() {
      return "timeouts " + min + " " + max;
    }

    RaftConfig apply(RaftConfig config) {
      return config.withTimings(min * MILLISECOND, max * MILLISECOND, HEARTBEAT * MILLISECOND);
    }

    static Timeouts parse(Words words) {
      long min = words.number("the least election timeout in ms", HEARTBEAT + 1, 10_000);
      return new Timeouts(
          min, words.number("the greatest election timeout in ms", min + 1, 20_000));
    }
  }

  Plan plan() {
    return new Plan(
        seed,
        nodes,
        Long.MAX_VALUE,
        Plan.Timing.PAPER,
        singly ? new Plan.Window(1, 1, 1 << 20, 1 << 20, 1 << 20) : Plan.Window.DEFAULT,
        Plan.Host.OVERLAP,
        sky.weather(),
        List.of(),
        List.of(),
        snapshots == 0
            ? Plan.Snapshots.NONE
            : new Plan.Snapshots(
                snapshots,
                SMALL.tailEntries(),
                SMALL.inflightBytes(),
                SMALL.chunkBytes(),
                SMALL.bytesPerSecond()),
        Plan.Elections.DEFAULT,
        new Plan.Churn(spares, false));
  }

  RaftConfig tune(RaftConfig config) {
    RaftConfig tuned = timeouts.apply(config.withPreVote(preVote).withCheckQuorum(checkQuorum));
    return leases ? tuned.withLease(LeaseRules.within(DRIFT_PER_MILLE)) : tuned;
  }

  /** How clients read: by the leader's lease if there are leases. */
  ReadMode reading() {
    return leases ? ReadMode.LEASE : ReadMode.LINEARIZABLE;
  }

  /** The lines that {@link Run} reads back. */
  String text() {
    return "seed "
        + seed
        + "\nnodes "
        + nodes
        + "\n"
        + sky.text()
        + "\npre-vote "
        + (preVote ? "on" : "off")
        + (checkQuorum ? "" : "\ncheck-quorum off")
        + (leases ? "\nlease on" : "")
        + (singly ? "\nbatch one" : "")
        + (timeouts.equals(Timeouts.PAPER) ? "" : "\n" + timeouts.text())
        + (spares > 0 ? "\nspares " + spares : "")
        + (snapshots > 0 ? "\nsnapshots " + snapshots : "")
        + (bug == Bug.NONE ? "" : "\nbug " + bug.name())
        + "\n";
  }

  Setup withSeed(long other) {
    return new Setup(
        other, nodes, sky, preVote, checkQuorum, leases, singly, timeouts, spares, snapshots, bug);
  }

  Setup withNodes(int other) {
    return new Setup(
        seed, other, sky, preVote, checkQuorum, leases, singly, timeouts, spares, snapshots, bug);
  }

  Setup withSky(Sky other) {
    return new Setup(
        seed, nodes, other, preVote, checkQuorum, leases, singly, timeouts, spares, snapshots, bug);
  }

  Setup withSingly() {
    return new Setup(
        seed, nodes, sky, preVote, checkQuorum, leases, true, timeouts, spares, snapshots, bug);
  }

  Setup withTimeouts(Timeouts other) {
    return new Setup(
        seed, nodes, sky, preVote, checkQuorum, leases, singly, other, spares, snapshots, bug);
  }

  Setup withPreVote(boolean other) {
    return new Setup(
        seed, nodes, sky, other, checkQuorum, leases, singly, timeouts, spares, snapshots, bug);
  }

  Setup withCheckQuorum(boolean other) {
    return new Setup(
        seed, nodes, sky, preVote, other, leases, singly, timeouts, spares, snapshots, bug);
  }

  Setup withLeases(boolean other) {
    return new Setup(
        seed, nodes, sky, preVote, checkQuorum, other, singly, timeouts, spares, snapshots, bug);
  }

  Setup withSpares(int other) {
    return new Setup(
        seed, nodes, sky, preVote, checkQuorum, leases, singly, timeouts, other, snapshots, bug);
  }

  Setup withSnapshots(int other) {
    return new Setup(
        seed, nodes, sky, preVote, checkQuorum, leases, singly, timeouts, spares, other, bug);
  }

  Setup withBug(Bug other) {
    return new Setup(
        seed, nodes, sky, preVote, checkQuorum, leases, singly, timeouts, spares, snapshots, other);
  }
}
