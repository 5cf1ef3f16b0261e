package dev.balsa.server.cli;

import dev.balsa.proto.WatchCreateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of {@code watch}, on the command line and in the lines of an interactive one. */
final class WatchFlags {
  @Parameters(
      paramLabel = "KEY [RANGE_END] [-- COMMAND]",
      arity = "0..*",
      description = "The key, or the first of a range and the one after its last.")
  List<String> words = new ArrayList<>();

  @Option(names = "--prefix", description = "Watch all keys that begin with KEY.")
  boolean prefix;

  @Option(names = "--prev-kv", description = "Print what each event replaced, too.")
  boolean prevKv;

  @Option(
      names = "--rev",
      paramLabel = "REVISION",
      description = "The first revision wanted (default: the next one).")
  long revision;

  @Option(names = "--progress-notify", description = "Print how far the member is while idle.")
  boolean progressNotify;

  /**
   * What to watch, and the words of the command to run for each event, none for no command.
   *
   * @param create without the revision at which an interrupted watch goes on
   */
  record Wish(WatchCreateRequest create, List<String> command) {}

  /**
   * What these arguments ask for. Keys may come from ETCDCTL_WATCH_KEY and ETCDCTL_WATCH_RANGE_END.
   *
   * @param all every word as it was given: the parser hands out those before and behind a "--"
   *     alike, so they are counted where they stood
   * @throws BadUsage if there is no key, or more than a range
   */
  Wish wish(List<String> all, Map<String, String> environment) {
    int dashes = all.indexOf("--");
    int keys = words.size() - (dashes < 0 ? 0 : all.size() - dashes - 1);
    List<String> command = words.subList(keys, words.size());
    String key = environment.getOrDefault("ETCDCTL_WATCH_KEY", "");
    if (key.isEmpty()) {
      if (keys < 1 || keys > 2) {
        throw new BadUsage("bad number of arguments; it is ./balsa ctl watch KEY [RANGE_END]");
      }
      return new Wish(create(words.get(0), keys == 2 ? words.get(1) : null), command);
    }
    if (keys > 0) {
      throw new BadUsage(
          "bad number of arguments (found conflicting environment key);"
              + " give no KEY, or unset ETCDCTL_WATCH_KEY");
    }
    String end = environment.getOrDefault("ETCDCTL_WATCH_RANGE_END", "");
    return new Wish(create(key, end.isEmpty() ? null : end), command);
  }

  private WatchCreateRequest create(String key, @Nullable String end) {
    KeySpan span = KeySpan.of(key, end, prefix, false);
    return WatchCreateRequest.newBuilder()
        .setKey(span.key())
        .setRangeEnd(span.end())
        .setStartRevision(revision)
        .setPrevKv(prevKv)
        .setProgressNotify(progressNotify)
        .build();
  }
}
