package dev.balsa.node.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one peer. Small parts are copied into chunks, so that many messages
 * leave in one write; a large part, such as a slice that the disk and other peers share, is only
 * referred to and never copied here.
 */
final class Outbox {
  /** From this size on a part is referred to, not copied. */
  static final int SHARED_BYTES_MIN = 4 << 10;

  private static final int GATHER_MAX = 16;

  /** The JDK copies a heap buffer to a direct one of the same size, and keeps that; bound it. */
  private static final int HEAP_WRITE_BYTES_MAX = 128 << 10;

  private final Chunks chunks;
  private final ArrayDeque<Part> parts = new ArrayDeque<>();
  private final ByteBuffer[] gather = new ByteBuffer[GATHER_MAX];
  private @Nullable ByteBuffer chunk;
  private int
      queuedTo; // chunk[0, queuedTo) belongs to parts, chunk[queuedTo, position) follows them
  private long partBytes;

  Outbox(Chunks chunks) {
    this.chunks = chunks;
  }

  /** How much is buffered. */
  long bytes() {
    return partBytes + (chunk == null ? 0 : chunk.position() - queuedTo);
  }

  boolean isEmpty() {
    return bytes() == 0;
  }

  /** A buffer with room for {@code bytes}, at most a chunk; what is put there will be sent. */
  ByteBuffer room(int bytes) {
    ByteBuffer current = chunk;
    if (current != null && current.remaining() < bytes) {
      queueChunk(current, true);
      current = null;
    }
    if (current == null) {
      current = chunks.take();
      queuedTo = 0;
      chunk = current;
    }
    return current;
  }

  /** Appends what remains in {@code part}, which must never change afterwards. */
  void append(ByteBuffer part) {
    if (part.remaining() < SHARED_BYTES_MIN) {
      room(part.remaining()).put(part.duplicate());
      return;
    }
    if (chunk != null) {
      queueChunk(chunk, false);
    }
    parts.add(new Part(part.slice(), null));
    partBytes += part.remaining();
  }

  /** Writes as much as the line takes; true if nothing is left. */
  boolean writeTo(Line line) throws IOException {
    while (!isEmpty()) {
      if (chunk != null && parts.size() < GATHER_MAX) {
        queueChunk(chunk, false);
      }
      int count = 0;
      int limit = -1; // where the last gathered buffer really ends, if that was moved
      for (Part part : parts) {
        gather[count++] = part.bytes;
        if (!part.bytes.isDirect() && part.bytes.remaining() > HEAP_WRITE_BYTES_MAX) {
          limit = part.bytes.limit();
          part.bytes.limit(part.bytes.position() + HEAP_WRITE_BYTES_MAX);
        }
        if (count == GATHER_MAX || limit >= 0) {
          break;
        }
      }
      long wanted = 0;
      for (int i = 0; i < count; i++) {
        wanted += gather[i].remaining();
      }
      long written;
      try {
        written = line.write(gather, count);
      } finally {
        if (limit >= 0) {
          gather[count - 1].limit(limit);
        }
      }
      partBytes -= written;
      dropWritten();
      if (written < wanted) {
        return false;
      }
    }
    if (chunk != null) {
      chunk.clear();
      queuedTo = 0;
    }
    return true;
  }

  /** Forgets everything. */
  void clear() {
    for (Part part : parts) {
      part.release(chunks);
    }
    parts.clear();
    partBytes = 0;
    if (chunk != null) {
      chunks.giveBack(chunk);
      chunk = null;
    }
    queuedTo = 0;
  }

  private void dropWritten() {
    for (Part head = parts.peek();
        head != null && !head.bytes.hasRemaining();
        head = parts.peek()) {
      head.release(chunks);
      parts.remove();
    }
  }

  /** Makes a part of what was put into the chunk; a full chunk goes back once that is written. */
  private void queueChunk(ByteBuffer current, boolean full) {
    int bytes = current.position() - queuedTo;
    if (bytes > 0 || full) {
      parts.add(new Part(current.slice(queuedTo, bytes), full ? current : null));
      partBytes += bytes;
      queuedTo = current.position();
    }
  }

  /** Bytes in order, and the chunk whose last ones they are. */
  private record Part(ByteBuffer bytes, @Nullable ByteBuffer last) {
    void release(Chunks chunks) {
      if (last != null) {
        chunks.giveBack(last);
      }
    }
  }
}
