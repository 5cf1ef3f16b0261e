package dev.balsa.server.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the operating system and the JVM know of this process; NaN where they do not say. */
final class ProcessFigures {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long KIB = 1024;

  private ProcessFigures() {}

  static double startTimeSeconds() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(Instant::toEpochMilli)
        .map(millis -> millis / (double) Duration.ofSeconds(1).toMillis())
        .orElse(Double.NaN);
  }

  static double cpuSeconds() {
    return system() instanceof OperatingSystemMXBean bean
        ? bean.getProcessCpuTime() / NANOS_PER_SECOND
        : Double.NaN;
  }

  static double residentBytes() {
    try {
      return residentBytes(Files.readAllLines(STATUS));
    } catch (IOException notLinux) {
      return Double.NaN;
    }
  }

  /** Linux says it in a line like {@code VmRSS: 123456 kB}. */
  static double residentBytes(List<String> status) {
    return status.stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * (double) KIB)
        .findFirst()
        .orElse(Double.NaN);
  }

  static double openFiles() {
    return system() instanceof UnixOperatingSystemMXBean bean
        ? bean.getOpenFileDescriptorCount()
        : Double.NaN;
  }

  static double openFilesMax() {
    return system() instanceof UnixOperatingSystemMXBean bean
        ? bean.getMaxFileDescriptorCount()
        : Double.NaN;
  }

  static double heapUsedBytes() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static java.lang.management.OperatingSystemMXBean system() {
    return ManagementFactory.getOperatingSystemMXBean();
  }
}
