package dev.balsa.server.auth;

import dev.balsa.kv.AuthState;
import dev.balsa.kv.Caller;
import dev.balsa.kv.KvResult.LoggedIn;
import dev.balsa.raft.Bytes;
import dev.balsa.server.config.ConfigException;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.JwtParserBuilder;
import io.jsonwebtoken.Jwts;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that tell by themselves whose they are, signed: the claims are etcd's, {@code username},
 * {@code revision} and {@code exp}. Every member with the same key takes them, also after a
 * restart; none outlives a change of users, roles or permissions, at which clients log in again.
 */
final class JwtTokens implements Tokens {
  private static final String USER = "username";
  private static final String REVISION = "revision";

  private final JwtKeys keys;
  private final JwtParser parser;
  private final Duration ttl;
  private final Clock clock;

  /** Tokens that live for {@code ttl}, as {@code clock} runs. */
  JwtTokens(JwtKeys keys, Duration ttl, Clock clock) {
    this.keys = keys;
    this.ttl = ttl;
    this.clock = clock;
    JwtParserBuilder builder = Jwts.parser().clock(() -> Date.from(clock.instant()));
    switch (keys.verifying()) {
      case JwtKeys.Verifying.Secret(var key) -> builder.verifyWith(key);
      case JwtKeys.Verifying.Public(var key) -> builder.verifyWith(key);
    }
    this.parser = builder.build();
  }

  /** The tokens that {@code --auth-token} asks for. */
  static JwtTokens of(String flag, Clock clock) {
    JwtOptions options = JwtOptions.parse(flag);
    return new JwtTokens(JwtKeys.read(options), options.ttl(), clock);
  }

  /** A token for {@code user}; only if {@link #canSign()}. */
  String token(String user, long authRevision) {
    JwtBuilder builder =
        Jwts.builder()
            .claim(USER, user)
            .claim(REVISION, authRevision)
            .expiration(Date.from(clock.instant().plus(ttl)));
    return keys.sign(builder).compact();
  }

  /** Whether tokens can be made here, and not only be looked at. */
  boolean canSign() {
    return keys.canSign();
  }

  @Override
  public @Nullable Caller caller(String token, AuthState state) {
    Jws<Claims> jws;
    try {
      jws = parser.parseSignedClaims(token);
    } catch (JwtException | IllegalArgumentException notOurs) {
      return null;
    }
    Object user = jws.getPayload().get(USER);
    Object revision = jws.getPayload().get(REVISION);
    boolean ours = keys.method().equals(jws.getHeader().getAlgorithm());
    return ours && user instanceof String name && revision instanceof Number number
        ? new Caller(Bytes.utf8(name), number.longValue())
        : null;
  }

  @Override
  public long knownFrom(String token) {
    return 0;
  }

  @Override
  public Duration ttl() {
    return ttl;
  }

  @Override
  public void loggedIn(LoggedIn login) {} // a log-in by way of the log is another kind's

  @Override
  public void sweep() {} // nothing is kept

  /** For messages about the flag. */
  static ConfigException bad(String what) {
    return new ConfigException("--auth-token jwt: " + what);
  }
}
