package dev.balsa.server.auth;

import dev.balsa.kv.Caller;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Login;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A call with what it brought along; looked at anew each time it is asked. */
record Bearer(
    Authority authority, Vouchers vouchers, @Nullable String token, @Nullable String commonName)
    implements Login {
  @Override
  public Caller caller() {
    return authority.caller(token, commonName);
  }

  @Override
  public @Nullable EtcdError errorInUse() {
    return error(caller -> authority.state().errorInUser(caller));
  }

  @Override
  public @Nullable EtcdError errorInRead(KeyRange range) {
    return error(caller -> authority.state().errorInRead(caller, range));
  }

  private @Nullable EtcdError error(Question question) {
    if (!authority.enabled()) {
      return null;
    }
    Caller caller;
    try {
      caller = caller();
    } catch (StatusRuntimeException invalid) {
      return EtcdError.INVALID_AUTH_TOKEN;
    }
    KvError error = question.ask(caller);
    return error == null ? null : EtcdError.of(error);
  }

  private interface Question {
    @Nullable KvError ask(Caller caller);
  }

  @Override
  public CompletionStage<Optional<String>> tokenToPassOn() {
    return token == null && commonName != null && authority.enabled()
        ? vouchers.tokenOf(commonName).thenApply(Optional::of)
        : CompletableFuture.completedStage(Optional.ofNullable(token));
  }

  /** A token is as good as a password. */
  @Override
  public String toString() {
    return token != null ? "Bearer of a token" : "Bearer of the name " + commonName;
  }
}
