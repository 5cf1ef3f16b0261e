package dev.balsa.node;

import dev.balsa.node.SessionOutcome.End;
import dev.balsa.node.SessionOutcome.Reason;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A client of a group with sessions, whose commands take effect exactly once: each is submitted
 * under one number until its result is known, through refusals, changes of leader, lost answers,
 * restarts and snapshots (thesis §6.3). Opens by itself at the first chance, and keeps itself alive
 * until it is closed. Thread-safe.
 *
 * <p>Requests that are unanswered at the same time may take effect in any order; wait for one
 * before the next where the order matters.
 *
 * @param <R> the state machine's result
 */
public final class Session<R> implements AutoCloseable {
  private static final long RETRY_MILLIS_MIN = 5;
  private static final long RETRY_MILLIS_MAX = 500;

  private final Route<R> route;
  private final SessionConfig config;

  // All guarded by this.
  private final TreeMap<Long, Pending<R>> pending = new TreeMap<>(); // by sequence
  private long latest;
  private long id; // 0 until the session is open
  private boolean heard; // since the latest look
  private @Nullable SessionOutcome<R> end; // null while the session lives

  /**
   * Where commands go: {@code node::submit}, or one of several nodes. An answer that is lost is
   * {@link Outcome.Unknown}; {@link Outcome.Stopped} ends the session, so a route that has another
   * node to turn to gives {@code Unknown} instead.
   */
  @FunctionalInterface
  public interface Route<R> {
    /** Submits a command; the future completes normally. */
    CompletableFuture<Outcome<SessionResult<R>>> submit(Bytes command);
  }

  private record Pending<R>(
      long sequence, Bytes command, CompletableFuture<SessionOutcome<R>> outcome) {}

  private Session(Route<R> route, SessionConfig config) {
    this.route = route;
    this.config = config;
  }

  /** A session with the defaults. */
  public static <R> Session<R> open(Route<R> route) {
    return open(route, SessionConfig.DEFAULT);
  }

  /** A session, which can be used at once; its commands wait until the group has opened it. */
  public static <R> Session<R> open(Route<R> route, SessionConfig config) {
    Session<R> session = new Session<>(route, config);
    session.tryOpen(0);
    return session;
  }

  /**
   * Asks for {@code command} to take effect once, and repeats that until the result is known. Bound
   * the wait by {@link CompletableFuture#orTimeout} or by completing the future yourself: the
   * command is then not submitted again, and whether it took effect stays open.
   *
   * @return completes on threads of the node, never exceptionally by itself; do not block there
   */
  public CompletableFuture<SessionOutcome<R>> submit(Bytes command) {
    CompletableFuture<SessionOutcome<R>> outcome = new CompletableFuture<>();
    Pending<R> request;
    boolean open;
    synchronized (this) {
      if (end != null) {
        outcome.complete(end);
        return outcome;
      }
      if (pending.size() >= config.inflightMax()) {
        outcome.complete(new SessionOutcome.Refused<>(Reason.INFLIGHT_FULL));
        return outcome;
      }
      request = new Pending<>(++latest, command, outcome);
      pending.put(latest, request);
      open = id != 0;
    }
    CompletableFuture<?> unused = outcome.whenComplete((result, error) -> forget(request));
    if (open) {
      attempt(request, 0);
    }
    return outcome;
  }

  /** The name the group gave to the session; 0 while it is not open yet. */
  public synchronized long id() {
    return id;
  }

  /** Ends the session; what is unanswered is so for good. Returns at once. Idempotent. */
  @Override
  public void close() {
    long open = id();
    if (end(new SessionOutcome.Ended<>(End.SESSION_CLOSED)) && open != 0) {
      // One word is enough: if it is lost, the session expires.
      CompletableFuture<?> unused = route.submit(new SessionCommand.Close(open, now()).encode());
    }
  }

  private void tryOpen(int attempt) {
    submit(
        new SessionCommand.Open(config.timeoutMillis(), now()),
        attempt,
        this::tryOpen,
        result -> {
          if (result instanceof SessionResult.Opened<R>(long session)) {
            opened(session);
          } else {
            end(new SessionOutcome.Refused<>(Reason.TOO_MANY_SESSIONS));
          }
        });
  }

  private void opened(long session) {
    List<Pending<R>> waiting = new ArrayList<>();
    boolean wanted;
    synchronized (this) {
      wanted = end == null;
      if (wanted) {
        id = session;
        waiting.addAll(pending.values());
      }
    }
    if (!wanted) {
      CompletableFuture<?> unused = route.submit(new SessionCommand.Close(session, now()).encode());
      return;
    }
    waiting.forEach(request -> attempt(request, 0));
    later(config.timeoutMillis() / 3).execute(this::keepAlive);
  }

  private void attempt(Pending<R> request, int attempt) {
    SessionCommand command;
    synchronized (this) {
      if (!pending.containsKey(request.sequence())) {
        return;
      }
      command =
          new SessionCommand.Request(
              id, request.sequence(), pending.firstKey(), now(), request.command());
    }
    submit(
        command,
        attempt,
        next -> attempt(request, next),
        result -> answered(request, attempt, result));
  }

  private void answered(Pending<R> request, int attempt, SessionResult<R> result) {
    switch (result) {
      case SessionResult.Done<R>(R value, boolean repeated) ->
          request.outcome().complete(new SessionOutcome.Applied<>(value, repeated));
      case SessionResult.Expired<R>() -> expired();
      // The window has room once a request before this one is answered.
      case SessionResult.Refused<R>(SessionResult.Reason reason) ->
          retry(attempt, next -> attempt(request, next));
      case SessionResult.Opened<R> opened -> fail(new IllegalStateException(opened.toString()));
      case SessionResult.Alive<R> alive -> fail(new IllegalStateException(alive.toString()));
      case SessionResult.Closed<R> closed -> fail(new IllegalStateException(closed.toString()));
    }
  }

  private void keepAlive() {
    boolean silent;
    synchronized (this) {
      if (end != null) {
        return;
      }
      silent = !heard;
      heard = false;
    }
    if (silent) {
      sayAlive(0);
    } else {
      later(config.timeoutMillis() / 3).execute(this::keepAlive);
    }
  }

  private void sayAlive(int attempt) {
    submit(
        new SessionCommand.KeepAlive(id(), now()),
        attempt,
        this::sayAlive,
        result -> {
          if (result instanceof SessionResult.Alive<R>) {
            later(config.timeoutMillis() / 3).execute(this::keepAlive);
          } else {
            expired();
          }
        });
  }

  private void expired() {
    end(new SessionOutcome.Ended<>(End.SESSION_EXPIRED));
  }

  /** Submits, and either has an answer of the session's table or tries again after a while. */
  private void submit(
      SessionCommand command, int attempt, IntConsumer again, Consumer<SessionResult<R>> then) {
    BiConsumer<@Nullable Outcome<SessionResult<R>>, @Nullable Throwable> told =
        (outcome, error) -> {
          switch (outcome) {
            case Outcome.Applied<SessionResult<R>> applied -> {
              hear();
              then.accept(applied.result());
            }
            case Outcome.Stopped<SessionResult<R>>() ->
                end(new SessionOutcome.Ended<>(End.NODE_STOPPED));
            case Outcome.Refused<SessionResult<R>> refused -> retry(attempt, again);
            case Outcome.Unknown<SessionResult<R>> unknown -> retry(attempt, again);
            case null -> fail(error);
          }
        };
    CompletableFuture<?> unused = route.submit(command.encode()).whenComplete(told);
  }

  private void retry(int attempt, IntConsumer again) {
    later(pauseMillis(attempt))
        .execute(
            () -> {
              if (isAlive()) {
                again.accept(attempt + 1);
              }
            });
  }

  private static long pauseMillis(int attempt) {
    return Math.min(RETRY_MILLIS_MIN << Math.min(attempt, 10), RETRY_MILLIS_MAX);
  }

  private static Executor later(long millis) {
    return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
  }

  private synchronized void hear() {
    heard = true;
  }

  private synchronized boolean isAlive() {
    return end == null;
  }

  private synchronized void forget(Pending<R> request) {
    pending.remove(request.sequence());
  }

  /** Ends the session; returns whether it lived. */
  private boolean end(SessionOutcome<R> outcome) {
    List<Pending<R>> left;
    synchronized (this) {
      if (end != null) {
        return false;
      }
      end = outcome;
      left = new ArrayList<>(pending.values());
    }
    left.forEach(request -> request.outcome().complete(outcome));
    return true;
  }

  /** The route broke its word, which whoever waits must see. */
  private void fail(@Nullable Throwable error) {
    List<Pending<R>> left;
    synchronized (this) {
      left = new ArrayList<>(pending.values());
    }
    Throwable cause = error == null ? new IllegalStateException("route gave no outcome") : error;
    left.forEach(request -> request.outcome().completeExceptionally(cause));
    end(new SessionOutcome.Ended<>(End.NODE_STOPPED));
  }

  private long now() {
    return Math.max(0, config.clockMillis().getAsLong());
  }
}
