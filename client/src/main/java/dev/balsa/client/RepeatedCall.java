package dev.balsa.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A write that is attempted under one number until it is answered. What an attempt brings is given
 * to the caller when it is the last.
 *
 * <pre>
 *  start, sendMessage, halfClose ─► session open ─► attempt ─┬► an answer ─► the caller
 *                                      ▲   ▲                 ├► UNAVAILABLE or reset: again, later
 *                                      │   └─────────────────┘
 *                                      └── ended before this write: a new session
 * </pre>
 */
final class RepeatedCall<Q, A> extends ClientCall<Q, A> {
  private static final Metadata.Key<String> SESSION = key("balsa-session");
  private static final Metadata.Key<String> SEQUENCE = key("balsa-sequence");
  private static final Metadata.Key<String> UNANSWERED = key("balsa-unanswered");
  private static final String EXPIRED = "session has expired";
  private static final long PAUSE_MILLIS_MIN = 10;
  private static final long PAUSE_MILLIS_MAX = 500;

  private final ExactlyOnce once;
  private final MethodDescriptor<Q, A> method;
  private final CallOptions options;
  private final Channel next;
  private final long giveUpNanos = System.nanoTime() + ExactlyOnce.PATIENCE.toNanos();

  private @Nullable Listener<A> listener; // since start
  private @Nullable Metadata headers; // since start
  private @Nullable Q message; // since sendMessage

  // Guarded by this.
  private @Nullable ClientCall<Q, A> attempt;
  private boolean over;

  RepeatedCall(ExactlyOnce once, MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    this.once = once;
    this.method = method;
    this.options = options;
    this.next = next;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /** The number under which the write goes. */
  private record Ticket(ExactlyOnce.Session session, long sequence) {}

  @Override
  public void start(Listener<A> responseListener, Metadata metadata) {
    listener = responseListener;
    headers = metadata;
  }

  @Override
  public void request(int count) {} // there is one answer, and the caller wants it

  @Override
  public void sendMessage(Q request) {
    message = request;
  }

  @Override
  public void halfClose() {
    begin(0);
  }

  @Override
  public void cancel(@Nullable String text, @Nullable Throwable cause) {
    ClientCall<Q, A> running;
    synchronized (this) {
      running = attempt;
    }
    if (finish()) {
      if (running != null) {
        running.cancel(text, cause);
      }
      close(Status.CANCELLED.withDescription(text).withCause(cause));
    }
  }

  /** Takes a number in the current session, when that is open. */
  private void begin(int before) {
    ExactlyOnce.Session session = once.session(next);
    var unused =
        session
            .id()
            .whenComplete(
                (id, failed) -> {
                  if (failed == null) {
                    attempt(new Ticket(session, session.begin()), id, before + 1);
                  } else {
                    Status status = Status.fromThrowable(failed);
                    if (!again(status, before, () -> begin(before + 1)) && finish()) {
                      close(status);
                    }
                  }
                });
  }

  /** Does {@code repeat} a little later, if that may help and there is time. */
  private boolean again(Status status, int count, Runnable repeat) {
    // A member that ends resets its calls, which is told as if the caller had cancelled them.
    boolean mayHelp =
        status.getCode() == Status.Code.UNAVAILABLE || status.getCode() == Status.Code.CANCELLED;
    if (!mayHelp || isOver() || System.nanoTime() - giveUpNanos > 0) {
      return false;
    }
    long pause = Math.min(PAUSE_MILLIS_MIN << Math.min(count, 10), PAUSE_MILLIS_MAX);
    CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS).execute(repeat);
    return true;
  }

  private static boolean isExpiry(Status status) {
    String said = status.getDescription();
    return status.getCode() == Status.Code.FAILED_PRECONDITION
        && said != null
        && said.contains(EXPIRED);
  }

  private synchronized boolean isOver() {
    return over;
  }

  /** Whether the call ends by this: only once. */
  private synchronized boolean finish() {
    boolean first = !over;
    over = true;
    return first;
  }

  private void close(Status status) {
    Objects.requireNonNull(listener).onClose(status, new Metadata());
  }

  private void attempt(Ticket ticket, long id, int count) {
    ClientCall<Q, A> call = next.newCall(method, options);
    synchronized (this) {
      if (over) {
        ticket.session().end(ticket.sequence());
        return;
      }
      attempt = call;
    }
    Metadata metadata = new Metadata();
    metadata.merge(Objects.requireNonNull(headers));
    metadata.put(SESSION, Long.toString(id));
    metadata.put(SEQUENCE, Long.toString(ticket.sequence()));
    metadata.put(UNANSWERED, Long.toString(ticket.session().leastUnanswered()));
    call.start(new Attempt(ticket, id, count), metadata);
    call.request(2);
    call.sendMessage(Objects.requireNonNull(message));
    call.halfClose();
  }

  private final class Attempt extends Listener<A> {
    private final Ticket ticket;
    private final long id;
    private final int count;
    private Metadata received = new Metadata();
    private @Nullable A answer;

    Attempt(Ticket ticket, long id, int count) {
      this.ticket = ticket;
      this.id = id;
      this.count = count;
    }

    @Override
    public void onHeaders(Metadata metadata) {
      received = metadata;
    }

    @Override
    public void onMessage(A response) {
      answer = response;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      boolean expired = isExpiry(status);
      if (expired) {
        once.forget(ticket.session());
      }
      if (expired && count == 1) {
        ticket.session().end(ticket.sequence());
        begin(0); // nobody has done it: this was asked once, and refused
        return;
      }
      if (!again(status, count, () -> attempt(ticket, id, count + 1))) {
        deliver(status, trailers);
      }
    }

    private void deliver(Status status, Metadata trailers) {
      ticket.session().end(ticket.sequence());
      Listener<A> caller = Objects.requireNonNull(listener);
      A response = answer;
      if (finish()) {
        if (response != null) {
          caller.onHeaders(received);
          caller.onMessage(response);
        }
        caller.onClose(status, trailers);
      }
    }
  }
}
