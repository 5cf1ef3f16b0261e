package dev.balsa.node.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The disks that a power cut at one moment may leave. Each change of a name since the directory's
 * last force is lost or kept by itself. Of the bytes written to a file since its last force are
 * kept:
 *
 * <ul>
 *   <li>nothing, or everything;
 *   <li>the first ones, in the order of writing, to the byte;
 *   <li>some sectors, every set of them as long as there are few, else a sample;
 *   <li>all writes but the last, of which some sectors;
 *   <li>each sector as it was after some write, a sample.
 * </ul>
 */
public final class CrashStates {
  private static final int SECTOR = FaultyDirectory.SECTOR_BYTES;
  private static final int SETS_MAX = 64;
  private static final int PREFIXES_MAX = 48;

  private final Random random;
  private final List<Map<String, Content>> names = new ArrayList<>();

  private CrashStates(FaultyDirectory disk, long seed) {
    this.random = new Random(seed);
    List<Map<String, Content>> history = disk.nameHistory();
    for (boolean[] kept : sets(history.size() - 1)) {
      names.add(names(history, kept));
    }
  }

  /**
   * Gives each of those disks to {@code judge}, and some of them twice.
   *
   * @param disk as it is when the power goes; left as it is
   * @param seed for what is sampled
   */
  public static void of(FaultyDirectory disk, long seed, Consumer<FaultyDirectory> judge) {
    new CrashStates(disk, seed).forEach(judge);
  }

  private void forEach(Consumer<FaultyDirectory> judge) {
    for (Map<String, Content> named : names) {
      List<Content> dirty =
          named.values().stream().filter(content -> !content.dirty.isEmpty()).distinct().toList();
      judge.accept(disk(named, List.of(), new Content(), new byte[0]));
      for (Content torn : dirty) {
        List<Content> others = dirty.stream().filter(content -> content != torn).toList();
        for (byte[] left : remains(torn)) {
          judge.accept(disk(named, List.of(), torn, left));
          if (!others.isEmpty()) {
            judge.accept(disk(named, others, torn, left));
          }
        }
      }
    }
  }

  /** A disk whose file {@code torn} holds {@code left}, {@code whole} ones all, the others none. */
  private static FaultyDirectory disk(
      Map<String, Content> named, List<Content> whole, Content torn, byte[] left) {
    FaultyDirectory disk = new FaultyDirectory();
    named.forEach(
        (name, content) -> {
          byte[] other = whole.contains(content) ? content.now : content.durable;
          disk.put(name, content == torn ? left : other);
        });
    return disk;
  }

  /** The names when only some of the changes arrived. */
  private static Map<String, Content> names(List<Map<String, Content>> history, boolean[] kept) {
    Map<String, Content> names = new TreeMap<>(history.getFirst());
    for (int i = 0; i < kept.length; i++) {
      if (kept[i]) {
        Map<String, Content> before = history.get(i);
        Map<String, Content> after = history.get(i + 1);
        Set<String> touched = new TreeSet<>(before.keySet());
        touched.addAll(after.keySet());
        touched.removeIf(name -> before.get(name) == after.get(name));
        for (String name : touched) {
          Content content = after.get(name);
          if (content == null) {
            names.remove(name);
          } else {
            names.put(name, content);
          }
        }
      }
    }
    return names;
  }

  private List<byte[]> remains(Content content) {
    List<byte[]> moments = new ArrayList<>(List.of(content.durable));
    for (int i = 0; i < content.dirty.size(); i++) {
      byte[] after = moments.getLast().clone();
      byte[] bytes = content.dirtyBytes.get(i);
      System.arraycopy(bytes, 0, after, content.dirty.get(i)[0], bytes.length);
      moments.add(after);
    }
    List<byte[]> remains = new ArrayList<>();
    for (int length : prefixes(content.dirtyBytes.stream().mapToInt(bytes -> bytes.length).sum())) {
      remains.add(prefix(content, length));
    }
    sectors(moments.getFirst(), moments.getLast(), remains);
    if (moments.size() > 2) {
      sectors(moments.get(moments.size() - 2), moments.getLast(), remains);
      for (int i = 0; i < SETS_MAX; i++) {
        remains.add(mixture(moments));
      }
    }
    return remains;
  }

  private byte[] mixture(List<byte[]> moments) {
    byte[] left = moments.getFirst().clone();
    for (int at = 0; at < left.length; at += SECTOR) {
      byte[] moment = moments.get(random.nextInt(moments.size()));
      System.arraycopy(moment, at, left, at, Math.min(SECTOR, left.length - at));
    }
    return left;
  }

  private int[] prefixes(int total) {
    return total <= PREFIXES_MAX
        ? IntStream.range(1, total).toArray()
        : random.ints(PREFIXES_MAX, 1, total).toArray();
  }

  private static byte[] prefix(Content content, int length) {
    byte[] left = content.durable.clone();
    int keep = length;
    for (int i = 0; i < content.dirty.size(); i++) {
      byte[] bytes = content.dirtyBytes.get(i);
      int count = Math.min(keep, bytes.length);
      System.arraycopy(bytes, 0, left, content.dirty.get(i)[0], count);
      keep -= count;
    }
    return left;
  }

  /** Mixtures of both, sector by sector. */
  private void sectors(byte[] before, byte[] after, List<byte[]> remains) {
    List<Integer> changed = new ArrayList<>();
    for (int at = 0; at < after.length; at += SECTOR) {
      int end = Math.min(at + SECTOR, after.length);
      if (!Arrays.equals(before, at, end, after, at, end)) {
        changed.add(at);
      }
    }
    for (boolean[] kept : sets(changed.size())) {
      byte[] left = before.clone();
      for (int i = 0; i < kept.length; i++) {
        if (kept[i]) {
          int at = changed.get(i);
          System.arraycopy(after, at, left, at, Math.min(SECTOR, after.length - at));
        }
      }
      remains.add(left);
    }
  }

  /** Every subset of so many things, or a sample with the whole, the empty and all single ones. */
  private List<boolean[]> sets(int count) {
    List<boolean[]> sets = new ArrayList<>();
    if (count < 31 && 1 << count <= SETS_MAX) {
      for (int bits = 0; bits < 1 << count; bits++) {
        boolean[] set = new boolean[count];
        for (int i = 0; i < count; i++) {
          set[i] = (bits >> i & 1) == 1;
        }
        sets.add(set);
      }
      return sets;
    }
    sets.add(new boolean[count]);
    sets.add(all(count));
    for (int i = 0; i < count; i++) {
      boolean[] without = all(count);
      without[i] = false;
      sets.add(without);
    }
    while (sets.size() < SETS_MAX + count) {
      boolean[] set = new boolean[count];
      for (int i = 0; i < count; i++) {
        set[i] = random.nextBoolean();
      }
      sets.add(set);
    }
    return sets;
  }

  private static boolean[] all(int count) {
    boolean[] all = new boolean[count];
    Arrays.fill(all, true);
    return all;
  }
}
