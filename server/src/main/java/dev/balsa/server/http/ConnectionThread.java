package dev.balsa.server.http;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.Executor;

/**
 * Tells a call which thread writes to its connection. Messages that are sent there, one after the
 * other in one task, leave in one write; sent from another thread each of them may wake that one
 * up.
 */
public final class ConnectionThread implements ServerInterceptor {
  /** The thread of the connection that the call came by; the caller's where there is none. */
  public static final Context.Key<Executor> CURRENT =
      Context.keyWithDefault("balsa-connection-thread", Runnable::run);

  private static final Attributes.Key<Executor> KEY =
      Attributes.Key.create("dev.balsa.server.http.ConnectionThread");

  /** {@code attributes} of a connection that {@code thread} writes to. */
  static Attributes in(Attributes attributes, Executor thread) {
    return attributes.toBuilder().set(KEY, thread).build();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
    Executor thread = call.getAttributes().get(KEY);
    return thread == null
        ? next.startCall(call, metadata)
        : Contexts.interceptCall(
            Context.current().withValue(CURRENT, thread), call, metadata, next);
  }
}
