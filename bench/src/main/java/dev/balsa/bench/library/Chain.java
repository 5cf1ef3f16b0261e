package dev.balsa.bench.library;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The trivial state machine: it counts entries and chains a CRC32C over them, so two members agree
 * in count and sum only if they applied the same entries in the same order. One thread writes.
 */
final class Chain {
  private final CRC32C sum = new CRC32C();
  private long count;
  // Written by the applying thread, read by any.
  private volatile Mark mark = new Mark(0, 0);

  void add(byte[] array, int offset, int length) {
    sum.update(array, offset, length);
    count++;
  }

  void add(ByteBuffer entry) {
    sum.update(entry);
    count++;
  }

  /** Shows what was added to other threads; once a batch. */
  void publish() {
    mark = new Mark(count, sum.getValue());
  }

  Mark mark() {
    return mark;
  }

  /** How many entries were applied, and the sum over all of them in order. */
  record Mark(long count, long sum) {}
}
