package dev.balsa.node.net;

import java.util.regex.Pattern;

/**
 * Where a node listens for its peers.
 *
 * @param host a name or an IP literal, without brackets
 * @param port from 0 to 65535; 0 lets the system choose and only makes sense for listening
 * @param secure whether TLS is spoken there
 */
public record PeerAddress(String host, int port, boolean secure) {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  public PeerAddress {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("peer address has no host; write it as HOST:PORT");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "port %d of peer address %s is not in 0..65535".formatted(port, host));
    }
  }

  /** One without TLS. */
  public PeerAddress(String host, int port) {
    this(host, port, false);
  }

  /** The same with TLS. */
  public PeerAddress secured() {
    return new PeerAddress(host, port, true);
  }

  /** The loopback address with {@code port}. */
  public static PeerAddress loopback(int port) {
    return new PeerAddress("127.0.0.1", port);
  }

  /** Whether the host is an IP literal, which needs no name service. */
  boolean isLiteral() {
    return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
  }

  /** {@code host:port}, with brackets around an IPv6 literal. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
