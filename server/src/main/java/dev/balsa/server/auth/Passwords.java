package dev.balsa.server.auth;

import dev.balsa.raft.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * Passwords by bcrypt, as etcd's: hashed before anything is proposed, so that no password ever
 * reaches the log. It takes a while by intention, so it has threads of its own, not all of the
 * machine's, and a bound on those who wait. Thread-safe.
 */
final class Passwords implements AutoCloseable {
  /** Of a longer one bcrypt would see the beginning only. */
  static final int BYTES_MAX = 72;

  private static final int WAITING_MAX = 256;

  private final int cost;
  private volatile @Nullable String nobodysHash; // written by whoever needs it first, or twice
  private final ThreadPoolExecutor threads;

  /** Hashes with {@code cost}, 4 to 31: one more doubles the work. */
  Passwords(int cost) {
    this.cost = cost;
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    this.threads =
        new ThreadPoolExecutor(
            count,
            count,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("balsa-passwords-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  static boolean isTooLong(String password) {
    return password.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX;
  }

  /**
   * Hands the hash of {@code password} to {@code then}, on another thread.
   *
   * @return whether there was room; if not, {@code then} is not called
   */
  boolean hash(String password, Consumer<Bytes> then) {
    return run(() -> Bytes.utf8(BCrypt.hashpw(password, BCrypt.gensalt(cost))), then);
  }

  /**
   * Tells {@code then}, on another thread, whether {@code hash} is of {@code password}. Where there
   * is no hash it takes its time all the same, so that nobody learns who is a user.
   *
   * @return whether there was room; if not, {@code then} is not called
   */
  boolean check(String password, Bytes hash, Consumer<Boolean> then) {
    return run(
        () ->
            !isTooLong(password)
                && BCrypt.checkpw(password, hash.isEmpty() ? nobodysHash() : hash.toUtf8())
                && !hash.isEmpty(),
        then);
  }

  private String nobodysHash() {
    String known = nobodysHash;
    if (known == null) {
      known = BCrypt.hashpw("nobody's", BCrypt.gensalt(cost));
      nobodysHash = known;
    }
    return known;
  }

  private <T> boolean run(Supplier<T> work, Consumer<T> then) {
    try {
      threads.execute(() -> then.accept(work.get()));
      return true;
    } catch (RejectedExecutionException full) {
      return false;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
