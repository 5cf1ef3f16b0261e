package dev.balsa.server.config;

import java.util.Arrays;
import java.util.Locale;

/** Where a member keeps the keys, beside its log and its snapshots. */
public enum Storage {
  /** On disk: more data than memory, and a restart reads next to nothing. */
  ROCKSDB,
  /** In memory: no native library; a restart reads the latest snapshot and the log after it. */
  MEMORY;

  /**
   * The one that {@code word} names.
   *
   * @throws ConfigException if it names none
   */
  static Storage parse(String word) {
    return Arrays.stream(values())
        .filter(storage -> storage.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "--storage '%s' is unknown; say rocksdb or memory".formatted(word)));
  }

  /** As the flag says it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
