package dev.balsa.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The real etcdctl, asked about one cluster.
 *
 * @param program where it is
 * @param folder for its input and outputs, which are files so that no pipe can fill up
 * @param endpoints what it is told to speak to, separated by commas
 */
record Etcdctl(Path program, Path folder, String endpoints) {
  private static final int PATIENCE_SECONDS = 120;

  /** The same, asked about one member. */
  Etcdctl at(String endpoint) {
    return new Etcdctl(program, folder, endpoint);
  }

  /** Runs one command with {@code input} on standard input. */
  Run run(String input, List<String> arguments) throws IOException, InterruptedException {
    Path in = Files.writeString(folder.resolve("in"), input);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> words = new ArrayList<>();
    words.addAll(List.of(program.toString(), "--endpoints", endpoints));
    words.addAll(List.of("--dial-timeout=60s", "--command-timeout=60s"));
    words.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ETCDCTL_"));
    builder.environment().put("ETCDCTL_API", "3");
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("etcdctl did not end: " + words);
      }
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), read(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
