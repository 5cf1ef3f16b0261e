package dev.balsa.kv;

import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.SortOrder;
import dev.balsa.kv.Command.SortTarget;
import java.util.Comparator;

/** Builds a {@link Range} option by option. */
final class RangeOf {
  private final Range range;

  RangeOf(KeyRange keys) {
    this(Range.of(keys));
  }

  private RangeOf(Range range) {
    this.range = range;
  }

  Range done() {
    return range;
  }

  RangeOf limit(long limit) {
    return with(limit, range.revision(), range.order(), range.target());
  }

  RangeOf revision(long revision) {
    return with(range.limit(), revision, range.order(), range.target());
  }

  RangeOf sort(SortOrder order, SortTarget target) {
    return with(range.limit(), range.revision(), order, target);
  }

  RangeOf keysOnly() {
    return with(true, range.countOnly());
  }

  RangeOf countOnly() {
    return with(range.keysOnly(), true);
  }

  RangeOf mod(long min, long max) {
    return with(min, max, range.minCreateRevision(), range.maxCreateRevision());
  }

  RangeOf create(long min, long max) {
    return with(range.minModRevision(), range.maxModRevision(), min, max);
  }

  private RangeOf with(long limit, long revision, SortOrder order, SortTarget target) {
    return new RangeOf(
        new Range(
            range.range(),
            limit,
            revision,
            order,
            target,
            range.keysOnly(),
            range.countOnly(),
            range.minModRevision(),
            range.maxModRevision(),
            range.minCreateRevision(),
            range.maxCreateRevision()));
  }

  private RangeOf with(boolean keysOnly, boolean countOnly) {
    return new RangeOf(
        new Range(
            range.range(),
            range.limit(),
            range.revision(),
            range.order(),
            range.target(),
            keysOnly,
            countOnly,
            range.minModRevision(),
            range.maxModRevision(),
            range.minCreateRevision(),
            range.maxCreateRevision()));
  }

  private RangeOf with(long minMod, long maxMod, long minCreate, long maxCreate) {
    return new RangeOf(
        new Range(
            range.range(),
            range.limit(),
            range.revision(),
            range.order(),
            range.target(),
            range.keysOnly(),
            range.countOnly(),
            minMod,
            maxMod,
            minCreate,
            maxCreate));
  }

  /** The order of one field, as etcd sorts by it. */
  static Comparator<KeyValue> order(SortTarget target) {
    return switch (target) {
      case KEY -> Comparator.comparing(KeyValue::key);
      case VERSION -> Comparator.comparingLong(KeyValue::version);
      case CREATE -> Comparator.comparingLong(KeyValue::createRevision);
      case MOD -> Comparator.comparingLong(KeyValue::modRevision);
      case VALUE -> Comparator.comparing(KeyValue::value);
    };
  }
}
