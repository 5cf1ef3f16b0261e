package dev.balsa.server.rpc;

import dev.balsa.raft.Refusal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One unary call on its way: asks the backend, again if it was refused for a reason that passes,
 * and answers once. The outcome and the deadline race for the answer; the first wins.
 *
 * @param <A> the answer
 */
abstract class Call<A> implements Deadlines.Expiring {
  private static final Logger LOG = System.getLogger(Call.class.getName());

  private final AtomicBoolean done = new AtomicBoolean();
  private final long deadlineNanos;
  private final Deadlines deadlines;
  private @Nullable StreamObserver<A> observer;

  Call(StreamObserver<A> observer, Deadlines deadlines) {
    this.observer = observer;
    this.deadlines = deadlines;
    this.deadlineNanos = deadlines.next();
  }

  /** Asks the backend once. */
  abstract void attempt();

  /** Lets go of what the last attempt waits for. */
  abstract void withdraw();

  /** Called once, when the call is over. */
  void ended(boolean failed) {}

  final void start() {
    deadlines.add(this);
    attempt();
  }

  final void answer(A answer) {
    StreamObserver<A> winner = finish();
    if (winner != null) {
      ended(false);
      winner.onNext(answer);
      winner.onCompleted();
    }
  }

  final void fail(StatusRuntimeException error) {
    StreamObserver<A> winner = finish();
    if (winner != null) {
      ended(true);
      winner.onError(error);
    }
  }

  /** Nothing was appended or read, so asking again is safe, and mostly soon successful. */
  final void refused(Refusal reason) {
    switch (reason) {
      case NO_LEADER,
          LEADER_CHANGED,
          TRANSFERRING,
          TOO_STALE,
          LEADER_NOT_READY,
          CHANGE_IN_PROGRESS ->
          again();
      case UNCOMMITTED_BYTES, QUEUE_FULL -> fail(EtcdError.TOO_MANY_REQUESTS.exception());
      case DISK_FULL -> fail(EtcdError.NO_SPACE.exception());
      case UNKNOWN_MEMBER -> fail(EtcdError.MEMBER_NOT_FOUND.exception());
      case MEMBER_EXISTS, ID_REUSED -> fail(EtcdError.MEMBER_EXISTS.exception());
      case NOT_A_LEARNER -> fail(EtcdError.MEMBER_NOT_LEARNER.exception());
      case NOT_CAUGHT_UP -> fail(EtcdError.LEARNER_NOT_READY.exception());
      case QUORUM_LOST -> fail(EtcdError.UNHEALTHY.exception());
      case NOT_A_VOTER, LAST_VOTER, NOTHING_TO_CHANGE ->
          fail(EtcdError.NOT_ENOUGH_STARTED.exception());
    }
  }

  /** Asks once more in a moment, if the call is not over by then. */
  final void again() {
    deadlines.retry(
        () -> {
          if (!isDone()) {
            attempt();
          }
        });
  }

  /** Takes the end of an attempt to {@code settle}; a bug there must not leave the call open. */
  final <T> void follow(CompletableFuture<T> attempt, Consumer<T> settle) {
    var unused =
        attempt.whenComplete(
            (outcome, bug) -> {
              if (bug != null) {
                broken(bug);
                return;
              }
              try {
                settle.accept(outcome);
              } catch (RuntimeException ours) {
                broken(ours);
              }
            });
  }

  private void broken(Throwable bug) {
    LOG.log(Level.ERROR, "a call failed by a bug of the server", bug);
    fail(
        Status.INTERNAL
            .withDescription("etcdserver: internal error, see the server's log")
            .asRuntimeException());
  }

  @Override
  public final boolean isDone() {
    return done.get();
  }

  @Override
  public final long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public final void expire() {
    fail(EtcdError.TIMEOUT.exception());
    withdraw();
  }

  /** The observer for who finishes the call; later ones get null. */
  private @Nullable StreamObserver<A> finish() {
    if (!done.compareAndSet(false, true)) {
      return null;
    }
    // Let go: the deadline queue may hold the call for some seconds more.
    StreamObserver<A> winner = observer;
    observer = null;
    return winner;
  }
}
