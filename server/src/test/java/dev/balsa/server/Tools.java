package dev.balsa.server;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs that some tests need and that are no part of the build. Where they are missing, such a
 * test is skipped with a printed reason; under {@code ./check} and in continuous integration it
 * fails instead.
 */
public final class Tools {
  private Tools() {}

  /** Finds a program on the PATH, or else skips or fails the test that asks. */
  public static Path require(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path path = Path.of(folder, program);
      if (Files.isExecutable(path) && !Files.isDirectory(path)) {
        return path;
      }
    }
    String reason =
        program + " is not on the PATH; ./check installs it (Debian: etcd-client, etcd-server)";
    if (isStrict(System.getenv())) {
      return fail(reason);
    }
    System.err.println("skipped: " + reason);
    return Assumptions.abort(reason);
  }

  /** Whether a missing program is a failure. */
  static boolean isStrict(Map<String, String> environment) {
    return environment.getOrDefault("CI", "").equalsIgnoreCase("true")
        || !environment.getOrDefault("BALSA_CHECK", "").isEmpty();
  }
}
