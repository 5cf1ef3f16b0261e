package dev.balsa.node.net;

import dev.balsa.node.Identity;
import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.MembershipCodec;
import dev.balsa.node.tls.Tls;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The question of a node that does not know yet who it is: who are you all? It travels as a hello
 * of nobody to nobody, and is answered by a welcome with the verdict {@link Welcome#MEMBERS}, then
 * {@code length 4 | membership | CRC32C 4}.
 */
public final class Inquiry {
  private static final Identity NOBODY =
      new Identity(new ClusterId(0), new NodeId(0), new IncarnationId(0));
  private static final int MEMBERSHIP_BYTES_MAX = 1 << 20;

  private Inquiry() {}

  /**
   * What a member says.
   *
   * @param membership as of what it knows to be committed; empty if it knows nothing yet
   */
  public record Answer(ClusterId cluster, NodeId node, Membership membership) {}

  /**
   * Asks the node that listens for peers at {@code address}; blocks.
   *
   * @param patience how long to wait for the connection, and for each part of the answer
   * @param tls for an address that asks for it; null if none may
   * @throws IOException if nobody answers, or not as a member does
   */
  public static Answer ask(PeerAddress address, Duration patience, @Nullable Tls tls)
      throws IOException {
    if (address.secure() && tls == null) {
      throw new IOException("its peer URL asks for TLS, but this node has no certificate");
    }
    int millis = Math.toIntExact(patience.toMillis());
    try (Socket plain = new Socket()) {
      plain.setSoTimeout(millis);
      plain.connect(new InetSocketAddress(address.host(), address.port()), millis);
      Socket socket =
          address.secure() && tls != null ? tls.dial(plain, address.host(), address.port()) : plain;
      OutputStream out = socket.getOutputStream();
      out.write(new Hello(Hello.VERSION, NOBODY, NOBODY.node()).encode().array());
      out.flush();
      return read(new DataInputStream(socket.getInputStream()));
    }
  }

  private static Answer read(DataInputStream in) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(Welcome.BYTES));
    if (bytes.capacity() < Welcome.BYTES || !Hello.mayBeginWithMagic(bytes.position(8))) {
      throw new IOException("it does not speak Balsa's peer protocol");
    }
    Welcome welcome = Welcome.decode(bytes);
    if (welcome.verdict() != Welcome.MEMBERS) {
      throw new IOException("it refuses the question: " + Rejection.describe(welcome.verdict()));
    }
    int length = in.readInt();
    if (length < 0 || length > MEMBERSHIP_BYTES_MAX) {
      throw new IOException("it announces a membership of %d bytes".formatted(length));
    }
    byte[] membership = in.readNBytes(length);
    if (membership.length < length || in.readInt() != crc(membership)) {
      throw new IOException("its membership does not match its checksum");
    }
    try {
      return new Answer(
          welcome.from().cluster(),
          welcome.from().node(),
          MembershipCodec.read(ByteBuffer.wrap(membership)));
    } catch (MalformedException e) {
      throw new IOException(e);
    }
  }

  /** Whether {@code hello} is this question. */
  static boolean isIt(Hello hello) {
    return hello.from().equals(NOBODY) && hello.to().equals(NOBODY.node());
  }

  /** What {@code self} says to it. */
  static ByteBuffer answer(Identity self, Membership membership) {
    byte[] bytes = new byte[MembershipCodec.length(membership)];
    MembershipCodec.write(membership, ByteBuffer.wrap(bytes));
    ByteBuffer welcome = new Welcome(Hello.VERSION, Welcome.MEMBERS, self).encode();
    return ByteBuffer.allocate(welcome.remaining() + 2 * Integer.BYTES + bytes.length)
        .put(welcome)
        .putInt(bytes.length)
        .put(bytes)
        .putInt(crc(bytes))
        .flip();
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
