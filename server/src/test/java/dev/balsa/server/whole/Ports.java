package dev.balsa.server.whole;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that are killed and come back. They lie below those that the system hands out
 * for outgoing connections: while a server is down nothing is given its port, and a peer that dials
 * it cannot be connected to itself.
 */
public final class Ports {
  private static final int FIRST = 10_240;
  private static final int END = 32_768;
  private static final int FORKS_MAX = 8;

  /** Which of the build's test processes this is; each has ports of its own. */
  private static final int FORK = Integer.getInteger("balsa.test.fork", 0) % FORKS_MAX;

  private Ports() {}

  /** So many different ports on which nobody listens. */
  public static List<Integer> free(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      while (held.size() < count) {
        hold(held);
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  private static void hold(List<ServerSocket> held) {
    int width = (END - FIRST) / FORKS_MAX;
    int port = FIRST + FORK * width + ThreadLocalRandom.current().nextInt(width);
    try {
      held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
    } catch (IOException taken) {
      System.err.println("port " + port + " is taken, another is tried: " + taken.getMessage());
    }
  }
}
