package dev.balsa.bench;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options that every side-by-side measurement has. */
final class Rounds {
  @Option(
      names = "--rounds",
      description = "Turns of each peer, alternating (default: ${DEFAULT-VALUE}).")
  int rounds = 5;

  @Option(
      names = "--seconds",
      description = "Measured seconds a load and turn (default: ${DEFAULT-VALUE}).")
  int seconds = 4;

  @Option(
      names = "--warmup",
      description = "Seconds of each load before it is measured (default: ${DEFAULT-VALUE}).")
  int warmup = 10;

  @Option(
      names = "--dir",
      description = "Where data directories are made, and deleted (default: ${DEFAULT-VALUE}).")
  Path dir = Path.of(System.getProperty("java.io.tmpdir"));
}
