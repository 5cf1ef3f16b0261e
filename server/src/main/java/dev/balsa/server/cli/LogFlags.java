package dev.balsa.server.cli;

import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;

/** How much a member logs and in which form; to be set before anything is logged. */
final class LogFlags {
  private static final Set<String> LEVELS = Set.of("debug", "info", "warn", "error");

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      defaultValue = "info",
      description = "debug, info, warn or error (default: ${DEFAULT-VALUE}).")
  String level = "info";

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or json for an object a line (default: ${DEFAULT-VALUE}).")
  String format = "text";

  /**
   * Makes it so for this process.
   *
   * @throws BadUsage if a value is none of those
   */
  void set() {
    if (!LEVELS.contains(level)) {
      throw new BadUsage(
          "--log-level %s is unknown; it is debug, info, warn or error".formatted(level));
    }
    System.setProperty("balsa.log.level", level.toUpperCase(Locale.ROOT));
    System.setProperty("balsa.log.format", appender());
  }

  private String appender() {
    return switch (format) {
      case "text", "console" -> "STDERR";
      case "json" -> "JSON";
      default ->
          throw new BadUsage("--log-format %s is unknown; it is text or json".formatted(format));
    };
  }
}
