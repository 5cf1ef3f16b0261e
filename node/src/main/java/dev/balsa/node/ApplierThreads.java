package dev.balsa.node;

import dev.balsa.node.disk.UninterruptibleThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Threads that serve the state machines of many groups: each group by one of them at a time, in its
 * own order. A group that waits for its disk or computes for long takes a thread from the others.
 */
final class ApplierThreads {
  /** How much of one group is served before the next one's turn. */
  private static final int TASKS_PER_TURN = 16;

  private final LinkedBlockingQueue<Turn> ready = new LinkedBlockingQueue<>();
  private final List<UninterruptibleThread> threads = new ArrayList<>();

  /** An applier to be served, or null: the thread ends. */
  private record Turn(@Nullable Applier<?, ?> applier) {}

  ApplierThreads(String name, int count) {
    for (int i = 0; i < count; i++) {
      threads.add(new UninterruptibleThread(this::run, name + "-" + i));
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** Something was left for {@code applier}. Any thread. */
  void serve(Applier<?, ?> applier) {
    if (applier.schedule()) {
      ready.add(new Turn(applier));
    }
  }

  private void run() {
    Applier<?, ?> next = take().applier();
    while (next != null || isLeft()) {
      if (next == null) {
        ready.add(new Turn(null)); // who is still to be served comes first
      } else {
        next.serveSome(TASKS_PER_TURN);
        serve(next); // what was left since
      }
      next = take().applier();
    }
  }

  private boolean isLeft() {
    return ready.stream().anyMatch(turn -> turn.applier() != null);
  }

  private Turn take() {
    try {
      return ready.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException("an uninterruptible thread was interrupted", e);
    }
  }

  /** Ends the threads when all is served that was left before. */
  void close() {
    threads.forEach(thread -> ready.add(new Turn(null)));
    threads.forEach(UninterruptibleThread::await);
  }
}
