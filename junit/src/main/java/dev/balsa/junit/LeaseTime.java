package dev.balsa.junit;

import java.time.Duration;

/**
 * The clock by which leases end. It runs like the machine's until it is told otherwise, and never
 * goes back. Nothing else looks at it: elections and heartbeats keep to the machine's. Thread-safe.
 */
public final class LeaseTime {
  private long millis; // passed by the time of readNanos
  private long readNanos = System.nanoTime();
  private boolean frozen;

  /** From now on time passes by {@link #advance} only. */
  public synchronized void freeze() {
    read();
    frozen = true;
  }

  /** From now on time passes by itself. */
  public synchronized void run() {
    read();
    frozen = false;
  }

  /**
   * Lets {@code duration} pass at once; leases that end by it are gone within moments. A change of
   * leader gives every lease up to an election timeout more: let a second more pass than it has.
   */
  public synchronized void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("time cannot go back by " + duration);
    }
    millis += duration.toMillis();
  }

  /** How much time has passed since any moment. */
  synchronized long millis() {
    read();
    return millis;
  }

  private void read() {
    long passed = (System.nanoTime() - readNanos) / 1_000_000;
    readNanos += passed * 1_000_000;
    if (!frozen) {
      millis += passed;
    }
  }
}
