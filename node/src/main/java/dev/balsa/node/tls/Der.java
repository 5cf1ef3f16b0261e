package dev.balsa.node.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The little of ASN.1's distinguished encoding that keys and certificates take (X.690). */
final class Der {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int UTF8 = 0x0c;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private Der() {}

  /** One element: its tag, its length, and {@code parts} one after the other. */
  static byte[] element(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = (32 - Integer.numberOfLeadingZeros(length) + 7) / 8;
      out.write(0x80 | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(length >>> (8 * i));
      }
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** The first element inside the sequence {@code der}, with its tag and length. */
  static byte[] firstOf(byte[] der) {
    ByteBuffer in = ByteBuffer.wrap(der);
    in.get();
    length(in);
    int start = in.position();
    in.get();
    int length = length(in);
    byte[] element = new byte[in.position() - start + length];
    in.get(start, element);
    return element;
  }

  private static int length(ByteBuffer in) {
    int first = Byte.toUnsignedInt(in.get());
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << 8 | Byte.toUnsignedInt(in.get());
    }
    return length;
  }
}
