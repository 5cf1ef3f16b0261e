package dev.balsa.server.config;

import java.time.Duration;

/**
 * How much history a cluster keeps by itself: etcd's {@code --auto-compaction-mode} and {@code
 * --auto-compaction-retention}.
 */
public sealed interface Retention {
  /** All of it, until somebody compacts. */
  Retention EVERYTHING = new Everything();

  /** All of it, until somebody compacts. */
  record Everything() implements Retention {}

  /** The revisions of the last {@code time}, which is positive. */
  record Period(Duration time) implements Retention {}

  /** The last {@code count} revisions, at least 1. */
  record Revisions(long count) implements Retention {}

  /**
   * Reads both flags. As in etcd 0 keeps everything, and a number without a unit is hours in the
   * mode {@code periodic}.
   *
   * @throws ConfigException if they cannot be understood
   */
  static Retention parse(String mode, String amount) {
    return switch (mode) {
      case "periodic" -> periodic(amount);
      case "revision" -> {
        long count = isNumber(amount) ? Long.parseLong(amount) : -1;
        if (count < 0) {
          throw unusable(amount, "with --auto-compaction-mode revision say how many to keep: 1000");
        }
        yield count == 0 ? EVERYTHING : new Revisions(count);
      }
      default ->
          throw new ConfigException(
              "--auto-compaction-mode '%s' is unknown; say periodic or revision".formatted(mode));
    };
  }

  private static Retention periodic(String amount) {
    Duration time =
        isNumber(amount)
            ? Duration.ofHours(Long.parseLong(amount))
            : GoDuration.parse(amount)
                .orElseThrow(
                    () -> unusable(amount, "say how long to keep it: 30m, 10h, or 10 for hours"));
    return time.isZero() ? EVERYTHING : new Period(time);
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,9}");
  }

  private static ConfigException unusable(String amount, String remedy) {
    return new ConfigException(
        "--auto-compaction-retention '%s' cannot be used; %s".formatted(amount, remedy));
  }
}
