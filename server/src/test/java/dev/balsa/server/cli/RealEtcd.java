package dev.balsa.server.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A real etcd of one member on loopback, on ports that were free. */
final class RealEtcd implements AutoCloseable {
  private final Process process;
  private final String endpoint;

  private RealEtcd(Process process, String endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Starts it and waits until it answers. */
  static RealEtcd start(Path program, Path data) throws IOException {
    int[] ports = freePorts();
    String client = "http://127.0.0.1:" + ports[0];
    String peer = "http://127.0.0.1:" + ports[1];
    Path log = data.resolveSibling("etcd.log");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--name=m1",
                "--data-dir=" + data,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=m1=" + peer)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    RealEtcd etcd = new RealEtcd(process, "127.0.0.1:" + ports[0]);
    try {
      etcd.awaitAnswer(log);
    } catch (RuntimeException | IOException e) {
      etcd.close();
      throw e;
    }
    return etcd;
  }

  private static int[] freePorts() throws IOException {
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new int[] {one.getLocalPort(), two.getLocalPort()};
    }
  }

  private void awaitAnswer(Path log) throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      Run run =
          Run.of("ctl", "--endpoints", endpoint, "endpoint", "health", "--command-timeout=10s");
      if (run.code() == 0) {
        return;
      }
    }
    throw new IllegalStateException("etcd did not come up: " + Files.readString(log));
  }

  /** {@code host:port} for clients. */
  String endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new UncheckedIOException(new IOException("etcd does not end"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
