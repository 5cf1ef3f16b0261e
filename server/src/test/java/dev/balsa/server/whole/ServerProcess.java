package dev.balsa.server.whole;

import dev.balsa.server.cli.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One member in a process of its own: a small JVM on this test's class path that runs {@code balsa
 * server}. It ends with the test, at the latest with the test's JVM.
 */
public final class ServerProcess implements AutoCloseable {
  private static final List<String> JVM_FLAGS =
      List.of(
          "-Xms32m",
          "-Xmx192m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED");

  private final Process process;
  private final Thread ender;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.ender = new Thread(process::destroyForcibly, "end of " + process.pid());
    Runtime.getRuntime().addShutdownHook(ender);
  }

  /**
   * Starts the process and returns at once.
   *
   * @param log where both of its outputs go, behind what is there
   * @param flags those of {@code balsa server}
   */
  public static ServerProcess start(Path log, List<String> flags) throws IOException {
    return run(log, "server", flags);
  }

  /** The same for another command that serves. */
  static ServerProcess run(Path log, String verb, List<String> flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(JVM_FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), verb));
    command.addAll(flags);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
    return new ServerProcess(builder.start(), log);
  }

  /** Whether the process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has said, for a person who looks for the reason of a failure. */
  public String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it without warning, as {@code kill -9} does, and returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Tells it to stop, as {@code kill} does, and returns its exit code. */
  public int stop() {
    process.destroy();
    awaitEnd();
    return process.exitValue();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the server did not end; it said:\n" + said());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    Runtime.getRuntime().removeShutdownHook(ender);
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
