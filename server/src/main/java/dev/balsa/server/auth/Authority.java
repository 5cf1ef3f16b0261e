package dev.balsa.server.auth;

import dev.balsa.kv.AuthState;
import dev.balsa.kv.Caller;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.KvResult.LoggedIn;
import dev.balsa.raft.Bytes;
import dev.balsa.server.backend.ApplyObserver;
import dev.balsa.server.rpc.EtcdError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, as this member has applied it; told by the thread that applies, asked by all.
 */
final class Authority implements ApplyObserver {
  private final Tokens tokens;
  private volatile @Nullable AuthState
      state; // written by the thread that applies; null before that

  Authority(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public void attached(KvMachine kv) {
    state = kv.auth();
  }

  @Override
  public void applied(KvMachine kv, List<KvResult> results) {
    AuthState now = kv.auth();
    if (now != state) {
      state = now;
    }
    if (now.enabled()) {
      for (KvResult result : results) {
        if (result instanceof LoggedIn login) {
          tokens.loggedIn(login);
        }
      }
    }
  }

  /** Whether calls are looked at. */
  boolean enabled() {
    AuthState now = state;
    return now != null && now.enabled();
  }

  /** What there is; only to be asked while {@link #enabled()}, which never is at first. */
  AuthState state() {
    AuthState now = state;
    if (now == null) {
      throw new IllegalStateException("nothing is known before the store is attached");
    }
    return now;
  }

  /**
   * Whose {@code token} is; without one, whoever is called {@code commonName} by a certificate;
   * nobody if that is missing, too, or authentication is off.
   *
   * @throws io.grpc.StatusRuntimeException if it is no good
   */
  Caller caller(@Nullable String token, @Nullable String commonName) {
    AuthState now = state;
    if (now == null || !now.enabled()) {
      return Caller.NONE;
    }
    if (token == null) {
      return commonName == null ? Caller.NONE : new Caller(Bytes.utf8(commonName), now.revision());
    }
    Caller caller = tokens.caller(token, now);
    if (caller == null) {
      throw EtcdError.INVALID_AUTH_TOKEN.exception();
    }
    return caller;
  }

  /** The entry to be applied before {@code token} can be known, 0 for none. */
  long knownFrom(String token) {
    return tokens.knownFrom(token);
  }
}
