package dev.balsa.server.cli;

import dev.balsa.node.RemovedException;
import dev.balsa.node.StorageException;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.Surroundings;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.live.DemoMembers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The members that run in this process. They close once, by whoever closes them first; those of a
 * demonstration may be killed and started again meanwhile. Thread-safe.
 */
final class Members implements AutoCloseable, DemoMembers {
  private final Map<String, EtcdServer> running = new LinkedHashMap<>(); // under this lock
  private final Map<String, ServerConfig> killed = new TreeMap<>(); // under this lock
  private final CompletableFuture<CommandFailure> failure = new CompletableFuture<>();
  private final boolean areDemo;
  private final Surroundings surroundings;
  private boolean closed; // under this lock

  private Members(boolean areDemo) {
    this.areDemo = areDemo;
    surroundings = areDemo ? Surroundings.REAL.in(this) : Surroundings.REAL;
  }

  /**
   * Starts all of them, or none.
   *
   * @throws dev.balsa.server.StartException if one cannot start
   */
  static Members start(List<ServerConfig> configs) {
    return start(new Members(false), configs);
  }

  /** The same for a demonstration, whose page may kill members. */
  static Members startDemo(List<ServerConfig> configs) {
    return start(new Members(true), configs);
  }

  private static Members start(Members members, List<ServerConfig> configs) {
    try {
      configs.forEach(members::start);
    } catch (RuntimeException e) {
      members.close();
      throw e;
    }
    return members;
  }

  private synchronized void start(ServerConfig config) {
    EtcdServer server = EtcdServer.start(config, surroundings);
    running.put(config.name(), server);
    var unused = server.failure().thenAcceptAsync(cause -> ended(config, cause));
  }

  /** A demonstration goes on without a member that somebody has removed; all else is a failure. */
  private void ended(ServerConfig config, Throwable cause) {
    if (!areDemo || !(cause instanceof RemovedException) || !letGo(config.name())) {
      failure.complete(failed(config, cause));
    }
  }

  /** Closes a member for good, unless no other runs. */
  private synchronized boolean letGo(String name) {
    if (!closed && running.size() == 1) {
      return false;
    }
    EtcdServer server = closed ? null : running.remove(name);
    if (server != null) {
      server.close();
    }
    return true;
  }

  private static CommandFailure failed(ServerConfig config, Throwable cause) {
    return new CommandFailure("member %s has stopped: %s".formatted(config.name(), said(cause)));
  }

  @Override
  public synchronized boolean kill(String name) {
    EtcdServer server = closed ? null : running.remove(name);
    if (server == null) {
      return false;
    }
    killed.put(name, server.config());
    server.kill();
    return true;
  }

  @Override
  public synchronized boolean restart(String name) {
    ServerConfig config = closed ? null : killed.get(name);
    if (config == null) {
      return false;
    }
    start(config);
    killed.remove(name);
    return true;
  }

  /**
   * Waits until every member has heard of a leader.
   *
   * @return whether that came about in time
   */
  boolean awaitLeader(Duration patience) {
    return CompletableFuture.allOf(
            servers().stream().map(EtcdServer::leaderKnown).toArray(CompletableFuture[]::new))
        .thenApply(all -> true)
        .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  /**
   * Stays until the process is told to end, which is a success, or a member fails. Being told
   * closes the members and ends the process with code 0; the JVM by itself would report the signal.
   *
   * @throws CommandFailure if a member fails
   */
  void serve() {
    stopOnSignal(() -> {});
    awaitFailure();
  }

  /** Closes the members on SIGTERM and Ctrl-C, then does {@code last}, then ends the process. */
  void stopOnSignal(Runnable last) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  close();
                  last.run();
                  Runtime.getRuntime().halt(0);
                },
                "stop"));
  }

  /**
   * Waits for a member to fail.
   *
   * @throws CommandFailure that names it and why
   */
  void awaitFailure() {
    throw failure.join();
  }

  /** A broken disk says what to do; anything else is a defect, for which its name says more. */
  private static String said(Throwable cause) {
    return cause instanceof StorageException || cause instanceof RemovedException
        ? String.valueOf(cause.getMessage())
        : cause + "; this is a defect, please report it with the log above";
  }

  private synchronized List<EtcdServer> servers() {
    return List.copyOf(running.values());
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      servers().reversed().forEach(EtcdServer::close);
    }
  }
}
