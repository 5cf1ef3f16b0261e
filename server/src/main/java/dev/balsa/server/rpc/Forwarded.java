package dev.balsa.server.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Knows a call that another member has passed on, which must not be passed on once more. */
public final class Forwarded implements ServerInterceptor {
  /** What a member adds to a call that it passes on. */
  public static final Metadata.Key<String> KEY =
      Metadata.Key.of("balsa-forwarded", Metadata.ASCII_STRING_MARSHALLER);

  /** Whether the call that runs was passed on. */
  public static final Context.Key<Boolean> IS = Context.keyWithDefault("balsa-forwarded", false);

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
    return metadata.containsKey(KEY)
        ? Contexts.interceptCall(Context.current().withValue(IS, true), call, metadata, next)
        : next.startCall(call, metadata);
  }
}
