package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.disk.Directory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Makes the next segment while the current one fills, so that nobody waits for its zeros to be
 * written, and looks whether the disk leaves enough to others. Owned by the log's thread; only the
 * making itself runs elsewhere.
 */
final class SegmentStock {
  private static final long LOOK_NANOS = 100_000_000;

  private final Directory directory;
  private final Identity identity;
  private final long segmentBytes;
  private final long reserveBytes;
  private final Executor executor;
  private CompletableFuture<SegmentFile> next = new CompletableFuture<>();
  private long nextNumber;
  private boolean lacked; // space, for the attempt that ended last
  private boolean reserved = true; // what others need was there when it was last looked for
  private long lookedAt = System.nanoTime() - LOOK_NANOS;

  SegmentStock(Directory directory, Identity identity, WalConfig config, Executor executor) {
    this.directory = directory;
    this.identity = identity;
    this.segmentBytes = config.segmentBytes();
    this.reserveBytes = config.reserveBytes();
    this.executor = executor;
  }

  /** Puts a segment that recovery found unused on the shelf. */
  void offer(SegmentFile unused) {
    next = CompletableFuture.completedFuture(unused);
  }

  /** Begins to make a segment. */
  void prepare(long number) {
    nextNumber = number;
    next = CompletableFuture.supplyAsync(() -> create(number, segmentBytes), executor);
  }

  /**
   * Whether there was no space when a segment was last tried for, or not enough for others. An
   * attempt under way changes nothing: what is written in hope of it would find no place if it
   * fails.
   */
  boolean isShort() {
    if (reserveBytes > 0 && System.nanoTime() - lookedAt >= LOOK_NANOS) {
      look();
    }
    return isWithoutNext() || !reserved;
  }

  private void look() {
    lookedAt = System.nanoTime();
    reserved = reserveBytes == 0 || directory.usableBytes() - reserveBytes >= segmentBytes;
  }

  private boolean isWithoutNext() {
    if (next.isDone()) {
      lacked =
          next.isCompletedExceptionally()
              && next.exceptionNow() instanceof StorageException failure
              && failure.isNoSpace();
    }
    return lacked;
  }

  /** Waits until it is known whether there is space for the next segment, if that is unknown. */
  void settle() {
    if (!lacked) {
      awaitAttempt();
    }
  }

  /** Looks again, and tries again to make it, if there was no space. */
  void prepareAgain() {
    look();
    if (isWithoutNext() && next.isDone()) {
      prepare(nextNumber);
    }
  }

  /**
   * The segment offered or prepared last, which must have this number; waits for it if need be.
   *
   * @param bytesMin the least size it must have; if it has less, another is made
   * @throws StorageException if it cannot be made, now either
   */
  SegmentFile take(long number, long bytesMin) {
    SegmentFile prepared;
    try {
      prepared = next.join();
    } catch (CompletionException e) {
      // Space may have come back since; no data depended on that file.
      return create(number, Math.max(bytesMin, segmentBytes));
    }
    if (prepared.size() >= bytesMin) {
      return prepared;
    }
    prepared.close();
    return create(number, bytesMin);
  }

  private SegmentFile create(long number, long size) {
    return SegmentFile.create(directory, identity, number, size);
  }

  /** Waits for a segment in the making, and closes it. Its file stays for the next start. */
  void close() {
    awaitAttempt();
    if (!next.isCompletedExceptionally()) {
      next.join().close();
    }
  }

  private void awaitAttempt() {
    next.handle((made, failure) -> made).join();
  }
}
