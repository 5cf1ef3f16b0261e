package dev.balsa.server.auth;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Tokens that this member gets itself for users who are known by their certificates, to pass calls
 * of theirs on to another member. That one sees this member's certificate instead of the user's,
 * and a name in a header would be anybody's to write. Thread-safe.
 */
final class Vouchers {
  private final Authority authority;
  private final LogIns logIns;
  private final long lifeNanos;
  private final LongSupplier nanos;

  /** By user; each is replaced by the next when it is too old. */
  private final Map<String, Voucher> vouchers = new ConcurrentHashMap<>();

  /**
   * None yet.
   *
   * @param ttl how long a token lives at least: the other member is shown none that is half as old
   */
  Vouchers(Authority authority, LogIns logIns, Duration ttl, LongSupplier nanos) {
    this.authority = authority;
    this.logIns = logIns;
    this.lifeNanos = ttl.toNanos() / 2;
    this.nanos = nanos;
  }

  private record Voucher(CompletableFuture<String> token, long authRevision, long madeNanos) {}

  /**
   * A token of {@code user}; only to be asked while authentication is on. Fails by a status if
   * there is no such user, or if this member cannot sign tokens.
   */
  CompletableFuture<String> tokenOf(String user) {
    long revision = authority.state().revision();
    long now = nanos.getAsLong();
    return vouchers
        .compute(
            user,
            (same, former) ->
                former != null
                        && former.authRevision() == revision
                        && now - former.madeNanos() < lifeNanos
                        && !former.token().isCompletedExceptionally()
                    ? former
                    : new Voucher(logIns.vouch(user), revision, now))
        .token();
  }
}
