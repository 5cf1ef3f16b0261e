package dev.balsa.node.net;

import dev.balsa.node.Identity;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.NodeId;
import java.nio.ByteBuffer;

/**
 * The acceptor's answer to a {@link Hello}.
 *
 * @param verdict {@link #ACCEPTED}, {@link #MEMBERS} or the code of a {@link Rejection}
 * @param from who answers
 */
record Welcome(short version, byte verdict, Identity from) {
  static final int BYTES = 39;
  static final byte ACCEPTED = 0;

  /** The verdict on an {@link Inquiry}, whose answer follows. */
  static final byte MEMBERS = 64;

  ByteBuffer encode() {
    ByteBuffer out =
        ByteBuffer.allocate(BYTES)
            .putLong(Hello.MAGIC)
            .putShort(version)
            .put(verdict)
            .putLong(from.cluster().value())
            .putLong(from.node().value())
            .putLong(from.incarnation().value());
    return out.putInt(Hello.crc(out)).flip();
  }

  /** Reads a complete welcome whose magic was checked. */
  static Welcome decode(ByteBuffer in) {
    return new Welcome(
        in.getShort(8),
        in.get(10),
        new Identity(
            new ClusterId(in.getLong(11)),
            new NodeId(in.getLong(19)),
            new IncarnationId(in.getLong(27))));
  }
}
