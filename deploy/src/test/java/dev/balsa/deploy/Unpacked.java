package dev.balsa.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The archive that the build made, unpacked.
 *
 * @param root the folder that was in it
 */
record Unpacked(Path root) {
  private static final long PATIENCE_SECONDS = 120;

  /** What a command said and how it ended. */
  record Run(int code, String out, String err) {}

  /** Unpacks into {@code folder} as a person does. */
  static Unpacked into(Path folder) throws IOException {
    String archive = System.getProperty("balsa.archive", "");
    if (!Files.isRegularFile(Path.of(archive))) {
      throw new IllegalStateException(
          "no archive at '%s': the server is packaged before this module is tested"
              .formatted(archive));
    }
    Run tar = run(folder, List.of("tar", "-xzf", archive, "-C", folder.toString()), Map.of());
    if (tar.code() != 0) {
      throw new IllegalStateException(tar.err());
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return new Unpacked(inside.filter(Files::isDirectory).findFirst().orElseThrow());
    }
  }

  /** Everything in it that is a file. */
  List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Runs {@code bin/balsa} to its end. */
  Run balsa(Path folder, String... words) throws IOException {
    return balsa(folder, Map.of(), words);
  }

  /** The same with more environment variables. */
  Run balsa(Path folder, Map<String, String> more, String... words) throws IOException {
    return run(folder, command(words), more);
  }

  /** Starts {@code bin/balsa}; its two outputs come as one. */
  Process start(Path folder, String... words) throws IOException {
    return builder(folder, command(words)).redirectErrorStream(true).start();
  }

  /** Waits until a process has ended. */
  static int codeOf(Process process) {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("it did not end: " + process.info());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return process.exitValue();
  }

  private List<String> command(String... words) {
    List<String> command = new ArrayList<>();
    command.add(root.resolve("bin/balsa").toString());
    command.addAll(List.of(words));
    return command;
  }

  /** Runs any command to its end. */
  static Run run(Path folder, List<String> command, Map<String, String> more) throws IOException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        builder(folder, command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(more);
    Process process = builder.start();
    return new Run(codeOf(process), Files.readString(out), Files.readString(err));
  }

  /** No variable of this machine's user decides how it goes, only the JDK is the tests' own. */
  static ProcessBuilder builder(Path folder, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(it -> it.startsWith("BALSA_") || it.startsWith("ETCD"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }
}
