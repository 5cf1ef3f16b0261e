package dev.balsa.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Alarm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever is woken by an alarm finds on the page for operators what to do. */
final class OperationsPageTest {
  private static final String PAGE = Source.text(Source.ROOT.resolve("docs/operations.md"));
  private static final Pattern HEADING = Pattern.compile("(?m)^##+ (.+)\n\n(.+)");

  @Test
  void everyAlertIsWholeAndLeadsToItsEntry() {
    Map<String, String> entries = entries();

    assertThat(rules()).hasSizeGreaterThan(10);
    for (Map<String, Object> rule : rules()) {
      String name = String.valueOf(rule.get("alert"));
      Map<String, Object> notes = Source.map(rule.getOrDefault("annotations", Map.of()));

      assertThat(rule.keySet())
          .as(name)
          .isSubsetOf("alert", "expr", "for", "labels", "annotations");
      assertThat(rule).as(name).containsKeys("expr", "labels");
      assertThat(Source.map(rule.getOrDefault("labels", Map.of())).get("severity"))
          .isIn("warning", "critical");
      assertThat(notes).as(name).containsOnlyKeys("summary", "remedy", "runbook");
      assertThat(notes)
          .containsEntry("runbook", "docs/operations.md#" + name.toLowerCase(Locale.ROOT));
      assertThat(entries).containsKey(name);
    }
  }

  @Test
  void everyAlarmOfTheClusterHasAnEntryAndNoEntryIsOfAnother() {
    List<String> alarms =
        Stream.concat(
                Stream.of(Alarm.Type.values()).map(Enum::name),
                rules().stream().map(rule -> String.valueOf(rule.get("alert"))))
            .toList();
    String section = PAGE.substring(PAGE.indexOf("\n## Alarms\n"));

    assertThat(alarms).doesNotHaveDuplicates().contains("NOSPACE", "CORRUPT");
    assertThat(HEADING.matcher(section).results().map(it -> it.group(1)).skip(1).toList())
        .containsExactlyInAnyOrderElementsOf(alarms);
  }

  @Test
  void entriesThatAreNamedInOthersExist() {
    List<String> named =
        Pattern.compile("\\bBalsa[A-Z]\\w+")
            .matcher(PAGE)
            .results()
            .map(MatchResult::group)
            .distinct()
            .toList();

    assertThat(entries().keySet()).containsAll(named);
  }

  /** What stands below each heading at first, which is never nothing. */
  private static Map<String, String> entries() {
    Map<String, String> entries = new TreeMap<>();
    HEADING.matcher(PAGE).results().forEach(it -> entries.put(it.group(1), it.group(2)));
    return entries;
  }

  private static List<Map<String, Object>> rules() {
    List<Map<String, Object>> rules = new ArrayList<>();
    Map<String, Object> file =
        Source.map(Source.yaml(Source.DEPLOY.resolve("prometheus-alerts.yml")).getFirst());
    for (Object group : Source.list(file.getOrDefault("groups", List.of()))) {
      Source.list(Source.map(group).getOrDefault("rules", List.of()))
          .forEach(it -> rules.add(Source.map(it)));
    }
    return rules;
  }
}
