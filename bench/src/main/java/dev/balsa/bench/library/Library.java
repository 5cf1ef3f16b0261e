package dev.balsa.bench.library;

import java.nio.file.Path;
import java.util.List;

/** The libraries that can be measured. */
public enum Library {
  JRAFT,
  BALSA;

  /**
   * Starts one member.
   *
   * @param member its place in {@code ports}, from 0
   * @param ports the loopback port of every member
   * @param data an empty directory of its own
   */
  ReplicatedLog start(int member, List<Integer> ports, Path data) {
    return switch (this) {
      case JRAFT -> JraftLog.start(member, ports, data);
      case BALSA -> BalsaLog.start(member, ports, data);
    };
  }
}
