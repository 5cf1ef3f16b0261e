package dev.balsa.server.auth;

import dev.balsa.kv.AuthChange;
import dev.balsa.kv.AuthState;
import dev.balsa.kv.Caller;
import dev.balsa.kv.KvResult.LoggedIn;
import dev.balsa.raft.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * etcd's simple tokens: 16 random letters, a dot, and the index of the entry that tells all members
 * of the log-in. Each member knows them in memory, as long as they are used every now and then.
 *
 * <p>The entry holds a digest of the letters only, so the log and its snapshots give no token away.
 * It holds the time of the log-in, too: a member that applies it late, or again after a restart,
 * gives the token what is left of its life.
 */
final class SimpleTokens implements Tokens {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int LENGTH = 16;

  private final Map<Bytes, Entry> entries = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final long ttlNanos;
  private final LongSupplier nanos;
  private final InstantSource clock;

  /**
   * Tokens that live for {@code ttl} after their last use, as {@code nanos} runs; {@code clock} is
   * compared with that of the member where a user logged in.
   */
  SimpleTokens(Duration ttl, LongSupplier nanos, InstantSource clock) {
    this.ttlNanos = ttl.toNanos();
    this.nanos = nanos;
    this.clock = clock;
  }

  private static final class Entry {
    private final LoggedIn login;
    private volatile long used; // written by whoever uses it; the latest writer may win

    Entry(LoggedIn login, long used) {
      this.login = login;
      this.used = used;
    }
  }

  /** The letters of a new token. */
  String letters() {
    StringBuilder letters = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return letters.toString();
  }

  /** The whole token for letters whose log-in is the entry at {@code index}. */
  static String token(String letters, long index) {
    return letters + "." + index;
  }

  /** Tells all members of a token with these letters. */
  AuthChange logIn(String user, String letters, long authRevision) {
    return new AuthChange.LogIn(Bytes.utf8(user), digest(letters), authRevision, clock.millis());
  }

  /** What the log may know of a token. */
  static Bytes digest(String letters) {
    try {
      byte[] bytes = letters.getBytes(StandardCharsets.UTF_8);
      return Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public @Nullable Caller caller(String token, AuthState state) {
    int dot = token.indexOf('.');
    if (dot < 0) {
      return null;
    }
    Bytes digest = digest(token.substring(0, dot));
    Entry entry = entries.get(digest);
    if (entry == null || !token.substring(dot + 1).equals(Long.toString(entry.login.index()))) {
      return null;
    }
    long now = nanos.getAsLong();
    LoggedIn login = entry.login;
    if (now - entry.used > ttlNanos
        || !state.isLoggedIn(login.user(), login.passwordHash(), login.authRevision())) {
      entries.remove(digest);
      return null;
    }
    entry.used = now;
    return new Caller(login.user(), state.revision());
  }

  @Override
  public long knownFrom(String token) {
    try {
      return Long.parseLong(token.substring(token.indexOf('.') + 1));
    } catch (NumberFormatException notOurs) {
      return 0;
    }
  }

  @Override
  public Duration ttl() {
    return Duration.ofNanos(ttlNanos);
  }

  @Override
  public void loggedIn(LoggedIn login) {
    long age = TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.millis() - login.atMillis()));
    if (age <= ttlNanos) {
      entries.put(login.tokenDigest(), new Entry(login, nanos.getAsLong() - age));
    }
  }

  @Override
  public void sweep() {
    long now = nanos.getAsLong();
    entries.values().removeIf(entry -> now - entry.used > ttlNanos);
  }
}
