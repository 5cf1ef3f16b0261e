package dev.balsa.server.cli;

import dev.balsa.proto.DeleteRangeRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of {@code del}, on the command line and in a transaction. */
final class DeleteFlags {
  @Parameters(index = "0", paramLabel = "KEY", description = "Key, or the first key of a range.")
  String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RANGE_END",
      description = "First key after the range.")
  @Nullable String rangeEnd;

  @Option(names = "--prefix", description = "Delete the keys that begin with KEY.")
  boolean prefix;

  @Option(names = "--from-key", description = "Delete the keys at or after KEY, by bytes.")
  boolean fromKey;

  @Option(names = "--prev-kv", description = "Print what was deleted.")
  boolean previous;

  @Option(
      names = "--range",
      description = "Accepted, as in newer etcdctl: a range is deleted with it or without.")
  boolean range;

  /**
   * The request that these arguments ask for.
   *
   * @throws BadUsage if they contradict each other
   */
  DeleteRangeRequest request() {
    KeySpan span = KeySpan.of(key, rangeEnd, prefix, fromKey);
    return DeleteRangeRequest.newBuilder()
        .setKey(span.key())
        .setRangeEnd(span.end())
        .setPrevKv(previous)
        .build();
  }
}
