package dev.balsa.server.auth;

import dev.balsa.kv.AuthState;
import dev.balsa.kv.Caller;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmRequest.AlarmAction;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Login;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Looks who makes a call, by its token or else by the certificate of its connection, and turns away
 * whom its method is not for. Only while authentication is on: before that a call costs one look at
 * a flag.
 */
final class Authentication implements ServerInterceptor {
  private static final String BEARER = "Bearer ";

  private final Authority authority;
  private final Backend backend;
  private final CommonNames names;
  private final Vouchers vouchers;

  Authentication(Authority authority, Backend backend, CommonNames names, Vouchers vouchers) {
    this.authority = authority;
    this.backend = backend;
    this.names = names;
    this.vouchers = vouchers;
  }

  CommonNames names() {
    return names;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
    boolean lasts = call.getMethodDescriptor().getType() != MethodType.UNARY;
    if (!authority.enabled() && !lasts) {
      return next.startCall(call, metadata);
    }
    String token = token(metadata);
    if (token != null && authority.knownFrom(token) > backend.status().applied()) {
      return whenApplied(call, listener -> admit(token, call, metadata, next));
    }
    return admit(token, call, metadata, next);
  }

  private static @Nullable String token(Metadata metadata) {
    String token = metadata.get(Login.TOKEN);
    if (token != null) {
      return token;
    }
    String header = metadata.get(Login.AUTHORIZATION);
    return header != null && header.startsWith(BEARER) ? header.substring(BEARER.length()) : header;
  }

  /**
   * Another member gave the token a moment ago: waits until this one has applied as much as the
   * cluster has committed by now.
   */
  private <Q, A> ServerCall.Listener<Q> whenApplied(ServerCall<Q, A> call, Waiting.Next<Q> next) {
    Waiting<Q> waiting = new Waiting<>();
    Context context = Context.current();
    var unused =
        backend
            .<Boolean>read(Consistency.LINEARIZABLE, machine -> true)
            .thenAccept(
                outcome ->
                    context.run(
                        () -> {
                          if (outcome instanceof ReadOutcome.Served<Boolean>) {
                            waiting.begin(next);
                          } else {
                            waiting.begin(it -> refuse(call, EtcdError.NO_LEADER));
                          }
                        }));
    return waiting;
  }

  private <Q, A> ServerCall.Listener<Q> admit(
      @Nullable String token,
      ServerCall<Q, A> call,
      Metadata metadata,
      ServerCallHandler<Q, A> next) {
    String name = call.getMethodDescriptor().getFullMethodName();
    MethodAccess access = MethodAccess.of(name);
    String commonName = token != null ? null : names.of(call, metadata);
    Login login = new Bearer(authority, vouchers, token, commonName);
    if (!authority.enabled() || name.equals("etcdserverpb.Watch/Watch")) {
      return with(login, call, metadata, next); // a watch tells its error by an answer
    }
    if (access == MethodAccess.FREE) {
      return next.startCall(call, metadata);
    }
    AuthState state = authority.state();
    Caller caller;
    try {
      caller = login.caller();
    } catch (StatusRuntimeException invalid) {
      return refuse(call, EtcdError.INVALID_AUTH_TOKEN);
    }
    KvError error = access.errorIn(state, caller);
    if (error != null) {
      return refuse(call, EtcdError.of(error));
    }
    boolean lasts = call.getMethodDescriptor().getType() != MethodType.UNARY;
    Login known = lasts ? login : new Known(caller, login);
    return new AlarmsByRootOnly<>(call, with(known, call, metadata, next), state, caller);
  }

  private static <Q, A> ServerCall.Listener<Q> with(
      Login login, ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
    Context context = Context.current().withValue(Login.CURRENT, login);
    return Contexts.interceptCall(context, call, metadata, next);
  }

  private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, EtcdError error) {
    call.close(error.status(), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  /** A call of one request: who makes it was found out once, and a service need not expect less. */
  private record Known(Caller caller, Login login) implements Login {
    @Override
    public @Nullable EtcdError errorInUse() {
      return login.errorInUse();
    }

    @Override
    public @Nullable EtcdError errorInRead(dev.balsa.kv.KeyRange range) {
      return login.errorInRead(range);
    }

    @Override
    public CompletionStage<Optional<String>> tokenToPassOn() {
      return login.tokenToPassOn();
    }

    @Override
    public String toString() {
      return "Known " + caller.user();
    }
  }

  /**
   * Every user may list alarms, which makes a client's health check work; nobody else raise any.
   */
  private static final class AlarmsByRootOnly<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private final AuthState state;
    private final Caller caller;
    private boolean refused;

    AlarmsByRootOnly(
        ServerCall<Q, ?> call, ServerCall.Listener<Q> next, AuthState state, Caller caller) {
      super(next);
      this.call = call;
      this.state = state;
      this.caller = caller;
    }

    @Override
    public void onMessage(Q message) {
      KvError error =
          message instanceof AlarmRequest alarm && alarm.getAction() != AlarmAction.GET
              ? state.errorInAdmin(caller)
              : null;
      if (error == null) {
        super.onMessage(message);
      } else {
        refused = true;
        call.close(EtcdError.of(error).status(), new Metadata());
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }
  }
}
