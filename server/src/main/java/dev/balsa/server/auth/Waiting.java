package dev.balsa.server.auth;

import io.grpc.ServerCall;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what happens to a call until it is known where it goes. Little gathers: a call is
 * given no more than its client may send before it is asked for more.
 */
final class Waiting<Q> extends ServerCall.Listener<Q> {
  private final Queue<Consumer<ServerCall.Listener<Q>>> held = new ArrayDeque<>();
  private ServerCall.@Nullable Listener<Q> next; // under this object's lock, as all that it is told

  /** Starts the call. */
  @FunctionalInterface
  interface Next<Q> {
    ServerCall.Listener<Q> start(ServerCall.Listener<Q> waiting);
  }

  /** Lets the call go on, with all that has happened to it. */
  synchronized void begin(Next<Q> start) {
    ServerCall.Listener<Q> started = start.start(this);
    for (Consumer<ServerCall.Listener<Q>> event : held) {
      event.accept(started);
    }
    held.clear();
    next = started;
  }

  private synchronized void tell(Consumer<ServerCall.Listener<Q>> event) {
    ServerCall.Listener<Q> known = next;
    if (known == null) {
      held.add(event);
    } else {
      event.accept(known);
    }
  }

  @Override
  public void onMessage(Q message) {
    tell(it -> it.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    tell(ServerCall.Listener::onHalfClose);
  }

  @Override
  public void onCancel() {
    tell(ServerCall.Listener::onCancel);
  }

  @Override
  public void onComplete() {
    tell(ServerCall.Listener::onComplete);
  }

  @Override
  public void onReady() {
    tell(ServerCall.Listener::onReady);
  }
}
