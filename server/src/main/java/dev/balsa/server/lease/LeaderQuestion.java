package dev.balsa.server.lease;

import dev.balsa.node.Consistency;
import dev.balsa.server.backend.ServerMachine;
import dev.balsa.server.rpc.Deadlines;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Login;
import dev.balsa.server.rpc.OneAnswer;
import dev.balsa.server.rpc.Requests;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A question that only the leader's clock can answer: asked here while this member leads, else of
 * the leader, and again while that may help.
 *
 * @param <A> the answer
 */
abstract class LeaderQuestion<A> {
  private final Asking asking;
  private final Origin origin;
  private final long deadlineNanos;

  /**
   * What asking needs.
   *
   * @param leads whether this member leads, and its clock knows it
   */
  record Asking(Requests requests, Deadlines deadlines, BooleanSupplier leads) {}

  /** A question of now; one that another member passed on is not passed on again. */
  LeaderQuestion(Asking asking, Origin origin) {
    this.asking = asking;
    this.origin = origin;
    this.deadlineNanos = asking.deadlines().next();
  }

  /** Asks this member's clock, by {@link #read}. */
  abstract void askHere();

  /** Asks the leader. */
  abstract void askThere(StreamObserver<A> answer);

  /** Takes what the leader said; for the last of the two to be called. */
  abstract void answeredThere(A answer);

  abstract void failed(Throwable error);

  /** Whose question it is. */
  final Login login() {
    return origin.login();
  }

  final void ask() {
    if (asking.leads().getAsBoolean()) {
      askHere();
    } else if (origin.forwarded()) {
      failed(EtcdError.NO_LEADER.exception());
    } else {
      askThere(new OneAnswer<>(this::answeredThere, this::refusedThere));
    }
  }

  /** Runs {@code query} when a majority has confirmed that whatever it sees is the newest. */
  final <T> void read(Function<? super ServerMachine, ? extends T> query, Consumer<T> answered) {
    asking
        .requests()
        .<T, T>read(
            Consistency.LINEARIZABLE,
            query,
            new OneAnswer<>(answered, this::failed),
            found -> found);
  }

  /** Asks once more in a moment, unless the time for this question is over. */
  final void askAgain() {
    if (System.nanoTime() - deadlineNanos < 0) {
      asking.deadlines().retry(this::ask);
    } else {
      failed(EtcdError.TIMEOUT.exception());
    }
  }

  private void refusedThere(Throwable error) {
    switch (Status.fromThrowable(error).getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> askAgain();
      default -> failed(error);
    }
  }
}
