package dev.balsa.node.net;

import dev.balsa.node.codec.SliceCodec;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** What follows the handshake: an envelope whose layout stands in the package's description. */
final class Frame {
  static final int HEADER_BYTES = 23;
  static final byte PING = 1;
  static final byte PONG = 2;

  private static final int CRC_BYTES = 4;
  private static final int TYPE_AT = 4;
  private static final int GROUP_AT = 5;
  private static final int HEAD_BYTES_AT = 13;
  private static final int TAIL_BYTES_AT = 15;
  private static final int TAIL_CRC_AT = 19;

  private final byte type;
  private final long group;
  private final int headBytes;
  private final int tailCrc;
  private final byte[] body;

  /** The frame that {@code header} announced; takes {@code body} without copying it. */
  Frame(ByteBuffer header, byte[] body) {
    this.type = type(header);
    this.group = header.getLong(GROUP_AT);
    this.headBytes = headBytes(header);
    this.tailCrc = header.getInt(TAIL_CRC_AT);
    this.body = body;
  }

  /** Leaves room for the header in {@code out}. */
  static void begin(ByteBuffer out) {
    out.position(out.position() + HEADER_BYTES);
  }

  /**
   * Writes the header at {@code start} of {@code out}, whose position is where the head ends.
   *
   * @param tailCrc the tail's checksum, which the header's checksum covers
   */
  static void seal(ByteBuffer out, int start, byte type, long group, int tailBytes, int tailCrc) {
    int headBytes = out.position() - start - HEADER_BYTES;
    out.put(start + TYPE_AT, type);
    out.putLong(start + GROUP_AT, group);
    out.putShort(start + HEAD_BYTES_AT, (short) headBytes);
    out.putInt(start + TAIL_BYTES_AT, tailBytes);
    out.putInt(start + TAIL_CRC_AT, tailCrc);
    CRC32C crc = new CRC32C();
    crc.update(out.slice(start + CRC_BYTES, HEADER_BYTES - CRC_BYTES + headBytes));
    out.putInt(start, (int) crc.getValue());
  }

  /** A frame without a body, ready to be read. */
  static ByteBuffer bare(byte type) {
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES);
    begin(out);
    seal(out, 0, type, 0, 0, 0);
    return out.flip().asReadOnlyBuffer();
  }

  /** How many bytes of head and tail a header announces; may exceed what an int holds. */
  static long bodyBytes(ByteBuffer header) {
    return headBytes(header) + Integer.toUnsignedLong(header.getInt(TAIL_BYTES_AT));
  }

  static byte type(ByteBuffer header) {
    return header.get(TYPE_AT);
  }

  /** Whether the checksum is that of the rest of the header and the head of {@code body}. */
  static boolean isIntact(ByteBuffer header, byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(CRC_BYTES, HEADER_BYTES - CRC_BYTES));
    crc.update(body, 0, headBytes(header));
    return header.getInt(0) == (int) crc.getValue();
  }

  /** What the body is. */
  byte type() {
    return type;
  }

  /** The Raft group it is for. */
  long group() {
    return group;
  }

  /** Head and tail. Whoever gets the frame owns the array. */
  byte[] body() {
    return body;
  }

  /** How much of the body is head, whose checksum was verified; the rest is tail. */
  int headBytes() {
    return headBytes;
  }

  int tailBytes() {
    return body.length - headBytes;
  }

  /** The checksum that the tail should have; not yet verified. */
  int tailCrc() {
    return tailCrc;
  }

  /** Whether the tail has the checksum that the header gives it. */
  boolean isTailIntact() {
    return SliceCodec.crc(body, headBytes, tailBytes()) == tailCrc;
  }

  private static int headBytes(ByteBuffer header) {
    return Short.toUnsignedInt(header.getShort(HEAD_BYTES_AT));
  }
}
