package dev.balsa.kv;

import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.SortOrder;
import dev.balsa.kv.Command.SortTarget;
import dev.balsa.kv.KvResult.RangeDone;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Answers one {@link Range}: filter, then sort, then limit; the count sees none of the three. Where
 * the store's own order is the one asked for, it stops keeping records at the limit.
 */
final class RangeQuery {
  private final Range range;
  private final boolean atNewest;
  private final boolean counted;
  private final Direction direction;
  private final List<KeyValue> found = new ArrayList<>();
  private long count;
  private boolean more;

  /** How the records come out of the store, or must be put in order afterwards. */
  private enum Direction {
    ASCENDING,
    DESCENDING,
    SORTED_AFTERWARDS
  }

  private RangeQuery(Range range, boolean atNewest, boolean counted) {
    this.range = range;
    this.atNewest = atNewest;
    this.counted = counted;
    this.direction = direction(range, atNewest);
  }

  /**
   * Reads {@code range} in a store whose newest revision is {@code current}; its own revision, if
   * it has one, was checked.
   */
  static RangeDone run(Range range, Versions versions, StoreState state, long current) {
    return run(range, versions, state, current, true);
  }

  /** The same, but the count ends where the limit does. */
  static RangeDone page(Range range, Versions versions, StoreState state, long current) {
    return run(range, versions, state, current, false);
  }

  private static RangeDone run(
      Range range, Versions versions, StoreState state, long current, boolean counted) {
    boolean atNewest = range.revision() <= 0 || range.revision() == current;
    RangeQuery query = new RangeQuery(range, atNewest, counted);
    query.walk(versions, state);
    return query.result(current);
  }

  private static Direction direction(Range range, boolean atNewest) {
    if (range.target() != SortTarget.KEY) {
      return Direction.SORTED_AFTERWARDS;
    }
    if (range.order() != SortOrder.DESCEND) {
      return Direction.ASCENDING;
    }
    return atNewest ? Direction.DESCENDING : Direction.SORTED_AFTERWARDS;
  }

  private void walk(Versions versions, StoreState state) {
    if (atNewest && isEverything(range.range())) {
      if (!range.countOnly()) {
        walkNewest(versions, (key, stored) -> visit(key, stored) && !more);
      }
      count = state.keys;
    } else if (atNewest) {
      walkNewest(versions, this::visit);
    } else {
      versions.ascendAt(range.range(), range.revision(), this::visit);
    }
  }

  private void walkNewest(Versions versions, Versions.Visitor visitor) {
    if (direction == Direction.DESCENDING) {
      versions.descend(range.range(), visitor);
    } else {
      versions.ascend(range.range(), visitor);
    }
  }

  /** Keys are never empty, so from the smallest one on is all of them. */
  private static boolean isEverything(KeyRange keys) {
    return keys.isFromKey() && keys.key().length() == 1 && keys.key().at(0) == 0;
  }

  private boolean visit(Bytes key, Bytes stored) {
    count++;
    if (range.countOnly() || more) {
      return counted;
    }
    KeyValue kv = StoredVersion.decode(key, stored);
    if (passesFilters(kv)) {
      if (direction != Direction.SORTED_AFTERWARDS && isFull()) {
        more = true;
      } else {
        found.add(range.keysOnly() && !sortsByValue() ? withoutValue(kv) : kv);
      }
    }
    return counted || !more;
  }

  private boolean isFull() {
    return range.limit() > 0 && found.size() >= range.limit();
  }

  private boolean passesFilters(KeyValue kv) {
    return (range.maxModRevision() == 0 || kv.modRevision() <= range.maxModRevision())
        && (range.minModRevision() == 0 || kv.modRevision() >= range.minModRevision())
        && (range.maxCreateRevision() == 0 || kv.createRevision() <= range.maxCreateRevision())
        && (range.minCreateRevision() == 0 || kv.createRevision() >= range.minCreateRevision());
  }

  private boolean sortsByValue() {
    return range.target() == SortTarget.VALUE;
  }

  private static KeyValue withoutValue(KeyValue kv) {
    return new KeyValue(
        kv.key(), Bytes.EMPTY, kv.createRevision(), kv.modRevision(), kv.version(), kv.lease());
  }

  private RangeDone result(long current) {
    List<KeyValue> kvs = found;
    if (direction == Direction.SORTED_AFTERWARDS) {
      kvs.sort(order());
      if (range.limit() > 0 && kvs.size() > range.limit()) {
        kvs = kvs.subList(0, (int) range.limit());
        more = true;
      }
      if (range.keysOnly()) {
        kvs = kvs.stream().map(RangeQuery::withoutValue).toList();
      }
    }
    return new RangeDone(current, kvs, more, count);
  }

  /** The sort is stable, so equal records stay in key order. */
  private Comparator<KeyValue> order() {
    Comparator<KeyValue> ascending =
        switch (range.target()) {
          case KEY -> Comparator.comparing(KeyValue::key);
          case VERSION -> Comparator.comparingLong(KeyValue::version);
          case CREATE -> Comparator.comparingLong(KeyValue::createRevision);
          case MOD -> Comparator.comparingLong(KeyValue::modRevision);
          case VALUE -> Comparator.comparing(KeyValue::value);
        };
    return range.order() == SortOrder.DESCEND ? ascending.reversed() : ascending;
  }
}
