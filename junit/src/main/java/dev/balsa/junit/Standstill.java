package dev.balsa.junit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where a member's threads are held while it is paused. Thread-safe. */
final class Standstill {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean held;
  private int standing;

  /** Called by the threads that are to stand still while this is held. */
  void pass() {
    lock.lock();
    try {
      standing++;
      changed.signalAll();
      while (held) {
        changed.awaitUninterruptibly();
      }
      standing--;
    } finally {
      lock.unlock();
    }
  }

  /** From now on holds whoever comes. */
  void hold() {
    lock.lock();
    try {
      held = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until so many threads are held.
   *
   * @return whether that came about in time
   */
  boolean await(int threads, long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (standing < threads && left > 0) {
        left = changed.awaitNanos(left);
      }
      return standing >= threads;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Lets all go on. */
  void release() {
    lock.lock();
    try {
      held = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How long a thread may take to arrive. */
  static long patienceNanos() {
    return TimeUnit.SECONDS.toNanos(30);
  }
}
