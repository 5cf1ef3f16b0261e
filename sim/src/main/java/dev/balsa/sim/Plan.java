package dev.balsa.sim;

import dev.balsa.raft.ElectionRules;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.SnapshotRules;
import java.util.ArrayList;
import java.util.List;

/**
 * All that will happen to one cluster, but for what clients and nodes make of it. Leaving a part
 * out leaves the other parts' chances as they are, which is what lets a plan shrink.
 *
 * @param seed where every chance within the run starts from
 * @param nodes how many voters at first, 1 to 9
 * @param stormNanos how long faults may happen; afterwards all heals, and the cluster must recover
 * @param timing the nodes' timeouts
 * @param window the nodes' bounds on replication and memory
 * @param host how nodes do their duties
 * @param clients in any order
 * @param faults in order of time
 * @param snapshots when nodes take snapshots, and how they travel
 * @param elections how nodes take part in elections
 * @param churn which machines may join, and what becomes of those that leave
 */
public record Plan(
    long seed,
    int nodes,
    long stormNanos,
    Timing timing,
    Window window,
    Host host,
    Weather weather,
    List<ClientPlan> clients,
    List<TimedFault> faults,
    Snapshots snapshots,
    Elections elections,
    Churn churn) {

  private static final long MILLISECOND = 1_000_000;

  /** Validates the size and copies the lists. */
  public Plan {
    if (nodes < 1 || nodes > 9) {
      throw new IllegalArgumentException("a plan has " + nodes + " nodes, must be in 1..9");
    }
    clients = List.copyOf(clients);
    faults = List.copyOf(faults);
  }

  /** A plan without snapshots, in which all nodes vote alike and nobody joins. */
  public Plan(
      long seed,
      int nodes,
      long stormNanos,
      Timing timing,
      Window window,
      Host host,
      Weather weather,
      List<ClientPlan> clients,
      List<TimedFault> faults) {
    this(
        seed,
        nodes,
        stormNanos,
        timing,
        window,
        host,
        weather,
        clients,
        faults,
        Snapshots.NONE,
        Elections.DEFAULT,
        Churn.NONE);
  }

  /** The plan that belongs to a seed. */
  public static Plan draw(long seed) {
    return new PlanDraw(seed).plan();
  }

  /** The plan that belongs to a seed, for a cluster of {@code nodes} voters. */
  public static Plan draw(long seed, int nodes) {
    return new PlanDraw(seed).plan(nodes);
  }

  /** How many machines there are, those that may yet join included. */
  public int machines() {
    return nodes + churn.spares();
  }

  /** The first voters: 1, 2, …. */
  public List<NodeId> voters() {
    return first(nodes);
  }

  /** The first machines: 1, 2, …. */
  static List<NodeId> first(int count) {
    List<NodeId> first = new ArrayList<>();
    for (long id = 1; id <= count; id++) {
      first.add(new NodeId(id));
    }
    return List.copyOf(first);
  }

  private Plan with(long storm, Weather sky, List<ClientPlan> asking, List<TimedFault> happening) {
    return new Plan(
        seed, nodes, storm, timing, window, host, sky, asking, happening, snapshots, elections,
        churn);
  }

  /** The same plan with other faults. */
  public Plan withFaults(List<TimedFault> others) {
    return with(stormNanos, weather, clients, others);
  }

  /** The same plan with other clients. */
  public Plan withClients(List<ClientPlan> others) {
    return with(stormNanos, weather, others, faults);
  }

  /** The same plan with another weather. */
  public Plan withWeather(Weather other) {
    return with(stormNanos, other, clients, faults);
  }

  /** The same plan, with faults that end earlier or later. */
  public Plan withStorm(long nanos) {
    return with(nanos, weather, clients, faults);
  }

  /** The same plan without snapshots. */
  public Plan withoutSnapshots() {
    return new Plan(
        seed,
        nodes,
        stormNanos,
        timing,
        window,
        host,
        weather,
        clients,
        faults,
        Snapshots.NONE,
        elections,
        churn);
  }

  /** A fault and when it happens, in nanoseconds from the start. */
  public record TimedFault(long at, Fault fault) {}

  /**
   * A client that asks one request after the other.
   *
   * @param client its name, from 1
   * @param thinkNanos the mean time between an answer and the next request, positive
   * @param requestsMax how many it makes during the storm
   */
  public record ClientPlan(long client, long thinkNanos, long requestsMax) {}

  /** The nodes' timeouts. */
  public enum Timing {
    /** The paper's: elections after 150 to 300 ms, heartbeats every 50 ms. */
    PAPER(150, 300, 50),
    /** etcd's: elections after 1 to 2 s, heartbeats every 100 ms. */
    ETCD(1000, 2000, 100),
    /** Nodes far apart: elections after 2.5 to 5 s, heartbeats every 500 ms. */
    WIDE(2500, 5000, 500);

    private final long electionMin;
    private final long electionMax;
    private final long heartbeat;

    Timing(long electionMin, long electionMax, long heartbeat) {
      this.electionMin = electionMin * MILLISECOND;
      this.electionMax = electionMax * MILLISECOND;
      this.heartbeat = heartbeat * MILLISECOND;
    }

    /** The greatest election timeout in nanoseconds. */
    public long electionMaxNanos() {
      return electionMax;
    }

    RaftConfig apply(RaftConfig config) {
      return config.withTimings(electionMin, electionMax, heartbeat);
    }
  }

  /**
   * Bounds of a node, all in bytes but {@code inflightMessages}; see {@link RaftConfig}.
   *
   * @param appendBytes 0 for the defaults of all
   */
  public record Window(
      long appendBytes,
      int inflightMessages,
      long inflightBytes,
      long uncommittedBytes,
      long cacheBytes) {
    /** The defaults. */
    public static final Window DEFAULT = new Window(0, 0, 0, 0, 0);

    RaftConfig apply(RaftConfig config) {
      return appendBytes == 0
          ? config
          : config
              .withWindow(appendBytes, inflightMessages, inflightBytes)
              .withMemory(uncommittedBytes, cacheBytes);
    }
  }

  /**
   * When nodes take snapshots, and how these travel; see {@link SnapshotRules}.
   *
   * @param entries how many entries are applied between two snapshots, 0 for no snapshots
   */
  public record Snapshots(
      long entries, long tailEntries, long inflightBytes, int chunkBytes, long bytesPerSecond) {
    /** No snapshots are taken; the rules are the defaults. */
    public static final Snapshots NONE = new Snapshots(0, 0, 0, 0, 0);

    RaftConfig apply(RaftConfig config) {
      return chunkBytes == 0
          ? config
          : config.withSnapshots(
              new SnapshotRules(tailEntries, inflightBytes, chunkBytes, bytesPerSecond));
    }
  }

  /**
   * How nodes take part in elections.
   *
   * @param preVote who asks before it campaigns
   * @param preferred whether priorities differ: the later a node's number, the higher
   */
  public record Elections(Asking preVote, boolean preferred) {
    /** All ask first, and none is preferred. */
    public static final Elections DEFAULT = new Elections(Asking.ALL, false);

    RaftConfig apply(RaftConfig config) {
      long node = config.self().value();
      boolean asks = preVote == Asking.ALL || (preVote == Asking.ODD && node % 2 == 1);
      int priorities = ElectionRules.PRIORITY_MAX + 1;
      return config
          .withPreVote(asks)
          .withPriority(preferred ? (int) (node % priorities) : ElectionRules.PRIORITY_MAX);
    }
  }

  /** Which nodes ask before they campaign. */
  public enum Asking {
    ALL,
    /** Those with odd numbers, as while the setting is rolled out. */
    ODD,
    NONE
  }

  /**
   * Who may join, and what becomes of those who leave.
   *
   * @param spares machines beside the first voters, 0 to 20
   * @param linger whether members that were removed go on running; else they are switched off
   */
  public record Churn(int spares, boolean linger) {
    /** Nobody joins. */
    public static final Churn NONE = new Churn(0, false);

    /** Validates the count. */
    public Churn {
      if (spares < 0 || spares > 20) {
        throw new IllegalArgumentException("a plan has " + spares + " spares, must be in 0..20");
      }
    }
  }

  /** How a node's host does its duties. */
  public enum Host {
    /** One thread does everything in turns; nothing else happens during a force. */
    TURNS,
    /** Steps go on while a force is under way. */
    OVERLAP
  }
}
