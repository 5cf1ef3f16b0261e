package dev.balsa.server.backend;

import dev.balsa.kv.KvResult;
import dev.balsa.node.Outcome;
import dev.balsa.raft.Bytes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Tells the cluster this member's name and client URLs, again until it is known to have worked. As
 * in etcd each start tells it once: publishing the same twice changes nothing.
 */
public final class Publication implements AutoCloseable {
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final Backend backend;
  private final Bytes command;
  private volatile boolean closed; // written by who closes this

  private Publication(Backend backend, Bytes command) {
    this.backend = backend;
    this.command = command;
  }

  /** Begins to publish {@code member}. */
  public static Publication begin(Backend backend, ClusterMember member) {
    Publication publication = new Publication(backend, ServerMachine.publish(member));
    publication.attempt();
    return publication;
  }

  private void attempt() {
    if (!closed) {
      var unused = backend.submit(command).thenAccept(this::settle);
    }
  }

  private void settle(Outcome<KvResult> outcome) {
    switch (outcome) {
      case Outcome.Applied<KvResult> applied -> {}
      case Outcome.Stopped<KvResult> stopped -> {}
      case Outcome.Refused<KvResult> refused -> later();
      case Outcome.Unknown<KvResult> unknown -> later();
    }
  }

  private void later() {
    CompletableFuture.delayedExecutor(RETRY_AFTER.toMillis(), TimeUnit.MILLISECONDS)
        .execute(this::attempt);
  }

  @Override
  public void close() {
    closed = true;
  }
}
