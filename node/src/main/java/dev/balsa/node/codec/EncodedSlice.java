package dev.balsa.node.codec;

import java.nio.ByteBuffer;

/** The bytes of a slice and their CRC32C. Immutable; may be read by several threads. */
public final class EncodedSlice {
  private final ByteBuffer body;
  private final int crc;

  EncodedSlice(byte[] array, int offset, int length, int crc) {
    this.body = ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
    this.crc = crc;
  }

  /** A fresh read-only view of the whole body: position 0, limit {@link #length()}. */
  public ByteBuffer body() {
    return body.duplicate();
  }

  /** The body's length in bytes. */
  public int length() {
    return body.limit();
  }

  /** CRC32C of the body. */
  public int crc() {
    return crc;
  }
}
