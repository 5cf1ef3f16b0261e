package dev.balsa.server.auth;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Tokens that this member gets itself for users who are known by their certificates, to pass calls
 * of theirs on to another member. That one sees this member's certificate instead of the user's,
 * and a name in a header would be anybody's to write. Thread-safe.
 */
final class Vouchers {
  /** Beyond so many users, who was away for the longest costs another log-in. */
  static final int USERS_MAX = 1_000;

  private final Authority authority;
  private final Function<String, CompletableFuture<String>> logIn;
  private final long lifeNanos;
  private final LongSupplier nanos;

  /**
   * By user, who called last at the end; each is replaced by the next when it is too old. Under
   * this object's lock.
   */
  private final Map<String, Voucher> vouchers = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * None yet.
   *
   * @param logIn gets a token for a user, or fails by a status
   * @param ttl how long a token lives at least: the other member is shown none that is half as old
   */
  Vouchers(
      Authority authority,
      Function<String, CompletableFuture<String>> logIn,
      Duration ttl,
      LongSupplier nanos) {
    this.authority = authority;
    this.logIn = logIn;
    this.lifeNanos = ttl.toNanos() / 2;
    this.nanos = nanos;
  }

  private record Voucher(CompletableFuture<String> token, long authRevision, long madeNanos) {}

  /**
   * A token of {@code user}; only to be asked while authentication is on. Fails by a status if
   * there is no such user, or if this member cannot sign tokens.
   */
  synchronized CompletableFuture<String> tokenOf(String user) {
    long revision = authority.state().revision();
    long now = nanos.getAsLong();
    Voucher former = vouchers.get(user);
    if (former != null
        && former.authRevision() == revision
        && now - former.madeNanos() < lifeNanos
        && !former.token().isCompletedExceptionally()) {
      return former.token();
    }
    Voucher next = new Voucher(logIn.apply(user), revision, now);
    vouchers.put(user, next);
    if (vouchers.size() > USERS_MAX) {
      vouchers.remove(vouchers.keySet().iterator().next());
    }
    return next.token();
  }
}
