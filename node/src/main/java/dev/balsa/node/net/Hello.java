package dev.balsa.node.net;

import dev.balsa.node.Identity;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.NodeId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What a dialer says first: who it is, and whom it means to reach.
 *
 * @param version of the format of all that follows
 */
record Hello(short version, Identity from, NodeId to) {
  static final int BYTES = 46;
  static final short VERSION = 1;

  /** Begins with a byte that is no ASCII text and no TLS record. */
  static final long MAGIC = 0x9242_414c_5341_5001L;

  static final int MAGIC_BYTES = 8;

  /** Up to here the layout is the same in every version. */
  static final int VERSIONED_BYTES = 10;

  ByteBuffer encode() {
    ByteBuffer out =
        ByteBuffer.allocate(BYTES)
            .putLong(MAGIC)
            .putShort(version)
            .putLong(from.cluster().value())
            .putLong(from.node().value())
            .putLong(to.value())
            .putLong(from.incarnation().value());
    return out.putInt(crc(out)).flip();
  }

  /** Reads a complete hello whose magic was checked; {@link #isIntact} tells whether to believe. */
  static Hello decode(ByteBuffer in) {
    return new Hello(
        in.getShort(8),
        new Identity(
            new ClusterId(in.getLong(10)),
            new NodeId(in.getLong(18)),
            new IncarnationId(in.getLong(34))),
        new NodeId(in.getLong(26)));
  }

  /** Moves as much of {@code in} into {@code hello}, or a welcome, as that lacks. */
  static void fill(ByteBuffer hello, ByteBuffer in) {
    int count = Math.min(hello.remaining(), in.remaining());
    hello.put(in.slice(in.position(), count));
    in.position(in.position() + count);
  }

  /** Whether {@code hello}, a complete hello or welcome, ends with its checksum. */
  static boolean isIntact(ByteBuffer hello) {
    int end = hello.capacity() - Integer.BYTES;
    return hello.getInt(end) == crc(hello.duplicate().position(end));
  }

  /** Whether the first bytes of {@code in}, as many as there are, are those of the magic. */
  static boolean mayBeginWithMagic(ByteBuffer in) {
    for (int i = 0; i < Math.min(in.position(), MAGIC_BYTES); i++) {
      if (in.get(i) != (byte) (MAGIC >>> (56 - 8 * i))) {
        return false;
      }
    }
    return true;
  }

  /** The checksum of all bytes before the position. */
  static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, bytes.position()));
    return (int) crc.getValue();
  }
}
