package dev.balsa.server.cli;

import dev.balsa.server.whole.Ports;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A real etcd on loopback, of one member or of three, on ports that were free. */
public final class RealEtcd implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<Process> processes = new ArrayList<>();
  private final List<String> endpoints = new ArrayList<>();

  private RealEtcd() {}

  /** Starts one member and waits until it answers. */
  public static RealEtcd start(Path program, Path data, String... flags) throws IOException {
    return start(program, data, List.of("m1"), flags);
  }

  /** Starts a member for each of {@code names} and waits until all of them answer. */
  public static RealEtcd start(Path program, Path data, List<String> names, String... flags)
      throws IOException {
    RealEtcd etcd = new RealEtcd();
    try {
      etcd.launch(program, Files.createDirectories(data), names, flags);
      for (String endpoint : etcd.endpoints) {
        etcd.awaitAnswer(endpoint, data);
      }
    } catch (RuntimeException | IOException | AssertionError e) {
      etcd.close();
      throw e;
    }
    return etcd;
  }

  private void launch(Path program, Path data, List<String> names, String... flags)
      throws IOException {
    List<String> urls =
        Ports.free(2 * names.size()).stream().map(port -> "http://127.0.0.1:" + port).toList();
    String cluster =
        IntStream.range(0, names.size())
            .mapToObj(n -> names.get(n) + "=" + urls.get(2 * n))
            .collect(Collectors.joining(","));
    for (int n = 0; n < names.size(); n++) {
      String peer = urls.get(2 * n);
      String client = urls.get(2 * n + 1);
      endpoints.add(client.substring("http://".length()));
      List<String> command =
          new ArrayList<>(
              List.of(
                  program.toString(),
                  "--name=" + names.get(n),
                  "--data-dir=" + data.resolve(names.get(n)),
                  "--listen-client-urls=" + client,
                  "--advertise-client-urls=" + client,
                  "--listen-peer-urls=" + peer,
                  "--initial-advertise-peer-urls=" + peer,
                  "--initial-cluster=" + cluster));
      command.addAll(List.of(flags));
      processes.add(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(data.resolve("etcd.log").toFile()))
              .start());
    }
  }

  private void awaitAnswer(String endpoint, Path data) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end && processes.stream().allMatch(Process::isAlive)) {
      Run run =
          Run.of("ctl", "--endpoints", endpoint, "endpoint", "health", "--command-timeout=10s");
      if (run.code() == 0) {
        return;
      }
    }
    throw new IllegalStateException(
        "etcd did not come up: " + Files.readString(data.resolve("etcd.log")));
  }

  /** {@code host:port} for clients of the first member. */
  public String endpoint() {
    return endpoints.getFirst();
  }

  /** {@code host:port} for clients of each member. */
  public List<String> endpoints() {
    return List.copyOf(endpoints);
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    try {
      for (Process process : processes) {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          throw new IllegalStateException("etcd does not end");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
