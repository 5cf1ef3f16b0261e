package dev.balsa.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a member serves clients.
 *
 * @param text as the person wrote it, for messages and tables
 * @param scheme {@code http}, {@code https}, or empty if the person said neither
 * @param host without the brackets of an IPv6 address
 * @param port 1 to 65535
 */
record Endpoint(String text, String scheme, String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:(https?)://)?(\\[[^\\]]+\\]|[^:/\\[\\]]+):([0-9]{1,5})/?");

  /**
   * Reads {@code host:port}, {@code http://host:port} or {@code https://host:port}.
   *
   * @throws BadUsage if it is none of these
   */
  static Endpoint parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new BadUsage(
          "endpoint \"" + text + "\" is not HOST:PORT, http://HOST:PORT or https://HOST:PORT");
    }
    int port = Integer.parseInt(form.group(3));
    if (port < 1 || port > 65535) {
      throw new BadUsage("endpoint \"" + text + "\" has port " + port + ", not one of 1 to 65535");
    }
    String host = form.group(2);
    return new Endpoint(
        text.strip(),
        form.group(1) == null ? "" : form.group(1),
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port);
  }

  /**
   * Reads a list; its items may themselves be lists with commas.
   *
   * @throws BadUsage if one is no endpoint or there is none
   */
  static List<Endpoint> parseAll(List<String> texts) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String text : texts) {
      for (String one : text.split(",", -1)) {
        if (!one.isBlank()) {
          endpoints.add(parse(one));
        }
      }
    }
    if (endpoints.isEmpty()) {
      throw new BadUsage("--endpoints names none; give HOST:PORT, several with commas between");
    }
    return List.copyOf(endpoints);
  }
}
