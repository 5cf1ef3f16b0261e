package dev.balsa.server.rpc;

import dev.balsa.kv.Caller;
import dev.balsa.kv.KeyRange;
import io.grpc.Context;
import io.grpc.Metadata;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a call says about who makes it. A call of one request is looked at once, before its service
 * sees it; one that lasts longer asks again for each of its requests. Thread-safe.
 */
public interface Login {
  /** Where a call carries what {@code Authenticate} gave. */
  Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

  /** The same where it came over HTTP. */
  Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** A call that says nothing, which is enough while authentication is off. */
  Login NONE = new Nobody();

  /** The call that runs. */
  Context.Key<Login> CURRENT = Context.keyWithDefault("balsa-login", NONE);

  /**
   * Who calls, as of now: {@link Caller#NONE} for nobody, or while authentication is off.
   *
   * @throws io.grpc.StatusRuntimeException if the call's token is good no more
   */
  Caller caller();

  /** Why the call may not be made at all, as of now; null if it may by any user. */
  @Nullable EtcdError errorInUse();

  /** Why the caller may not read {@code range}, as far as this member knows; null if it may. */
  @Nullable EtcdError errorInRead(KeyRange range);

  /**
   * What shows another member, to which the call is passed on, whose it is; nothing for nobody's.
   * Takes a log-in where only a certificate tells, since that does not reach the other member.
   * Fails by a status.
   */
  CompletionStage<Optional<String>> tokenToPassOn();

  /** Nobody, on whose behalf nothing is looked at: what counts is looked at as it is applied. */
  record Nobody() implements Login {
    @Override
    public Caller caller() {
      return Caller.NONE;
    }

    @Override
    public @Nullable EtcdError errorInUse() {
      return null;
    }

    @Override
    public @Nullable EtcdError errorInRead(KeyRange range) {
      return null;
    }

    @Override
    public CompletionStage<Optional<String>> tokenToPassOn() {
      return CompletableFuture.completedStage(Optional.empty());
    }
  }
}
