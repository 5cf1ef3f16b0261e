package dev.balsa.node;

import dev.balsa.node.disk.UninterruptibleThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Threads that serve the state machines of many groups: each group by one of them at a time, in its
 * own order. A group that waits for its disk or computes for long takes a thread from the others.
 */
final class ApplierThreads {
  /** How much of one group is served before the next one's turn. */
  private static final int TASKS_PER_TURN = 16;

  private static final Runnable END = () -> {};

  private final LinkedBlockingQueue<Runnable> ready = new LinkedBlockingQueue<>();
  private final List<UninterruptibleThread> threads = new ArrayList<>();

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
      ready.add(() -> serveNow(applier));
    }
  }

  private void serveNow(Applier<?, ?> applier) {
    applier.serveSome(TASKS_PER_TURN);
    serve(applier); // what was left since
  }

  private void run() {
    for (Runnable next = take(); next != END || isLeft(); next = take()) {
      if (next == END) {
        ready.add(END); // who is still to be served comes first
      } else {
        next.run();
      }
    }
  }

  private boolean isLeft() {
    return ready.stream().anyMatch(task -> task != END);
  }

  private Runnable take() {
    try {
      return ready.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException("an uninterruptible thread was interrupted", e);
    }
  }

  /** Ends the threads when all is served that was left before. */
  void close() {
    threads.forEach(thread -> ready.add(END));
    threads.forEach(UninterruptibleThread::await);
  }
}
