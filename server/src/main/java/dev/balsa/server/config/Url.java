package dev.balsa.server.config;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;

/**
 * Where a member listens or is reached: {@code http://host:port}.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65535; 0 lets the system choose, where one listens
 */
public record Url(String host, int port) {
  private static final int PORT_MAX = 65_535;

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
    if ("https".equals(uri.getScheme())) {
      throw new ConfigException(
          "%s %s asks for TLS, which is not built yet; use http://".formatted(flag, value));
    }
    if (!"http".equals(uri.getScheme())) {
      throw refused(flag, value, "has no scheme http");
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
    return new Url(uri.getHost().replace("[", "").replace("]", ""), uri.getPort());
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
    return new Url(host, other);
  }

  /** The address with the host looked up. */
  public InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
