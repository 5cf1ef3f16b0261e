package dev.balsa.server.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page in Prometheus' text format, version 0.0.4, read strictly: every sample belongs to the
 * family announced before it, every family to one block, every value is a number.
 *
 * @param types the type of each family by its name
 * @param samples the value of each series by its name and labels
 */
record MetricsPage(Map<String, String> types, Map<String, Double> samples) {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\]|\\\\[\\\\\"n])*\"";
  private static final Pattern TYPE =
      Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary|untyped)");
  private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") .+");
  private static final Pattern SAMPLE =
      Pattern.compile("(" + NAME + ")(\\{" + LABEL + "(?:," + LABEL + ")*,?\\})? (\\S+)");

  static MetricsPage parse(String text) {
    MetricsPage page = new MetricsPage(new LinkedHashMap<>(), new LinkedHashMap<>());
    String family = "";
    if (!text.endsWith("\n")) {
      throw new AssertionError("the last line has no end");
    }
    for (String line : text.split("\n", -1)) {
      Matcher type = TYPE.matcher(line);
      if (type.matches()) {
        family = type.group(1);
        if (page.types.put(family, type.group(2)) != null) {
          throw new AssertionError("announced twice: " + line);
        }
      } else if (!line.isEmpty() && !HELP.matcher(line).matches()) {
        page.sample(line, family);
      }
    }
    return page;
  }

  private void sample(String line, String family) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("no sample: " + line);
    }
    String name = sample.group(1);
    boolean histogram = "histogram".equals(types.get(family));
    if (!name.equals(family)
        && !(histogram && name.matches(Pattern.quote(family) + "_(bucket|sum|count)"))) {
      throw new AssertionError("not of family " + family + ": " + line);
    }
    String labels = sample.group(2) == null ? "" : sample.group(2);
    double value =
        switch (sample.group(3)) {
          case "+Inf" -> Double.POSITIVE_INFINITY;
          case "-Inf" -> Double.NEGATIVE_INFINITY;
          default -> Double.parseDouble(sample.group(3));
        };
    if (samples.put(name + labels, value) != null) {
      throw new AssertionError("told twice: " + line);
    }
  }

  /** The names that a query may use: families, and the series of histograms. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    types.forEach(
        (family, type) -> {
          names.add(family);
          if (type.equals("histogram")) {
            names.addAll(List.of(family + "_bucket", family + "_sum", family + "_count"));
          }
        });
    return names;
  }
}
