package dev.balsa.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.StringTokenizer;

/**
 * How many cores processes use between two moments. The kernel counts in ticks of 10 ms, so an
 * interval should last a second or more. Not thread-safe.
 */
public final class CpuMeter {
  private static final Path KERNEL = Path.of("/proc/stat");
  private static final double NANOS_PER_TICK = 1e7;

  private final List<ProcessHandle> watched;
  private final Sample first;

  private CpuMeter(List<ProcessHandle> watched) {
    this.watched = watched;
    this.first = sample();
  }

  /** Begins an interval that watches {@code processes}, apart from this one. */
  public static CpuMeter start(List<ProcessHandle> processes) {
    return new CpuMeter(List.copyOf(processes));
  }

  /** The use since the start. May be asked more than once. */
  public Use read() {
    Sample now = sample();
    double elapsed = now.clockNanos - first.clockNanos;
    double theirs = (now.watchedNanos - first.watchedNanos) / elapsed;
    double ours = (now.selfNanos - first.selfNanos) / elapsed;
    double all = (now.machineNanos - first.machineNanos) / elapsed;
    return new Use(theirs, ours, Math.max(0, all - theirs - ours));
  }

  private Sample sample() {
    long watchedNanos = watched.stream().mapToLong(CpuMeter::cpuNanos).sum();
    return new Sample(
        System.nanoTime(), watchedNanos, cpuNanos(ProcessHandle.current()), machineNanos());
  }

  private static long cpuNanos(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** All time that was not idle and not waiting for the disk; without a Linux kernel, nothing. */
  private static double machineNanos() {
    if (!Files.isReadable(KERNEL)) {
      return Double.NaN;
    }
    try (var lines = Files.lines(KERNEL)) {
      return busyTicks(lines.findFirst().orElseThrow()) * NANOS_PER_TICK;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + KERNEL, e);
    }
  }

  /** Of a line {@code cpu user nice system idle iowait irq softirq steal …}. */
  static long busyTicks(String line) {
    StringTokenizer fields = new StringTokenizer(line);
    fields.nextToken();
    long busy = 0;
    for (int field = 0; field < 8 && fields.hasMoreTokens(); field++) {
      long ticks = Long.parseLong(fields.nextToken());
      boolean waiting = field == 3 || field == 4;
      busy += waiting ? 0 : ticks;
    }
    return busy;
  }

  private record Sample(long clockNanos, long watchedNanos, long selfNanos, double machineNanos) {}

  /**
   * Cores in use on average.
   *
   * @param watched by the watched processes together
   * @param self by this process
   * @param others by everything else; not a number where the machine does not tell
   */
  public record Use(double watched, double self, double others) {}
}
