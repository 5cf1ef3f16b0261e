package dev.balsa.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes every write to a Balsa cluster take effect once: a call that gets no answer is repeated
 * under one number until it gets one, through lost connections, changes of leader and restarts, and
 * the cluster does it once. Reads, watches and all else pass as they are. One for each cluster, for
 * as many channels to it as one likes. Thread-safe.
 *
 * <p>The calls are those of KV, Lease, Lock and Election that change something. Each ends by its
 * deadline at the latest, or after {@link #PATIENCE}; whether it took effect is open only then, and
 * when the session has ended, of which the error tells.
 *
 * <p>Writes that are under way at the same time may take effect in any order.
 */
public final class ExactlyOnce implements ClientInterceptor {
  /** How long a write without a deadline is repeated. */
  public static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Set<String> WRITES =
      Set.of(
          "etcdserverpb.KV/Put",
          "etcdserverpb.KV/DeleteRange",
          "etcdserverpb.KV/Txn",
          "etcdserverpb.KV/Compact",
          "etcdserverpb.Lease/LeaseGrant",
          "etcdserverpb.Lease/LeaseRevoke",
          "v3lockpb.Lock/Lock",
          "v3lockpb.Lock/Unlock",
          "v3electionpb.Election/Campaign",
          "v3electionpb.Election/Proclaim",
          "v3electionpb.Election/Resign");

  // Guarded by this.
  private @Nullable Session current;

  /** A session of the cluster, as far as this side knows it. */
  static final class Session {
    private final CompletableFuture<Long> id;
    private final TreeSet<Long> unanswered = new TreeSet<>();
    private long latest;

    Session(CompletableFuture<Long> id) {
      this.id = id;
    }

    /** Completes when the cluster has given the session its number. */
    CompletableFuture<Long> id() {
      return id;
    }

    synchronized long begin() {
      unanswered.add(++latest);
      return latest;
    }

    synchronized long leastUnanswered() {
      return unanswered.first();
    }

    synchronized void end(long sequence) {
      unanswered.remove(sequence);
    }
  }

  /** An interceptor that opens its session with the first write. */
  public ExactlyOnce() {}

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return WRITES.contains(method.getFullMethodName())
        ? new RepeatedCall<>(this, method, options, next)
        : next.newCall(method, options);
  }

  /** The session to begin a write in; opens one through {@code channel} if there is none. */
  synchronized Session session(Channel channel) {
    Session session = current;
    if (session == null || session.id().isCompletedExceptionally()) {
      session = new Session(SessionWire.open(channel));
      current = session;
    }
    return session;
  }

  /** {@code session} has ended. */
  synchronized void forget(Session session) {
    if (session == current) {
      current = null;
    }
  }
}
