package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Message;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Sentence;
import dev.balsa.raft.TransferFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the engine says when it refuses, or when a promise is broken, has words in each language.
 */
class SaidInAllLanguagesTest {
  private static final Pattern SAYING =
      Pattern.compile(
          "(?:new (?:BadCommand|BrokenPromise|InvariantViolation|TraceException)|Sentence\\.of"
              + "|Require\\.invariant|\\brequire)\\([^\";]*\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern GAP =
      Pattern.compile("words\\s*\\.(?:word|number|text|onOff)\\(\\s*\"([^\"]+)\"");
  private static final Pattern LATIN = Pattern.compile("[A-Za-z]{3,}");

  /** Judges whose worlds are the page's; the others judge whole campaigns. */
  private static final List<String> JUDGES =
      List.of(
          "Applier.java",
          "Desk.java",
          "Host.java",
          "Judge.java",
          "Ledger.java",
          "Medium.java",
          "MemoryStorage.java",
          "Track.java",
          "Twin.java",
          "World.java");

  private static List<String> sources(String module) throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".java")).sorted().toList()) {
        boolean session = file.toString().contains("session"); // the page makes no bad one
        if (!session && (!module.equals("sim") || JUDGES.contains(file.getFileName().toString()))) {
          sources.add(Files.readString(file));
        }
      }
    }
    return sources;
  }

  /** The sentences in all sources whose exceptions come to the page. */
  private static Set<String> sentences() throws IOException {
    Set<String> found = new TreeSet<>();
    for (String module : List.of("core", "sim", "web")) {
      for (String source : sources(module)) {
        SAYING
            .matcher(source)
            .results()
            .forEach(it -> found.add(it.group(1).replace("\\\"", "\"")));
      }
    }
    return found;
  }

  @Test
  void everySentenceOfTheEngineHasItsWords() throws IOException {
    Set<String> sentences = sentences();

    assertThat(sentences).hasSizeGreaterThan(120).contains("term %s is led by %s and %s");
    assertThat(Pages.texts("en").keySet())
        .containsAll(sentences.stream().map(it -> "said: " + it).toList());
  }

  @Test
  void wordsForWhatNobodySaysAreNotKept() throws IOException {
    Set<String> sentences = sentences();
    String server =
        Files.readString(server("SamePage"))
            + Files.readString(server("Operations"))
            + Files.readString(server("DemoControls"));

    assertThat(Pages.texts("en").keySet().stream().filter(it -> it.startsWith("said: ")))
        .allMatch(
            it ->
                sentences.contains(it.substring(6))
                    || server.contains(it.substring(6).replace("\"", "\\\"")));
  }

  private static Path server(String name) {
    return Path.of("../server/src/main/java/dev/balsa/server/live", name + ".java");
  }

  @Test
  void everyGapThatIsFilledWithWordsHasThemInEachLanguage() throws IOException {
    for (String source : sources("web")) {
      GAP.matcher(source)
          .results()
          .forEach(it -> assertThat(Pages.texts("en")).containsKey("what: " + it.group(1)));
    }
  }

  @Test
  void everyReasonThatACoreGivesToAClientHasItsWords() {
    Stream.concat(Stream.of(Refusal.values()), Stream.of(TransferFailure.values()))
        .forEach(it -> assertThat(Pages.texts("zh")).containsKey("reason." + it.name()));
    assertThat(Message.class.getPermittedSubclasses())
        .allSatisfy(it -> assertThat(Pages.texts("zh")).containsKey("msg." + it.getSimpleName()));
  }

  @Test
  void aSentenceFillsItsGapsInOrderWhateverStandsInThem() {
    assertThat(Sentence.of("%s after %s", "%s", null)).hasToString("%s after null");
    assertThat(Sentence.of("nothing at all")).hasToString("nothing at all");
    assertThat(Sentence.of("a %s", 1, 2)).hasToString("a 1");
    assertThat(Sentence.of("%s, %s", 1)).hasToString("1, %s");
  }

  @Test
  void chineseTextsAreChineseButForNamesAndCommands() {
    Set<String> strange = new TreeSet<>();
    List<String> known = Terms.latin();
    for (Map.Entry<String, String> text : Pages.texts("zh").entrySet()) {
      String words = text.getValue().replaceAll("\\{\\w+}", "");
      LATIN
          .matcher(words)
          .results()
          .filter(it -> !known.contains(it.group()))
          .forEach(it -> strange.add(it.group() + " in " + text.getKey()));
    }

    assertThat(strange).isEmpty();
  }
}
