package dev.balsa.server.cli;

import dev.balsa.node.RemovedException;
import dev.balsa.node.StorageException;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.config.ServerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The members that run in this process. They close once, by whoever closes them first. */
final class Members implements AutoCloseable {
  private final List<EtcdServer> servers = new ArrayList<>();
  private boolean closed; // under this object's lock

  private Members() {}

  /**
   * Starts all of them, or none.
   *
   * @throws dev.balsa.server.StartException if one cannot start
   */
  static Members start(List<ServerConfig> configs) {
    Members members = new Members();
    try {
      for (ServerConfig config : configs) {
        members.servers.add(EtcdServer.start(config));
      }
    } catch (RuntimeException e) {
      members.close();
      throw e;
    }
    return members;
  }

  /**
   * Waits until every member has heard of a leader.
   *
   * @return whether that came about in time
   */
  boolean awaitLeader(Duration patience) {
    return CompletableFuture.allOf(
            servers.stream().map(EtcdServer::leaderKnown).toArray(CompletableFuture[]::new))
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
    List<CompletableFuture<CommandFailure>> failures = new ArrayList<>();
    for (EtcdServer server : servers) {
      failures.add(
          server
              .failure()
              .thenApply(
                  cause ->
                      new CommandFailure(
                          "member %s has stopped: %s"
                              .formatted(server.config().name(), said(cause)))));
    }
    throw (CommandFailure)
        CompletableFuture.anyOf(failures.toArray(CompletableFuture[]::new)).join();
  }

  /** A broken disk says what to do; anything else is a defect, for which its name says more. */
  private static String said(Throwable cause) {
    return cause instanceof StorageException || cause instanceof RemovedException
        ? String.valueOf(cause.getMessage())
        : cause + "; this is a defect, please report it with the log above";
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      servers.reversed().forEach(EtcdServer::close);
    }
  }
}
