package dev.balsa.node.net;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether the loop is awake, waits, or has been told to look. Waking an idle core costs tens of
 * microseconds, so producers must touch the selector only when the loop really waits in it.
 */
final class Parking {
  private static final int AWAKE = 0;
  private static final int PARKED = 1;
  private static final int SIGNALED = 2;

  // The loop writes AWAKE and PARKED, any thread writes SIGNALED.
  private final AtomicInteger state = new AtomicInteger(AWAKE);

  /** The loop is about to wait; false if it was signaled and must not. */
  boolean park() {
    return state.compareAndSet(AWAKE, PARKED);
  }

  /** The loop stopped waiting and is about to look; takes back any signal. */
  void unpark() {
    state.set(AWAKE);
  }

  /** Tells the loop to look; true if it waits and has to be woken by the caller. */
  boolean signal() {
    return state.get() != SIGNALED && state.getAndSet(SIGNALED) == PARKED;
  }
}
