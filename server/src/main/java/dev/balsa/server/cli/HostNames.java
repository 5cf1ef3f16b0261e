package dev.balsa.server.cli;

import java.security.Security;

/**
 * How long this process believes what the name service has said. A member that comes back elsewhere
 * (a pod, a container) keeps its name and gets another address; the JVM would dial the old one for
 * half a minute more, and know no name for ten seconds after it was asked for too early. Names are
 * asked for only where a connection is made, so nothing is to be gained by remembering them.
 */
final class HostNames {
  private static final String FOUND = "networkaddress.cache.ttl";
  private static final String NOT_FOUND = "networkaddress.cache.negative.ttl";

  private HostNames() {}

  /**
   * Has every name asked for anew, unless the JVM was told how long to remember what was found. To
   * be called before any name is asked for.
   */
  static void rememberNone() {
    if (Security.getProperty(FOUND) == null) {
      Security.setProperty(FOUND, "0");
      Security.setProperty(NOT_FOUND, "0");
      System.setProperty(FOUND, "0"); // gRPC's own memory
    }
  }
}
