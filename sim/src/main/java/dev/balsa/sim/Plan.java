package dev.balsa.sim;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.RaftConfig;
import java.util.List;
import java.util.stream.LongStream;

/**
 * All that will happen to one cluster, but for what clients and nodes make of it. Leaving a part
 * out leaves the other parts' chances as they are, which is what lets a plan shrink.
 *
 * @param seed where every chance within the run starts from
 * @param nodes how many voters, 1 to 9
 * @param stormNanos how long faults may happen; afterwards all heals, and the cluster must recover
 * @param timing the nodes' timeouts
 * @param window the nodes' bounds on replication and memory
 * @param host how nodes do their duties
 * @param clients in any order
 * @param faults in order of time
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
    List<TimedFault> faults) {

  private static final long MILLISECOND = 1_000_000;

  /** Validates the size and copies the lists. */
  public Plan {
    if (nodes < 1 || nodes > 9) {
      throw new IllegalArgumentException("a plan has " + nodes + " nodes, must be in 1..9");
    }
    clients = List.copyOf(clients);
    faults = List.copyOf(faults);
  }

  /** The plan that belongs to a seed. */
  public static Plan draw(long seed) {
    return new PlanDraw(seed).plan();
  }

  /** The plan that belongs to a seed, for a cluster of {@code nodes} voters. */
  public static Plan draw(long seed, int nodes) {
    return new PlanDraw(seed).plan(nodes);
  }

  /** The voters: 1, 2, …. */
  public List<NodeId> voters() {
    return LongStream.rangeClosed(1, nodes).mapToObj(NodeId::new).toList();
  }

  /** The same plan with other faults. */
  public Plan withFaults(List<TimedFault> others) {
    return new Plan(seed, nodes, stormNanos, timing, window, host, weather, clients, others);
  }

  /** The same plan with other clients. */
  public Plan withClients(List<ClientPlan> others) {
    return new Plan(seed, nodes, stormNanos, timing, window, host, weather, others, faults);
  }

  /** The same plan with another weather. */
  public Plan withWeather(Weather other) {
    return new Plan(seed, nodes, stormNanos, timing, window, host, other, clients, faults);
  }

  /** The same plan, with faults that end earlier or later. */
  public Plan withStorm(long nanos) {
    return new Plan(seed, nodes, nanos, timing, window, host, weather, clients, faults);
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
    ETCD(1000, 2000, 100);

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

  /** How a node's host does its duties. */
  public enum Host {
    /** One thread does everything in turns; nothing else happens during a force. */
    TURNS,
    /** Steps go on while a force is under way. */
    OVERLAP
  }
}
