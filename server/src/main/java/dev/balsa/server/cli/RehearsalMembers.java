package dev.balsa.server.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three members in processes of their own, as they are in earnest, so that the JVM of the first one
 * learns what a member does and nothing of what a client does. They end with this process.
 */
final class RehearsalMembers implements AutoCloseable {
  private static final int COUNT = 3;
  private static final long WRITING_SECONDS_MAX = 180; // of some ten, on a machine that is not busy

  private final List<Integer> clientPorts;
  private final List<Integer> peerPorts;
  private final Path folder;
  private final List<Process> processes = new ArrayList<>();

  private RehearsalMembers(Path folder, List<Integer> ports) {
    this.folder = folder;
    this.clientPorts = ports.subList(0, COUNT);
    this.peerPorts = ports.subList(COUNT, 2 * COUNT);
  }

  /**
   * Starts them, of which the first one's JVM is to write what it learns into {@code learned}.
   *
   * @param folder for data and logs
   * @throws CommandFailure if they cannot be started
   */
  static RehearsalMembers start(Path folder, Path learned) {
    try {
      RehearsalMembers members = new RehearsalMembers(folder, freePorts());
      Runtime.getRuntime().addShutdownHook(new Thread(members::endAll, "end-rehearsal"));
      for (int member = 0; member < COUNT; member++) {
        members.processes.add(members.start(member, learned));
      }
      return members;
    } catch (IOException e) {
      throw new CommandFailure("members to rehearse with cannot be started: " + e.getMessage());
    }
  }

  /** Free a moment ago; whoever takes one meanwhile makes a member end, and that is said. */
  private static List<Integer> freePorts() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * COUNT; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private Process start(int member, Path learned) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    if (member == 0) {
      words.addAll(List.of("-XX:AOTCacheOutput=" + learned, "-Xlog:aot=off", "-Xlog:cds=off"));
    }
    words.addAll(List.of("-jar", System.getProperty("java.class.path"), "server"));
    words.add("--name=" + name(member));
    words.add("--data-dir=" + folder.resolve(name(member)));
    words.add("--listen-client-urls=http://127.0.0.1:" + clientPorts.get(member));
    words.add("--listen-peer-urls=http://127.0.0.1:" + peerPorts.get(member));
    words.add(
        "--initial-cluster="
            + IntStream.range(0, COUNT)
                .mapToObj(i -> name(i) + "=http://127.0.0.1:" + peerPorts.get(i))
                .collect(Collectors.joining(",")));
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log(member).toFile());
    // What the environment says to the members of this machine is not for these.
    builder.environment().keySet().removeIf(name -> name.matches("(BALSA|ETCD)_.*"));
    return builder.start();
  }

  private static String name(int member) {
    return "rehearsal-" + (member + 1);
  }

  private Path log(int member) {
    return folder.resolve(name(member) + ".log");
  }

  /** Where clients reach them, the one that learns first. */
  List<String> endpoints() {
    return clientPorts.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  /**
   * Does nothing if all run.
   *
   * @throws CommandFailure that says which one has ended, and its last words
   */
  void requireAll() {
    for (int member = 0; member < COUNT; member++) {
      if (!processes.get(member).isAlive()) {
        throw ended(member);
      }
    }
  }

  private CommandFailure ended(int member) {
    try (var lines = Files.lines(log(member))) {
      return new CommandFailure(
          "a member to rehearse with ended with code %d, and nothing is prepared; it said: %s"
              .formatted(
                  processes.get(member).exitValue(), lines.reduce("", (first, last) -> last)));
    } catch (IOException e) {
      throw new UncheckedIOException("the log of a member cannot be read", e);
    }
  }

  /**
   * Tells the first member to end and waits until its JVM has written what it learned.
   *
   * @throws CommandFailure if it does not
   */
  void finishLearning() {
    Process process = processes.getFirst();
    process.destroy();
    try {
      if (!process.waitFor(WRITING_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new CommandFailure(
            "the JVM has not written what it learned within %d s; is this machine very busy? try again"
                .formatted(WRITING_SECONDS_MAX));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
    if (process.exitValue() != 0) {
      throw ended(0);
    }
  }

  private void endAll() {
    processes.forEach(Process::destroyForcibly);
  }

  @Override
  public void close() {
    endAll();
    try {
      for (Process process : processes) {
        process.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
