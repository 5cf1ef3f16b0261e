package dev.balsa.server.config;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;

/**
 * Where a member listens or is reached: {@code http://host:port}, or {@code https://host:port}.
 *
 * @param secure whether TLS is spoken there
 * @param host a name or an address, without brackets
 * @param port 0 to 65535; 0 lets the system choose, where one listens
 */
public record Url(boolean secure, String host, int port) {
  private static final int PORT_MAX = 65_535;

  /** One without TLS. */
  public Url(String host, int port) {
    this(false, host, port);
  }

  /** Reads a comma-separated list, as {@code flag} holds it. */
  public static List<Url> list(String flag, String value) {
    List<Url> urls =
        Arrays.stream(value.split(",", -1)).map(part -> parse(flag, part.strip())).toList();
    if (urls.stream().distinct().count() != urls.size()) {
      throw new ConfigException(flag + " names an address twice: " + value + "; name each once");
    }
    return urls;
  }

  static Url parse(String flag, String value) {
    URI uri;
    try {
      uri = new URI(value);
    } catch (URISyntaxException malformed) {
      throw refused(flag, value, "is no URL");
    }
    boolean secure = "https".equals(uri.getScheme());
    if (!secure && !"http".equals(uri.getScheme())) {
      throw refused(flag, value, "has neither scheme http nor https");
    }
    if (uri.getHost() == null || uri.getPort() < 0 || uri.getPort() > PORT_MAX) {
      throw refused(flag, value, "has no host and port");
    }
    boolean bare =
        (uri.getPath().isEmpty() || uri.getPath().equals("/"))
            && uri.getQuery() == null
            && uri.getFragment() == null
            && uri.getUserInfo() == null;
    if (!bare) {
      throw refused(flag, value, "says more than host and port");
    }
    return new Url(secure, uri.getHost().replace("[", "").replace("]", ""), uri.getPort());
  }

  private static ConfigException refused(String flag, String value, String why) {
    return new ConfigException(
        "%s '%s' %s; write it like http://127.0.0.1:2379".formatted(flag, value, why));
  }

  /** Whether this stands for every address of the machine, so that nobody can be sent there. */
  boolean isWildcard() {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  /** The same host with another port. */
  public Url withPort(int other) {
    return new Url(secure, host, other);
  }

  /** The address with the host looked up. */
  public InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (secure ? "https://" : "http://")
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + port;
  }
}
