package dev.balsa.server.watch;

import dev.balsa.kv.Change;
import dev.balsa.kv.History;
import dev.balsa.kv.HistoryQuery;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.server.backend.ApplyObserver;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Publishes what is applied, from the applying thread. Where nobody watches, or the loop is so far
 * behind that the inbox would grow, it says only how far the store is: changes that are left out
 * can still be had from history.
 */
final class WatchFeed implements ApplyObserver {
  /** The most that one page of commands publishes. */
  static final int CHANGES_MAX = 1_000;

  static final long BYTES_MAX = 4L << 20;

  /** The most that waits in the inbox. */
  private static final long BACKLOG_BYTES_MAX = 32L << 20;

  /** What a change costs beside its keys and values. */
  private static final long CHANGE_BYTES = 200;

  private final Consumer<WatchInput> inbox;
  private final AtomicLong backlogBytes = new AtomicLong(); // added here, taken off by the loop
  private final AtomicLong backlog = new AtomicLong(); // likewise, in changes
  private volatile boolean wanted; // written by the loop
  private volatile boolean prevWanted; // written by the loop
  private long published; // the applying thread's

  WatchFeed(Consumer<WatchInput> inbox) {
    this.inbox = inbox;
  }

  void want(boolean changes, boolean withPrev) {
    wanted = changes;
    prevWanted = withPrev;
  }

  /** The loop has taken {@code input} out of the inbox. */
  void taken(WatchInput.Published input) {
    backlogBytes.addAndGet(-bytes(input.changes()));
    backlog.addAndGet(-input.changes().size());
  }

  /** How many published changes the loop has not taken yet. Any thread. */
  long backlog() {
    return backlog.get();
  }

  @Override
  public void attached(KvMachine kv) {
    skipTo(kv.revision());
  }

  @Override
  public void applied(KvMachine kv, List<KvResult> results) {
    long revision = kv.revision();
    if (revision == published) {
      return;
    }
    if (wanted && backlogBytes.get() < BACKLOG_BYTES_MAX) {
      publish(kv);
    }
    if (published < revision) {
      skipTo(revision);
    }
  }

  private void publish(KvMachine kv) {
    boolean withPrev = prevWanted;
    long first = published + 1;
    History history = kv.history(new HistoryQuery(first, CHANGES_MAX, BYTES_MAX, withPrev));
    if (history instanceof History.Page page) {
      backlogBytes.addAndGet(bytes(page.changes()));
      backlog.addAndGet(page.changes().size());
      published = page.next() - 1;
      inbox.accept(new WatchInput.Published(first, published, page.changes(), withPrev));
    }
  }

  private void skipTo(long revision) {
    published = revision;
    inbox.accept(new WatchInput.Skipped(revision));
  }

  private static long bytes(List<Change> changes) {
    long bytes = 0;
    for (Change change : changes) {
      bytes += CHANGE_BYTES + change.bytes();
    }
    return bytes;
  }
}
