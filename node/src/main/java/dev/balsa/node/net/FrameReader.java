package dev.balsa.node.net;

import dev.balsa.node.codec.MalformedException;
import java.nio.ByteBuffer;

/**
 * Cuts a connection's bytes into frames. Each body becomes one array of its own, so that a message
 * can share it without a further copy and without keeping a whole read buffer alive.
 */
final class FrameReader {
  private static final byte[] NO_BODY = new byte[0];

  private final int bodyBytesMax;
  private final ByteBuffer header = ByteBuffer.allocate(Frame.HEADER_BYTES);
  private byte[] body = NO_BODY;
  private int filled; // bytes of body that have arrived; 0 ≤ filled ≤ body.length

  FrameReader(int bodyBytesMax) {
    this.bodyBytesMax = bodyBytesMax;
  }

  /** Takes all of {@code input}, and hands over each frame that it completes. */
  void take(ByteBuffer input, Sink sink) throws MalformedException {
    while (input.hasRemaining()) {
      if (header.hasRemaining()) {
        int count = Math.min(header.remaining(), input.remaining());
        header.put(input.slice(input.position(), count));
        input.position(input.position() + count);
        if (header.hasRemaining()) {
          return;
        }
        body = allocate();
      }
      int count = Math.min(body.length - filled, input.remaining());
      input.get(body, filled, count);
      filled += count;
      if (filled == body.length) {
        sink.frame(complete());
      }
    }
  }

  private byte[] allocate() throws MalformedException {
    long bytes = Frame.bodyBytes(header);
    if (bytes > bodyBytesMax) {
      throw new MalformedException(
          "frame of type %d announces %d bytes, at most %d are accepted"
              .formatted(Frame.type(header), bytes, bodyBytesMax));
    }
    return bytes == 0 ? NO_BODY : new byte[(int) bytes];
  }

  private Frame complete() throws MalformedException {
    byte[] complete = body;
    if (!Frame.isIntact(header, complete)) {
      throw new MalformedException(
          "frame of type %d with %d bytes does not match its checksum"
              .formatted(Frame.type(header), complete.length));
    }
    body = NO_BODY;
    filled = 0;
    header.clear();
    return new Frame(header, complete);
  }

  /** Gets each complete frame. */
  interface Sink {
    void frame(Frame frame) throws MalformedException;
  }
}
