package dev.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How every module's sources read, and that the documents name what is there. */
final class HouseStyleTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** No main file needs more. */
  private static final int MAIN_LINES_MAX = 400;

  /** The longest test there is: lower this when it gets shorter, never raise it. */
  private static final int TEST_LINES_MAX = 413;

  private static final Pattern DECLARED =
      Pattern.compile("\\b(?:class|record|interface|enum)\\s+([A-Z]\\w*)");
  private static final Pattern BAD_NAME =
      Pattern.compile(
          "\\w*(Manager|Helper|Utils?|Impl|Processor)|Abstract[A-Z]\\w*|I[A-Z][a-z]\\w*");

  /** Where a document quotes code, and the words in it that look like types. */
  private static final Pattern QUOTED = Pattern.compile("`([^`\n]+)`");

  private static final Pattern TYPE =
      Pattern.compile("(?<![\\w.$-])((?:[a-z]+\\.)*)([A-Z]\\w*[a-z]\\w*)");
  private static final Pattern FENCED = Pattern.compile("```.*?```", Pattern.DOTALL);

  private record Source(Path path, String text) {
    boolean isMain() {
      return path.toString().contains("/src/main/");
    }

    long lines() {
      return text.lines().count();
    }

    /** Without the lines that only comment, which may quote anything. */
    String code() {
      return text.replaceAll("(?m)^\\s*(\\*|//|/\\*).*", "");
    }

    @Override
    public String toString() {
      return ROOT.relativize(path).toString();
    }
  }

  @Test
  void everyTypeThatTheDocumentsNameExists() throws IOException {
    Set<String> declared = new TreeSet<>();
    for (Source source : java()) {
      DECLARED.matcher(source.text()).results().forEach(it -> declared.add(it.group(1)));
    }
    Set<String> unknown = new TreeSet<>();
    for (Source document : documents()) {
      for (String name : typesNamedIn(document.text())) {
        if (!declared.contains(name) && !isElsewhere(name)) {
          unknown.add(document + ": " + name);
        }
      }
    }

    assertThat(declared).contains("RaftNode", "EtcdServer");
    assertThat(typesNamedIn("`Raft.step(now, Input)`, `FLAG`, `a`"))
        .containsExactly("Input", "Raft");
    assertThat(unknown).isEmpty();
  }

  @Test
  void typesAreCalledByWhatTheyAre() throws IOException {
    Set<String> bad = new TreeSet<>();
    for (Source source : java()) {
      DECLARED
          .matcher(source.code())
          .results()
          .map(it -> it.group(1))
          .filter(name -> BAD_NAME.matcher(name).matches())
          .forEach(name -> bad.add(source + ": " + name));
    }

    assertThat("IndexManager").matches(BAD_NAME);
    assertThat("Index").doesNotMatch(BAD_NAME);
    assertThat(bad).isEmpty();
  }

  @Test
  void noFileGrowsBeyondTheLongest() throws IOException {
    assertThat(java())
        .filteredOn(source -> source.lines() > (source.isMain() ? MAIN_LINES_MAX : TEST_LINES_MAX))
        .isEmpty();
  }

  @Test
  void onlyCommandsPrint() throws IOException {
    assertThat(java())
        .filteredOn(Source::isMain)
        .filteredOn(source -> !source.path().toString().matches(".*/(cli|bench)/.*"))
        .filteredOn(source -> source.code().matches("(?s).*System\\.(out|err)\\b.*"))
        .isEmpty();
  }

  @Test
  void testsNeitherSleepNorAreSwitchedOff() throws IOException {
    assertThat(java())
        .filteredOn(source -> !source.isMain())
        .filteredOn(
            source ->
                source.text().contains("Thread." + "sleep(")
                    || source.text().contains("@" + "Disabled"))
        .isEmpty();
  }

  @Test
  void nothingIsLeftToDo() throws IOException {
    String later = "TO" + "DO|FIX" + "ME|X" + "XX";

    assertThat(java())
        .filteredOn(
            source -> Pattern.compile("\\b(" + later + ")\\b").matcher(source.text()).find())
        .isEmpty();
  }

  @Test
  void nodeAndStoreDoNotKnowEachOther() throws IOException {
    assertThat(java())
        .filteredOn(source -> source.toString().startsWith("node/src/main"))
        .isNotEmpty()
        .noneMatch(source -> source.text().contains("dev.balsa.kv"));
    assertThat(java())
        .filteredOn(source -> source.toString().startsWith("kv/src/main"))
        .isNotEmpty()
        .noneMatch(source -> source.text().contains("dev.balsa.node"));
  }

  private static Set<String> typesNamedIn(String document) {
    Set<String> names = new TreeSet<>();
    Matcher quoted = QUOTED.matcher(FENCED.matcher(document).replaceAll(""));
    while (quoted.find()) {
      Matcher type = TYPE.matcher(quoted.group(1));
      while (type.find()) {
        if (type.group(1).isEmpty() || type.group(1).startsWith("dev.balsa.")) {
          names.add(type.group(2));
        }
      }
    }
    return names;
  }

  /** The documents also speak of the JDK's types, and of one check of the compiler's. */
  private static boolean isElsewhere(String name) {
    if (name.equals("AnnotateFormatMethod")) {
      return true;
    }
    return Stream.of("java.lang.", "java.util.", "java.io.", "java.nio.channels.")
        .anyMatch(folder -> exists(folder + name));
  }

  private static boolean exists(String type) {
    try {
      return Class.forName(type) != null;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static List<Source> java() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src"))
          .filter(Files::isDirectory)
          .flatMap(module -> filesUnder(module, ".java"))
          .toList();
    }
  }

  private static List<Source> documents() throws IOException {
    return Stream.concat(
            Stream.of("ARCHITECTURE.md", "README.md", "CONTRIBUTING.md")
                .map(ROOT::resolve)
                .map(HouseStyleTest::read),
            filesUnder(ROOT.resolve("docs"), ".md"))
        .toList();
  }

  private static Stream<Source> filesUnder(Path folder, String ending) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .map(HouseStyleTest::read)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Source read(Path file) {
    try {
      return new Source(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
