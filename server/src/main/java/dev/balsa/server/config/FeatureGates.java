package dev.balsa.server.config;

import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code --feature-gates} of etcd 3.6 and later means here. Most of it this server always does
 * or never; saying so is fine, so that a member's flags for etcd work, and saying the contrary is
 * refused.
 *
 * @param initialCorruptCheck whether the member compares its keys with the others' before it serves
 */
record FeatureGates(boolean initialCorruptCheck) {
  private static final String INITIAL_CORRUPT_CHECK = "InitialCorruptCheck";

  /** Leases keep what is left of them through changes of leader; Defragment stops nobody. */
  private static final Map<String, Boolean> ALWAYS =
      new TreeMap<>(
          Map.of(
              "FastLeaseKeepAlive", true,
              "LeaseCheckpoint", true,
              "LeaseCheckpointPersist", true,
              "StopGRPCServiceOnDefrag", false));

  /**
   * Reads {@code NAME=true,NAME=false}; nothing for none.
   *
   * @throws ConfigException if it is something else, or not to be had
   */
  static FeatureGates parse(String text) {
    boolean check = false;
    for (String gate : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      String[] parts = gate.split("=", 2);
      if (parts.length < 2 || !parts[1].matches("true|false")) {
        throw new ConfigException(
            "--feature-gates '%s' is no NAME=true or NAME=false; write it so".formatted(gate));
      }
      boolean on = Boolean.parseBoolean(parts[1]);
      if (parts[0].equals(INITIAL_CORRUPT_CHECK)) {
        check = on;
      } else {
        require(parts[0], on);
      }
    }
    return new FeatureGates(check);
  }

  private static void require(String name, boolean on) {
    Boolean always = ALWAYS.get(name);
    if (always == null) {
      throw new ConfigException(
          "--feature-gates has %s, which is none of this server's; it has %s and %s"
              .formatted(name, INITIAL_CORRUPT_CHECK, String.join(", ", ALWAYS.keySet())));
    }
    if (always != on) {
      throw new ConfigException(
          "--feature-gates %s=%s: this server %s does that; take it out"
              .formatted(name, on, always ? "always" : "never"));
    }
  }
}
