package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every section has its tests; the table says which. */
class PaperCoverageTest {
  private static final List<String> SECTIONS =
      List.of(
          "§5.1",
          "§5.2",
          "§5.3",
          "§5.4.1",
          "§5.4.2",
          "§5.4.3",
          "§5.5",
          "§5.6",
          "§7",
          "§8",
          "thesis §3.10",
          "thesis §4.2.3",
          "thesis §6.2",
          "thesis §6.3",
          "thesis §6.4.1",
          "thesis §9.6");

  private static final List<Class<?>> CLASSES =
      List.of(
          Paper51TermsTest.class,
          Paper52ElectionTest.class,
          Paper53ReplicationTest.class,
          Paper53RepairTest.class,
          Paper541RestrictionTest.class,
          Paper542CommitRuleTest.class,
          Paper543CompletenessTest.class,
          Paper55CrashesTest.class,
          Paper56TimingTest.class,
          Paper7SnapshotTest.class,
          Paper8ClientsTest.class,
          Thesis310TransferTest.class,
          Thesis423StickinessTest.class,
          Thesis62CheckQuorumTest.class,
          Thesis63SessionsTest.class,
          Thesis641LeaseTest.class,
          Thesis96PreVoteTest.class);

  @Test
  void everyListedSectionHasATest() {
    TreeMap<String, List<String>> table = new TreeMap<>();
    for (Class<?> type : CLASSES) {
      for (Method method : type.getDeclaredMethods()) {
        Paper paper = method.getAnnotation(Paper.class);
        if (paper != null) {
          table
              .computeIfAbsent(paper.value(), section -> new ArrayList<>())
              .add(type.getSimpleName() + "." + method.getName());
        }
      }
    }
    table.forEach(
        (section, tests) -> {
          System.out.println("paper " + section);
          tests.stream().sorted().forEach(test -> System.out.println("    " + test));
        });

    assertThat(List.copyOf(table.keySet())).containsExactlyInAnyOrderElementsOf(SECTIONS);
  }
}
