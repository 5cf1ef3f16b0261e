package dev.balsa.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processes and files of one turn. Closing it, or the end of this JVM, kills exactly the
 * processes started here and deletes the directory. Used by one thread, apart from that end.
 */
public final class Workspace implements AutoCloseable {
  private final Path root;
  private final List<Process> processes = new ArrayList<>();
  private final Thread hook = new Thread(this::clean, "bench-cleanup");

  private Workspace(Path root) {
    this.root = root;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A fresh one in a new directory below {@code parent}. */
  public static Workspace create(Path parent) throws IOException {
    return new Workspace(Files.createTempDirectory(parent, "balsa-bench-"));
  }

  /** A new directory of that name. */
  public Path directory(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  /**
   * Starts a process whose standard error goes to {@code <name>.log}; its input and output are
   * pipes.
   *
   * @throws IOException if the command cannot be started; the message names it
   */
  public Process start(String name, List<String> command) throws IOException {
    return start(new ProcessBuilder(command).redirectError(log(name).toFile()));
  }

  /** The same with standard output in the log as well. */
  public Process startQuietly(String name, List<String> command) throws IOException {
    return start(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log(name).toFile()));
  }

  private Process start(ProcessBuilder builder) throws IOException {
    synchronized (processes) {
      Process process = builder.start();
      processes.add(process);
      return process;
    }
  }

  /** What a process has printed last, to explain its failure. */
  public String logTail(String name) {
    try (Stream<String> lines = Files.lines(log(name))) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 15), all.size()));
    } catch (IOException | UncheckedIOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  private Path log(String name) {
    return root.resolve(name + ".log");
  }

  /**
   * Ports of the loopback interface that were free a moment ago; somebody else may take one before
   * it is used.
   */
  public static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  @Override
  public void close() {
    clean();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private void clean() {
    synchronized (processes) {
      processes.forEach(Process::destroyForcibly);
      processes.forEach(process -> process.onExit().join());
      processes.clear();
    }
    try (Stream<Path> tree = Files.walk(root)) {
      tree.sorted(Comparator.reverseOrder()).forEach(Workspace::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + root + "; delete it by hand", e);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path + "; delete it by hand", e);
    }
  }
}
