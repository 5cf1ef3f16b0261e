package dev.balsa.node.disk;

/**
 * A platform thread that {@link #interrupt()} does not reach, so that no interrupt can close a file
 * channel under the log (the JDK closes a {@code FileChannel} for good when its thread is
 * interrupted). Its owner ends it by a message.
 */
public final class UninterruptibleThread extends Thread {
  /** A daemon thread, not yet started. */
  public UninterruptibleThread(Runnable task, String name) {
    super(task, name);
    setDaemon(true);
  }

  /** Does nothing, on purpose. */
  @Override
  public void interrupt() {}

  /** Waits until this thread has ended; an interrupt of the caller is kept for later. */
  public void await() {
    boolean interrupted = false;
    while (isAlive()) {
      try {
        join();
      } catch (InterruptedException e) {
        interrupted = true; // what follows must be done all the same
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
