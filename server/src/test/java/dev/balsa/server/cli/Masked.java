package dev.balsa.server.cli;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An output of etcdctl without what any two clusters differ in: addresses, ids and their order,
 * terms, places in the log, sizes, hashes, times, versions.
 */
final class Masked {
  private static final String NUMBERS_OF_THE_LOG =
      "raft_term|raftTerm|RaftTerm|raftIndex|RaftIndex|raftAppliedIndex|RaftAppliedIndex";
  private static final String IDS =
      "cluster_id|ClusterID|member_id|MemberID|ID|leader|Leader|memberID";
  private static final String SIZES = "dbSize|dbSizeInUse|DBSize|DBSizeInUse|hash";

  /** What is replaced, in this order, by what. */
  private static final Map<Pattern, String> MASKS =
      Stream.of(
              Map.entry("127\\.0\\.0\\.1:[0-9]+", "ADDRESS"),
              Map.entry(
                  "\"(" + IDS + "|" + NUMBERS_OF_THE_LOG + "|" + SIZES + ")\"( ?: ?)[0-9]+",
                  "\"$1\"$2#"),
              Map.entry("\"(ts|target)\":\"[^\"]*\"", "\"$1\":#"),
              Map.entry("took = [0-9.]+[a-zµ]+", "took = TIME"),
              Map.entry("\"took\":\"[^\"]*\"", "\"took\":TIME"),
              Map.entry("\\b[0-9.]+(m|µ)?s\\b", "TIME"),
              Map.entry("\\b[0-9a-f]{12,16}\\b", "ID"),
              Map.entry("\\b3\\.[0-9]+\\.[0-9]+\\b", "VERSION"),
              Map.entry("\\b[0-9.]+ [kMG]?B\\b", "SIZE"))
          .collect(
              Collectors.toMap(
                  it -> Pattern.compile(it.getKey()),
                  Map.Entry::getValue,
                  (one, other) -> one,
                  java.util.LinkedHashMap::new));

  /** A line that tells of one endpoint: term, indexes and a hash in it have no names. */
  private static final Pattern STATUS_NUMBERS = Pattern.compile("(?<=[,|]) *[0-9]+ *(?=[,|]|$)");

  private Masked() {}

  /** {@code text} with its differences masked and its lines in order. */
  static String text(String text) {
    String pieces = text.replace("},{", "},\n{").replace("[{", "[\n{").replace("}]", "}\n]");
    return pieces
        .replaceAll("},(?=\n)", "}")
        .lines()
        .map(Masked::line)
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static String line(String line) {
    String masked = line;
    for (Map.Entry<Pattern, String> mask : MASKS.entrySet()) {
      masked = mask.getKey().matcher(masked).replaceAll(mask.getValue());
    }
    if (masked.contains("ADDRESS")) {
      masked = STATUS_NUMBERS.matcher(masked).replaceAll(" # ");
    }
    return masked.replaceAll("-+", "-").replaceAll(" +", " ");
  }
}
