package dev.balsa.node;

import dev.balsa.node.disk.UninterruptibleThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** The one thread of a node that writes snapshots and checks received ones, of all its groups. */
final class SnapshotThread {
  private static final Logger LOG = System.getLogger(RaftNode.class.getName());

  private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
  private final UninterruptibleThread thread;
  private final Consumer<Throwable> failed;
  private volatile boolean closed; // written by close

  /** Thrown by work that nobody needs any more. */
  static final class Closed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  SnapshotThread(Consumer<Throwable> failed) {
    this.failed = failed;
    this.thread = new UninterruptibleThread(this::serve, "balsa-snapshot");
  }

  void start() {
    thread.start();
  }

  /** Leaves work, which is done in order. Any thread. */
  void leave(Runnable task) {
    work.add(task);
  }

  private void serve() {
    try {
      while (!closed) {
        run(work.take());
      }
    } catch (Throwable cause) {
      // The root of this thread: what broke must stop the node.
      failed.accept(cause);
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (Closed e) {
      LOG.log(Level.DEBUG, "a snapshot was not finished, since its node or group closes");
    }
  }

  /** Ends the thread after the work it is doing. */
  void close() {
    closed = true;
    leave(() -> {});
    thread.await();
  }
}
