package dev.balsa.node.net;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.raft.Message;
import java.nio.ByteBuffer;

/**
 * Messages as the bytes that go over a connection, for hosts without sockets: the same frames, with
 * the same checksums, as {@link TcpTransport} sends. Not thread-safe.
 */
public final class MessageWire {
  private final MessageCodec codec;

  /** A wire whose slices are encoded and remembered by {@code slices}, the log's own. */
  public MessageWire(SliceCodec slices) {
    codec = new MessageCodec(slices);
  }

  /** The frame of a message. */
  public byte[] encode(Message message) {
    MessageCodec.Tail tail = codec.tail(message);
    int tailBytes = tail.bytes().remaining();
    ByteBuffer out =
        ByteBuffer.allocate(Frame.HEADER_BYTES + MessageCodec.HEAD_BYTES_MAX + tailBytes);
    Frame.begin(out);
    MessageCodec.putHead(message, out);
    Frame.seal(out, 0, MessageCodec.type(message), 0, tailBytes, tail.crc());
    out.put(tail.bytes().duplicate()).flip();
    byte[] frame = new byte[out.remaining()];
    out.get(frame);
    return frame;
  }

  /**
   * Reads a whole frame.
   *
   * @throws MalformedException if it is none, or was changed
   */
  public Message decode(byte[] frame) throws MalformedException {
    ByteBuffer header = ByteBuffer.wrap(frame, 0, Frame.HEADER_BYTES).slice();
    byte[] body = new byte[frame.length - Frame.HEADER_BYTES];
    System.arraycopy(frame, Frame.HEADER_BYTES, body, 0, body.length);
    if (Frame.bodyBytes(header) != body.length || !Frame.isIntact(header, body)) {
      throw new MalformedException("frame of %d bytes does not check out".formatted(frame.length));
    }
    return codec.decode(new Frame(header, body));
  }
}
