package dev.balsa.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for members that are killed and come back. They lie below those that systems hand out for
 * outgoing connections: while a member is down nothing is given its port, and a client that dials
 * it cannot be connected to itself.
 */
final class Ports {
  private static final int FIRST = 10_240;
  private static final int END = 32_768;
  private static final int ATTEMPTS_MAX = 1_000;

  private Ports() {}

  /** So many different ports on which nobody listens. */
  static List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int attempt = 0; held.size() < count; attempt++) {
        int port = ThreadLocalRandom.current().nextInt(FIRST, END);
        try {
          held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (IOException taken) {
          if (attempt >= ATTEMPTS_MAX) {
            throw new UncheckedIOException(
                "no free port between %d and %d".formatted(FIRST, END), taken);
          }
        }
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      held.forEach(Ports::close);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "port %d cannot be closed".formatted(socket.getLocalPort()), e);
    }
  }
}
