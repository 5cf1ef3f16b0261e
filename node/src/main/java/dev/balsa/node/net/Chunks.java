package dev.balsa.node.net;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Direct buffers of one size that the outboxes of a transport pass around. Loop thread only. */
final class Chunks {
  static final int CHUNK_BYTES = 64 << 10;
  private static final int KEPT_MAX = 64;

  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

  ByteBuffer take() {
    ByteBuffer chunk = free.poll();
    return chunk != null ? chunk : ByteBuffer.allocateDirect(CHUNK_BYTES);
  }

  /** Takes a chunk back that nobody reads any more; beyond a few it is left to the collector. */
  void giveBack(ByteBuffer chunk) {
    if (free.size() < KEPT_MAX) {
      free.push(chunk.clear());
    }
  }
}
