package dev.balsa.server.watch;

import dev.balsa.kv.KeyRange;
import dev.balsa.raft.Bytes;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds the watchers of a key. Those of a single key are looked up; those of ranges are asked one
 * after the other, which is cheap for the few different ranges that clients watch.
 */
final class WatcherIndex {
  private final Map<Bytes, Set<Watcher>> singles = new HashMap<>();
  private final Map<KeyRange, Set<Watcher>> ranges = new HashMap<>();
  private int size;

  static WatcherIndex of(Collection<Watcher> watchers) {
    WatcherIndex index = new WatcherIndex();
    watchers.forEach(index::add);
    return index;
  }

  int size() {
    return size;
  }

  void add(Watcher watcher) {
    boolean added =
        watcher.range.isSingle()
            ? singles
                .computeIfAbsent(watcher.range.key(), key -> new LinkedHashSet<>())
                .add(watcher)
            : ranges.computeIfAbsent(watcher.range, key -> new LinkedHashSet<>()).add(watcher);
    size += added ? 1 : 0;
  }

  void remove(Watcher watcher) {
    boolean removed =
        watcher.range.isSingle()
            ? remove(singles, watcher.range.key(), watcher)
            : remove(ranges, watcher.range, watcher);
    size -= removed ? 1 : 0;
  }

  void forEach(Consumer<Watcher> action) {
    singles.values().forEach(watchers -> watchers.forEach(action));
    ranges.values().forEach(watchers -> watchers.forEach(action));
  }

  /** Hands every watcher of {@code key} to {@code action}, which must not change this index. */
  void forEachOf(Bytes key, Consumer<Watcher> action) {
    Set<Watcher> single = singles.get(key);
    if (single != null) {
      single.forEach(action);
    }
    for (Set<Watcher> alike : ranges.values()) {
      if (alike.iterator().next().range.contains(key)) {
        alike.forEach(action);
      }
    }
  }

  private static <K> boolean remove(Map<K, Set<Watcher>> sets, K key, Watcher watcher) {
    Set<Watcher> set = sets.get(key);
    boolean removed = set != null && set.remove(watcher);
    if (removed && set.isEmpty()) {
      sets.remove(key);
    }
    return removed;
  }
}
