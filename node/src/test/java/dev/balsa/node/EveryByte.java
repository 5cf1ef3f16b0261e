package dev.balsa.node;

import dev.balsa.node.disk.FaultyDirectory;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Damages every byte of some files of a disk in every way, one at a time on a copy of its own.
 *
 * @param disk stays as it is
 * @param names of the files
 */
record EveryByte(FaultyDirectory disk, List<String> names) {
  EveryByte {
    names = List.copyOf(names);
  }

  /** Every byte of all files. */
  static EveryByte of(FaultyDirectory disk) {
    return new EveryByte(disk, disk.list());
  }

  /** Every byte of the last segment that anything was written to. */
  static EveryByte ofLastSegment(FaultyDirectory disk) {
    return new EveryByte(
        disk,
        List.of(
            disk.list().stream()
                .filter(name -> name.endsWith(".wal") && disk.bytes(name)[4096 + 4] != 0)
                .reduce((first, second) -> second)
                .orElseThrow()));
  }

  /** Says what became of a case. */
  @FunctionalInterface
  interface Judge<O> {
    /**
     * Reads what is left.
     *
     * @param damaged the judge's own
     * @param name of the file that was damaged
     * @param what was done to it, for messages
     */
    O judge(FaultyDirectory damaged, String name, String what);
  }

  /** How often each outcome came; {@code about} begins a line of figures. */
  <O extends Enum<O>> Map<O, Integer> judged(Class<O> outcomes, String about, Judge<O> judge) {
    Map<ByteDamage, Integer> cases = new EnumMap<>(ByteDamage.class);
    Map<O, Integer> counts = new EnumMap<>(outcomes);
    for (String name : names) {
      byte[] bytes = disk.bytes(name);
      for (int at = 0; at < bytes.length; at++) {
        for (ByteDamage damage : ByteDamage.values()) {
          byte[] damaged = damage.to(bytes, at);
          if (!Arrays.equals(damaged, bytes)) {
            cases.merge(damage, 1, Integer::sum);
            FaultyDirectory copy = disk.copy();
            copy.put(name, damaged);
            String what = "%s %s at %d".formatted(damage, name, at);
            counts.merge(judge.judge(copy, name, what), 1, Integer::sum);
          }
        }
      }
    }
    System.out.println("figures: " + about + ": " + cases + ", " + counts);
    return counts;
  }

  /** Looks whether a refusal names the file that was damaged. */
  static void requireNamed(StorageException refusal, String name, String what) {
    if (!String.valueOf(refusal.getMessage()).matches("(?s).*/simulated/" + name + "\\b.*[;:].*")) {
      throw new AssertionError(
          what + " is refused without its name: " + refusal.getMessage(), refusal);
    }
  }
}
