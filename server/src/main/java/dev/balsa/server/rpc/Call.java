package dev.balsa.server.rpc;

import dev.balsa.raft.Refusal;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One unary call on its way: asks the backend, again if it was refused for a reason that passes,
 * and answers once. The outcome and the deadline race for the answer; the first wins.
 *
 * @param <A> the answer
 */
abstract class Call<A> implements Deadlines.Expiring {
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
      case NO_LEADER, LEADER_CHANGED ->
          deadlines.retry(
              () -> {
                if (!isDone()) {
                  attempt();
                }
              });
      case UNCOMMITTED_BYTES -> fail(EtcdError.TOO_MANY_REQUESTS.exception());
    }
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
