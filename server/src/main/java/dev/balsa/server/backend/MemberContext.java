package dev.balsa.server.backend;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.proto.Member;
import dev.balsa.raft.Bytes;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What the replicated membership keeps with each member: where its peers reach it, as etcd's own
 * {@code Member} message.
 */
public final class MemberContext {
  private MemberContext() {}

  /** The bytes for a member with these peer URLs. */
  public static Bytes encode(List<String> peerUrls) {
    return Bytes.wrap(Member.newBuilder().addAllPeerURLs(peerUrls).build().toByteArray());
  }

  /** The peer URLs in {@code context}; none if it holds none. */
  public static List<String> peerUrls(Bytes context) {
    try {
      return List.copyOf(Member.parseFrom(context.toByteArray()).getPeerURLsList());
    } catch (InvalidProtocolBufferException notOurs) {
      return List.of();
    }
  }

  /** The address of the first peer URL in {@code context}. */
  public static Optional<PeerAddress> address(Bytes context) {
    return peerUrls(context).stream().findFirst().flatMap(MemberContext::address);
  }

  /** Whether {@code url} is one that peers can be sent to: a host and a port, as etcd wants it. */
  public static boolean isPeerUrl(String url) {
    return (url.startsWith("http://") || url.startsWith("https://"))
        && address(url).isPresent()
        && URI.create(url).getRawPath().isEmpty();
  }

  private static Optional<PeerAddress> address(String url) {
    try {
      URI uri = URI.create(url);
      boolean whole = uri.getHost() != null && uri.getPort() > 0;
      return whole
          ? Optional.of(
              new PeerAddress(
                  uri.getHost().replaceAll("[\\[\\]]", ""),
                  uri.getPort(),
                  "https".equals(uri.getScheme())))
          : Optional.empty();
    } catch (IllegalArgumentException noUrl) {
      return Optional.empty();
    }
  }
}
