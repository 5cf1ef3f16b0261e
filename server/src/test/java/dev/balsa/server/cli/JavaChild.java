package dev.balsa.server.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The {@code balsa} command in a JVM of its own, perhaps under a shell that takes something away
 * from it first. What it says is read line by line, both outputs as one.
 */
final class JavaChild implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;

  private JavaChild(Process process) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /** The words that run {@code balsa} with {@code arguments}, for a shell. */
  static List<String> command(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx192m", "-XX:TieredStopAtLevel=1"));
    words.add("--enable-native-access=ALL-UNNAMED"); // as the launcher does
    if (Runtime.version().feature() >= 23) {
      words.add("--sun-misc-unsafe-memory-access=allow"); // as the launcher does
    }
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(List.of(arguments));
    return words;
  }

  /** Starts {@code words} in {@code folder}. */
  static JavaChild start(File folder, List<String> words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("(ETCD|BALSA)_.*"));
    builder.environment().putAll(Run.PATIENT);
    return new JavaChild(builder.start());
  }

  /** The lines up to the first that contains {@code text}, that one too. */
  List<String> linesUpTo(String text) throws IOException {
    List<String> read = new ArrayList<>();
    String line;
    while ((line = lines.readLine()) != null) {
      read.add(line);
      if (line.contains(text)) {
        return read;
      }
    }
    throw new AssertionError("ended without saying '" + text + "': " + read);
  }

  /** Waits until the member serves, and returns its client port. */
  int awaitPort() throws IOException {
    String line = linesUpTo("serves clients on").getLast();
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  /** Waits for the end, having read all it said. */
  Run awaitEnd() throws IOException, InterruptedException {
    List<String> read = lines.lines().toList();
    return new Run(process.waitFor(), "", String.join("\n", read));
  }

  /** Asks it to stop, as {@code kill} does; what it still says can be read. */
  void terminate() {
    process.toHandle().destroy();
  }

  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lines.close();
  }
}
