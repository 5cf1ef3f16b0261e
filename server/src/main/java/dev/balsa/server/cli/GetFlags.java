package dev.balsa.server.cli;

import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeRequest.SortOrder;
import dev.balsa.proto.RangeRequest.SortTarget;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of {@code get}, on the command line and in a transaction. */
final class GetFlags {
  @Parameters(index = "0", paramLabel = "KEY", description = "Key, or the first key of a range.")
  String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RANGE_END",
      description = "First key after the range.")
  @Nullable String rangeEnd;

  @Option(names = "--prefix", description = "Get the keys that begin with KEY.")
  boolean prefix;

  @Option(names = "--from-key", description = "Get the keys at or after KEY, by bytes.")
  boolean fromKey;

  @Option(
      names = "--consistency",
      paramLabel = "l|s",
      description = "Linearizable (l, the default) or serializable (s: local, may be stale).")
  String consistency = "l";

  @Option(names = "--rev", paramLabel = "N", description = "Read as of this revision.")
  long revision;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many keys; 0 is all.")
  long limit;

  @Option(names = "--order", paramLabel = "ORDER", description = "ASCEND or DESCEND.")
  String order = "";

  @Option(
      names = "--sort-by",
      paramLabel = "FIELD",
      description = "CREATE, KEY, MODIFY, VALUE or VERSION.")
  String sortBy = "";

  @Option(names = "--keys-only", description = "Get only the keys.")
  boolean keysOnly;

  @Option(names = "--count-only", description = "Get only how many keys there are.")
  boolean countOnly;

  @Option(
      names = "--print-value-only",
      description = "Print values without their keys (simple format only).")
  boolean valueOnly;

  @Option(names = "--min-create-rev", paramLabel = "N", description = "Created at N or later.")
  long createdFrom;

  @Option(names = "--max-create-rev", paramLabel = "N", description = "Created at N or earlier.")
  long createdUntil;

  @Option(names = "--min-mod-rev", paramLabel = "N", description = "Modified at N or later.")
  long modifiedFrom;

  @Option(names = "--max-mod-rev", paramLabel = "N", description = "Modified at N or earlier.")
  long modifiedUntil;

  /**
   * The request that these arguments ask for.
   *
   * @throws BadUsage if they contradict each other
   */
  RangeRequest request() {
    KeySpan span = KeySpan.of(key, rangeEnd, prefix, fromKey);
    if (keysOnly && countOnly) {
      throw new BadUsage("`--keys-only` and `--count-only` cannot be set at the same time");
    }
    SortTarget target = sortTarget();
    return RangeRequest.newBuilder()
        .setKey(span.key())
        .setRangeEnd(span.end())
        .setSerializable(isSerializable(consistency))
        .setRevision(revision)
        .setLimit(limit)
        .setSortTarget(target)
        .setSortOrder(sortOrder(target))
        .setKeysOnly(keysOnly)
        .setCountOnly(countOnly)
        .setMinCreateRevision(createdFrom)
        .setMaxCreateRevision(createdUntil)
        .setMinModRevision(modifiedFrom)
        .setMaxModRevision(modifiedUntil)
        .build();
  }

  /**
   * What a flag {@code --consistency} says.
   *
   * @throws BadUsage if it is neither "l" nor "s"
   */
  static boolean isSerializable(String consistency) {
    return switch (consistency) {
      case "l" -> false;
      case "s" -> true;
      default ->
          throw new BadUsage("unknown consistency flag \"" + consistency + "\"; it is l or s");
    };
  }

  private SortTarget sortTarget() {
    return switch (sortBy.toUpperCase(Locale.ROOT)) {
      case "", "KEY" -> SortTarget.KEY;
      case "CREATE" -> SortTarget.CREATE;
      case "MODIFY" -> SortTarget.MOD;
      case "VALUE" -> SortTarget.VALUE;
      case "VERSION" -> SortTarget.VERSION;
      default ->
          throw new BadUsage(
              "bad sort target " + sortBy + "; it is CREATE, KEY, MODIFY, VALUE or VERSION");
    };
  }

  /** Old servers do not sort by another field than the key unless an order is said. */
  private SortOrder sortOrder(SortTarget target) {
    return switch (order.toUpperCase(Locale.ROOT)) {
      case "" -> target == SortTarget.KEY ? SortOrder.NONE : SortOrder.ASCEND;
      case "ASCEND" -> SortOrder.ASCEND;
      case "DESCEND" -> SortOrder.DESCEND;
      default -> throw new BadUsage("bad sort order " + order + "; it is ASCEND or DESCEND");
    };
  }
}
