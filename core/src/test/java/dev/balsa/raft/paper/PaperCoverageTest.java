package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every section of the paper and of the thesis' chapters 3 to 6 that states a rule has its tests;
 * the table in {@code docs/sections.md} says which. {@code -Dbalsa.update=true} writes it anew.
 */
class PaperCoverageTest {
  private static final Path TABLE = Path.of("..", "docs", "sections.md");

  /** The sections that state a rule, in the order of the texts. */
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
          "§6",
          "§7",
          "§8",
          "thesis §3.3",
          "thesis §3.4",
          "thesis §3.5",
          "thesis §3.6.1",
          "thesis §3.6.2",
          "thesis §3.6.3",
          "thesis §3.7",
          "thesis §3.8",
          "thesis §3.9",
          "thesis §3.10",
          "thesis §4.1",
          "thesis §4.2",
          "thesis §4.2.1",
          "thesis §4.2.2",
          "thesis §4.2.3",
          "thesis §4.3",
          "thesis §5.1",
          "thesis §5.1.1",
          "thesis §5.1.2",
          "thesis §5.1.3",
          "thesis §5.2",
          "thesis §6.2",
          "thesis §6.3",
          "thesis §6.4",
          "thesis §6.4.1",
          "thesis §9.6");

  /** Sections of the thesis that tell what a section of the paper tells, with the same tests. */
  private static final Map<String, String> SAME =
      Map.of(
          "§5.1", "thesis §3.3",
          "§5.2", "thesis §3.4",
          "§5.3", "thesis §3.5",
          "§5.4.1", "thesis §3.6.1",
          "§5.4.2", "thesis §3.6.2",
          "§5.4.3", "thesis §3.6.3",
          "§5.5", "thesis §3.7",
          "§5.6", "thesis §3.9",
          "thesis §4.3", "§6");

  @Test
  void everySectionWithARuleHasATestAndTheTableNamesIt() throws Exception {
    Map<String, List<String>> tests = tests();
    String table = table(tests);
    if (Boolean.getBoolean("balsa.update")) {
      Files.writeString(TABLE, table);
    }
    System.out.println(table);

    assertThat(tests.keySet()).containsExactlyInAnyOrderElementsOf(SECTIONS);
    assertThat(Files.readString(TABLE)).as("run with -Dbalsa.update=true").isEqualTo(table);
  }

  private static Map<String, List<String>> tests() throws IOException, URISyntaxException {
    TreeMap<String, List<String>> tests = new TreeMap<>();
    for (Class<?> type : classes()) {
      for (Method method : type.getDeclaredMethods()) {
        Paper paper = method.getAnnotation(Paper.class);
        for (String section : paper == null ? new String[0] : paper.value()) {
          String test = type.getSimpleName() + "." + method.getName();
          tests.computeIfAbsent(section, key -> new ArrayList<>()).add(test);
          String same = SAME.get(section);
          if (same != null) {
            tests.computeIfAbsent(same, key -> new ArrayList<>()).add(test);
          }
        }
      }
    }
    return tests;
  }

  private static List<Class<?>> classes() throws IOException, URISyntaxException {
    Path root =
        Path.of(
            PaperCoverageTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(path -> path.toString().endsWith("Test.class")).toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        classes.add(named(name.substring(0, name.length() - ".class".length())));
      }
    }
    return classes;
  }

  private static Class<?> named(String name) {
    try {
      return Class.forName(name, false, PaperCoverageTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name + " lies among the tests and cannot be loaded", e);
    }
  }

  private static String table(Map<String, List<String>> tests) {
    StringBuilder table =
        new StringBuilder(
            """
            # Which test checks which section

            Paper: "In Search of an Understandable Consensus Algorithm (Extended Version)". Thesis: "Consensus:
            Bridging Theory and Practice". Sections without a rule of their own (surveys, evaluations, proofs, user
            studies) are left out. The test `PaperCoverageTest` writes this page and fails if it is not true.

            | section | tests |
            |---|---|
            """);
    for (String section : SECTIONS) {
      List<String> named = tests.getOrDefault(section, List.of()).stream().sorted().toList();
      table.append("| ").append(section).append(" | ");
      table.append(String.join("<br>", named)).append(" |\n");
    }
    return table.toString();
  }
}
