package dev.balsa.node;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which groups the loop must look at because something was left there: a stack of groups that any
 * thread adds to and the loop takes as a whole. A group is in it once at most, so nothing is
 * allocated.
 */
final class Signals {
  private final AtomicReference<@Nullable Group<?, ?>> top = new AtomicReference<>();
  private final Runnable wakeup;

  /**
   * No signals yet.
   *
   * @param wakeup wakes the loop; any thread may run it
   */
  Signals(Runnable wakeup) {
    this.wakeup = wakeup;
  }

  /** The loop should look at {@code group}. Whatever it should find must be published before. */
  void signal(Group<?, ?> group) {
    if (!group.signaled.get() && group.signaled.compareAndSet(false, true)) {
      Group<?, ?> before;
      do {
        before = top.get();
        group.nextSignaled = before;
      } while (!top.compareAndSet(before, group));
    }
    wakeup.run();
  }

  /** Gives {@code taker} each group that was signaled since. Loop thread only. */
  void take(Consumer<Group<?, ?>> taker) {
    @Nullable Group<?, ?> group = top.get() == null ? null : top.getAndSet(null);
    while (group != null) {
      Group<?, ?> next = group.nextSignaled;
      group.nextSignaled = null;
      group.signaled.set(false); // from here on it may be signaled again
      taker.accept(group);
      group = next;
    }
  }
}
