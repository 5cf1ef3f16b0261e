package dev.balsa.node;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where callers of any thread leave commands for the loop. Bounded in bytes: what does not fit is
 * turned away at once, and the caller told so.
 */
final class Intake<R> {
  private final long bytesMax;
  private final ConcurrentLinkedQueue<Submission<R>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();

  /** A command and who waits for its outcome. */
  record Submission<R>(Bytes command, CompletableFuture<Outcome<R>> outcome) {
    long bytes() {
      return Entry.OVERHEAD_BYTES + (long) command.length();
    }
  }

  Intake(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Takes the submission, unless too much waits already. Any thread. */
  boolean offer(Submission<R> submission) {
    long size = submission.bytes();
    if (bytes.addAndGet(size) > bytesMax && bytes.get() > size) {
      bytes.addAndGet(-size);
      return false;
    }
    queue.add(submission);
    return true;
  }

  /**
   * The next batch: what has gathered, up to {@code batchBytesMax} but at least one. Callers that
   * gave up meanwhile are left out. Loop thread only.
   */
  List<Submission<R>> drain(long batchBytesMax) {
    List<Submission<R>> batch = new ArrayList<>();
    long size = 0;
    @Nullable Submission<R> head;
    while ((head = queue.peek()) != null
        && (batch.isEmpty() || size + head.bytes() <= batchBytesMax)) {
      queue.remove();
      bytes.addAndGet(-head.bytes());
      if (!head.outcome().isDone()) {
        size += head.bytes();
        batch.add(head);
      }
    }
    return batch;
  }

  /** How many bytes wait. */
  long bytes() {
    return bytes.get();
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }
}
