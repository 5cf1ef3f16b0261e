package dev.balsa.server.http;

import dev.balsa.node.tls.Tls;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Which of the addresses that are listened on speak TLS.
 *
 * @param tls null if none does
 * @param addresses those that do, as they were to be listened on; port 0 for any
 */
public record SecureListening(@Nullable Tls tls, List<InetSocketAddress> addresses) {
  /** Plaintext everywhere. */
  public static final SecureListening NOWHERE = new SecureListening(null, List.of());

  private static final String HTTP2 = "h2";
  private static final String HTTP1 = "http/1.1";

  public SecureListening {
    addresses = List.copyOf(addresses);
  }

  /** What TLS is to be spoken with on {@code accepted}, null for none. */
  @Nullable SSLEngine engine(Channel accepted) {
    if (tls == null
        || accepted.parent() == null
        || !(accepted.parent().localAddress() instanceof InetSocketAddress bound)
        || addresses.stream().noneMatch(address -> isSame(address, bound))) {
      return null;
    }
    SSLEngine engine = tls.accepting();
    engine.setHandshakeApplicationProtocolSelector((it, offered) -> choose(offered));
    return engine;
  }

  private static boolean isSame(InetSocketAddress wanted, InetSocketAddress bound) {
    boolean everywhere =
        wanted.getAddress().isAnyLocalAddress() && bound.getAddress().isAnyLocalAddress();
    return (wanted.getPort() == 0 || wanted.getPort() == bound.getPort())
        && (everywhere || wanted.getAddress().equals(bound.getAddress()));
  }

  /**
   * A gRPC client offers HTTP/2 alone (ALPN, RFC 7301). Browsers and curl offer both, and want what
   * we speak over HTTP/1.1 only.
   */
  private static @Nullable String choose(List<String> offered) {
    if (offered.contains(HTTP1)) {
      return HTTP1;
    }
    return offered.contains(HTTP2) ? HTTP2 : null;
  }
}
