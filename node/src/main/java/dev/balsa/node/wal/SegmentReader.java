package dev.balsa.node.wal;

import dev.balsa.node.disk.DiskFile;
import java.nio.ByteBuffer;

/** Reads a segment through a window, so that a walk over many small records takes few reads. */
final class SegmentReader {
  private static final int WINDOW_BYTES = 1 << 18;
  private static final byte[] ZEROS = new byte[4096];

  private final DiskFile file;
  private final long size;
  private final byte[] window;
  private long start;
  private int length;

  SegmentReader(DiskFile file) {
    this.file = file;
    this.size = file.size();
    this.window = new byte[(int) Math.min(size, WINDOW_BYTES)];
  }

  /** A view of {@code count} bytes from {@code offset} on, valid until the next call. */
  ByteBuffer view(long offset, int count) {
    if (count > window.length) {
      ByteBuffer large = ByteBuffer.allocate(count);
      file.read(large, offset);
      return large.flip();
    }
    if (offset < start || offset + count > start + length) {
      length = 0;
      int wanted = (int) Math.min(window.length, size - offset);
      file.read(ByteBuffer.wrap(window, 0, wanted), offset);
      start = offset;
      length = wanted;
    }
    return ByteBuffer.wrap(window, (int) (offset - start), count).slice();
  }

  /** Whether all is zero from {@code offset} to the file's end. */
  boolean isZero(long offset) {
    return isZero(offset, size);
  }

  /** Whether all is zero from {@code from} (inclusive) to {@code to} (exclusive). */
  boolean isZero(long from, long to) {
    for (long at = from; at < to; at += ZEROS.length) {
      int count = (int) Math.min(ZEROS.length, to - at);
      if (view(at, count).mismatch(ByteBuffer.wrap(ZEROS, 0, count)) >= 0) {
        return false;
      }
    }
    return true;
  }
}
