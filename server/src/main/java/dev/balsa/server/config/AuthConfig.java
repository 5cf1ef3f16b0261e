package dev.balsa.server.config;

import java.time.Duration;

/**
 * How users log in.
 *
 * @param token etcd's {@code --auth-token}: {@code simple}, or {@code jwt} with its options
 * @param bcryptCost how much work a password is to hash: one more doubles it
 * @param tokenTtl how long a simple token lives after its last use
 */
public record AuthConfig(String token, int bcryptCost, Duration tokenTtl) {
  /** etcd's defaults. */
  public static final AuthConfig DEFAULT = new AuthConfig("simple", 10, Duration.ofMinutes(5));

  private static final int BCRYPT_COST_MIN = 4;
  private static final int BCRYPT_COST_MAX = 31;

  /** Checks what can be checked without looking at files. */
  public AuthConfig {
    String kind = token.split(",", -1)[0];
    if (!token.equals("simple") && !kind.equals("jwt")) {
      throw new ConfigException(
          "--auth-token '%s' is unknown; say simple, or jwt with its options, as in jwt,pub-key=FILE,priv-key=FILE,sign-method=RS256"
              .formatted(token));
    }
    if (bcryptCost < BCRYPT_COST_MIN || bcryptCost > BCRYPT_COST_MAX) {
      throw new ConfigException(
          "--bcrypt-cost %d is not between %d and %d; 10 is usual"
              .formatted(bcryptCost, BCRYPT_COST_MIN, BCRYPT_COST_MAX));
    }
    if (tokenTtl.toSeconds() < 1) {
      throw new ConfigException(
          "--auth-token-ttl %d must be at least 1 second".formatted(tokenTtl.toSeconds()));
    }
  }
}
