package dev.balsa.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code check perf} makes of a run, by etcdctl's rules: nine tenths of the rate, no answer
 * later than half a second, a standard deviation of at most a tenth of a second, no errors.
 *
 * @param lines what to print
 */
record PerfVerdict(boolean good, List<String> lines) {
  private static final double LEAST_SHARE = 0.9;
  private static final double SLOWEST_SECONDS = 0.5;
  private static final double DEVIATION_SECONDS = 0.1;

  /** The verdict on {@code result} where {@code rate} puts a second were due. */
  static PerfVerdict of(Load.Result result, int rate) {
    List<String> lines = new ArrayList<>(errors(result));
    long perSecond = (long) result.perSecond() + 1;
    lines.add(
        result.perSecond() > LEAST_SHARE * rate
            ? "PASS: Throughput is %d writes/s".formatted(perSecond)
            : "FAIL: Throughput too low: %d writes/s".formatted(perSecond));
    lines.add(
        result.slowest() <= SLOWEST_SECONDS
            ? "PASS: Slowest request took " + seconds(result.slowest())
            : "FAIL: Slowest request took too long: " + seconds(result.slowest()));
    lines.add(
        result.deviation() <= DEVIATION_SECONDS
            ? "PASS: Stddev is " + seconds(result.deviation())
            : "FAIL: Stddev too high: " + seconds(result.deviation()));
    boolean good = lines.stream().allMatch(line -> line.startsWith("PASS"));
    lines.add(good ? "PASS" : "FAIL");
    return new PerfVerdict(good, List.copyOf(lines));
  }

  /** What to say of puts that failed, nothing if none did. */
  static List<String> errors(Load.Result result) {
    List<String> lines = new ArrayList<>();
    if (!result.errors().isEmpty()) {
      lines.add("FAIL: too many errors");
    }
    result
        .errors()
        .forEach((error, times) -> lines.add("FAIL: ERROR(%s) -> %d".formatted(error, times)));
    return lines;
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%fs", seconds);
  }
}
