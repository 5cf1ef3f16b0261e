package dev.balsa.server.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder that is deleted with all that is in it; once, however often it is closed.
 *
 * @param path where it is
 * @param console told what cannot be deleted
 */
record TemporaryFolder(Path path, Console console) implements AutoCloseable {
  /**
   * Makes one whose name begins with {@code prefix}.
   *
   * @throws CommandFailure if that is not possible
   */
  static TemporaryFolder make(String prefix, Console console) {
    try {
      return new TemporaryFolder(Files.createTempDirectory(prefix), console);
    } catch (IOException e) {
      throw new CommandFailure(
          "no temporary folder can be made (%s); have the JVM use another place by -Djava.io.tmpdir=DIR in BALSA_JAVA_OPTS"
              .formatted(e.getMessage()));
    }
  }

  @Override
  public void close() {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      console.tell("%s could not be deleted: %s".formatted(path, e.getMessage()));
    }
  }
}
