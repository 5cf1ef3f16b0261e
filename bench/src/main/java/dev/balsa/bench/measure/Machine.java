package dev.balsa.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Says what a measurement ran on, since its figures mean nothing without. */
public final class Machine {
  private Machine() {}

  /**
   * One line: cores, processor, memory, kernel, JDK, and the file system that holds {@code data}.
   */
  public static String describe(Path data) throws IOException {
    return "%d cores (%s), %s, %s %s, JDK %s, data on %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            field("/proc/cpuinfo", "model name"),
            memory(),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("java.version"),
            Files.getFileStore(data).type());
  }

  private static String memory() throws IOException {
    String kib = field("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
    return kib.isEmpty() ? "memory unknown" : (Long.parseLong(kib) >> 20) + " GiB";
  }

  private static String field(String file, String name) throws IOException {
    Path path = Path.of(file);
    if (!Files.isReadable(path)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(path)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }
}
