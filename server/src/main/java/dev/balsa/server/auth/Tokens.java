package dev.balsa.server.auth;

import dev.balsa.kv.AuthState;
import dev.balsa.kv.Caller;
import dev.balsa.kv.KvResult.LoggedIn;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The tokens by which clients show who they are. Thread-safe. */
sealed interface Tokens permits SimpleTokens, JwtTokens {
  /** Whose {@code token} is, null if it is good for nobody. */
  @Nullable Caller caller(String token, AuthState state);

  /**
   * The entry that a member must have applied to know {@code token}; 0 if there is none, or the
   * token is no such one.
   */
  long knownFrom(String token);

  /** How long a token lives at least that is not used. */
  Duration ttl();

  /** A user has logged in by way of the log. */
  void loggedIn(LoggedIn login);

  /** Forgets what is over. Called every now and then. */
  void sweep();
}
