package dev.balsa.junit;

import dev.balsa.node.NodeStatus;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.Surroundings;
import dev.balsa.server.config.ServerConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member of a {@link TestCluster}. Its endpoint and what it has on its disk, which is in memory,
 * stay the same over kills and restarts. Thread-safe.
 */
public final class TestMember {
  private static final Duration ELECTION = Duration.ofMillis(400);
  private static final Duration HEARTBEAT = Duration.ofMillis(50);

  /** The loop and the applier. */
  private static final int THREADS = 2;

  private final String name;
  private final int clientPort;
  private final MemoryDisk disk = new MemoryDisk();
  private final Standstill standstill = new Standstill();
  private final Network network;
  private final LeaseTime leaseTime;

  // Guarded by this.
  private @Nullable EtcdServer server;
  private boolean paused;

  TestMember(String name, int clientPort, Network network, LeaseTime leaseTime) {
    this.name = name;
    this.clientPort = clientPort;
    this.network = network;
    this.leaseTime = leaseTime;
  }

  /** Its name: {@code m1}, {@code m2} and so on. */
  public String name() {
    return name;
  }

  /** Where clients come in, whether it runs or not. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + clientPort);
  }

  /** Whether it was started and not killed since. */
  public synchronized boolean isRunning() {
    return server != null;
  }

  /** Whether it runs and believes to lead; several may, of which all but one are mistaken. */
  public boolean leads() {
    NodeStatus status = status();
    return status != null && status.raft().role() == RoleName.LEADER;
  }

  /** How its node stands, or null if it does not run. */
  synchronized @Nullable NodeStatus status() {
    return server == null ? null : server.status();
  }

  /** Its id, or null if it does not run. */
  synchronized @Nullable NodeId id() {
    return server == null ? null : server.id();
  }

  synchronized void start() {
    ServerConfig config =
        Settings.of(
            name,
            Path.of(name),
            endpoint().toString(),
            network.peers(),
            ELECTION,
            HEARTBEAT,
            List.of());
    EtcdServer started =
        EtcdServer.start(
            config,
            new Surroundings(
                disk,
                MemoryDisk.WAL,
                address -> network.route(name, address),
                leaseTime::millis,
                standstill::pass));
    server = started;
    network.moved(name, started.peerPort());
  }

  /**
   * Ends it as {@code kill -9} does: it tells nobody, and answers nothing that it was asked. What
   * it has written stays on its disk. A member that does not run stays as it is.
   */
  public synchronized void kill() {
    EtcdServer running = server;
    if (running != null) {
      resume();
      server = null;
      network.moved(name, 0);
      running.kill();
    }
  }

  /**
   * Starts it again after {@link #kill}, on what it had written; returns before it has caught up.
   */
  public synchronized void restart() {
    if (server != null) {
      throw new IllegalStateException("member " + name + " runs already; kill it first");
    }
    start();
  }

  /**
   * Stops its time, as {@code kill -STOP} or a long collection of garbage does: it hears nobody,
   * says nothing, applies and reads nothing until {@link #resume}. Its sockets stay open. Returns
   * when it stands still.
   */
  public synchronized void pause() {
    EtcdServer running = server;
    if (running == null) {
      throw new IllegalStateException("member " + name + " does not run; restart it first");
    }
    if (paused) {
      return;
    }
    paused = true;
    standstill.hold();
    running.betweenBatches(standstill::pass);
    if (!standstill.await(THREADS, Standstill.patienceNanos())) {
      resume();
      throw new IllegalStateException(
          "member %s does not stand still; has it failed? its log tells".formatted(name));
    }
  }

  /** Lets its time go on. One that is not paused stays as it is. */
  public synchronized void resume() {
    paused = false;
    standstill.release();
  }

  /** Whether it runs and is not paused. */
  synchronized boolean isAwake() {
    return server != null && !paused;
  }

  synchronized void close() {
    EtcdServer running = server;
    if (running != null) {
      resume();
      server = null;
      running.close();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
