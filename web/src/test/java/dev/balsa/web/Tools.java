package dev.balsa.web;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Programs and files that some tests need and that only the whole build has. */
final class Tools {
  /** The page as the build leaves it. */
  static final Path FOLDER = Path.of("target", "classes", "dev", "balsa", "web", "ui");

  private Tools() {}

  /**
   * Finds the first of some programs on the PATH; without one the test is skipped with a printed
   * reason, and fails under {@code ./check} and in continuous integration.
   */
  static Path require(String... programs) {
    for (String program : programs) {
      for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
        Path path = Path.of(folder, program);
        if (Files.isExecutable(path) && !Files.isDirectory(path)) {
          return path;
        }
      }
    }
    return missing(String.join(" or ", programs) + " is not on the PATH; ./check installs it");
  }

  /** The module that Maven compiled for the browser. */
  static Path module() {
    Path module = FOLDER.resolve("balsa.js");
    return Files.exists(module) ? module : missing(module + " is not there; build with Maven");
  }

  private static Path missing(String reason) {
    boolean strict =
        System.getenv().getOrDefault("CI", "").equalsIgnoreCase("true")
            || !System.getenv().getOrDefault("BALSA_CHECK", "").isEmpty();
    if (strict) {
      return fail(reason);
    }
    System.err.println("skipped: " + reason);
    return Assumptions.abort(reason);
  }

  /** A text that tests of pages share, those of the server's module among them. */
  static String script(String name) {
    try {
      return Files.readString(Path.of("src", "test", "resources", "browser", name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a script of those found. */
  static List<String> found(Object list) {
    return ((List<?>) list).stream().map(String::valueOf).toList();
  }
}
