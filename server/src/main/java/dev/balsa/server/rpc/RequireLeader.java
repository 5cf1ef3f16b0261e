package dev.balsa.server.rpc;

import dev.balsa.server.backend.Backend;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Turns a call away at once that asks for a leader by its metadata, while none is known. */
public final class RequireLeader implements ServerInterceptor {
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  /** Whether the call that runs asked for a leader; for those that last longer than an answer. */
  public static final Context.Key<Boolean> ASKED =
      Context.keyWithDefault("balsa-requires-leader", false);

  private final Backend backend;

  /** Asks {@code backend} for the leader. */
  public RequireLeader(Backend backend) {
    this.backend = backend;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
    if (!"true".equals(metadata.get(HAS_LEADER))) {
      return next.startCall(call, metadata);
    }
    if (backend.status().raft().leader() == null) {
      call.close(EtcdError.NO_LEADER.status(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(Context.current().withValue(ASKED, true), call, metadata, next);
  }
}
