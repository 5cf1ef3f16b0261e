package dev.balsa.museum;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Makes the sources of the page's module: copies of what is shipped, in which each bug of the
 * playground's list is a switch. The innermost method around a bug's change of text
 *
 * <pre>
 * int majority(int voters) {
 *   return voters / 2 + 1;
 * }
 * </pre>
 *
 * <p>comes to be
 *
 * <pre>
 * int majority(int voters) { if (dev.balsa.raft.Switches.C9) {
 *   return Math.max(1, voters / 2);
 * } else {
 *   return voters / 2 + 1;
 * } }
 * </pre>
 *
 * <p>A program of one file, which the build starts with the repository's root and the folder that
 * takes the sources. It fails if a bug does not fit, and prints nothing.
 */
public final class Splice {
  private static final List<String> MODULES = List.of("core", "sim", "kv", "web");
  private static final List<Path> EXHIBITS =
      List.of(
          Path.of("testkit/src/main/resources/dev/balsa/testkit/museum.txt"),
          Path.of("museum/src/splice/hosts.txt"));
  private static final Path SHOWN = Path.of("web/src/main/resources/dev/balsa/web/ui/bugs.txt");
  private static final Path BUG = Path.of("dev/balsa/web/Bug.java");
  private static final Path SWITCHES = Path.of("dev/balsa/raft/Switches.java");

  private final Path root;
  private final Path out;
  private final TreeSet<Path> written = new TreeSet<>();

  private Splice(Path root, Path out) {
    this.root = root;
    this.out = out;
  }

  /**
   * A change of text.
   *
   * @param file the source, from the repository's root
   */
  private record Exhibit(String id, String file, String wanted, String instead) {
    static Exhibit parse(String block) {
      int wanted = block.indexOf("\n--- is\n");
      int instead = block.indexOf("\n--- was\n");
      String head = block.substring(0, wanted);
      return new Exhibit(
          head.substring(0, head.indexOf('\n')),
          head.substring(head.indexOf("\nfile: ") + 7).lines().findFirst().orElseThrow(),
          block.substring(wanted + 8, instead).strip(),
          block.substring(instead + 9).strip());
    }
  }

  /**
   * A change's place in a source.
   *
   * @param start the first character that differs
   * @param end the first one after it that does not, in the source as it is
   * @param text what comes in between
   */
  private record Change(String id, int start, int end, String text) {
    static Change of(Exhibit exhibit, String source) {
      String wanted = exhibit.wanted();
      String instead = exhibit.instead();
      int at = source.indexOf(wanted);
      if (at < 0 || source.indexOf(wanted, at + 1) >= 0) {
        throw new IllegalArgumentException(
            exhibit.id() + ": its text does not stand once in " + exhibit.file() + ": " + wanted);
      }
      int shorter = Math.min(wanted.length(), instead.length());
      int front = 0;
      while (front < shorter && wanted.charAt(front) == instead.charAt(front)) {
        front++;
      }
      int back = 0;
      while (back < shorter - front
          && wanted.charAt(wanted.length() - 1 - back)
              == instead.charAt(instead.length() - 1 - back)) {
        back++;
      }
      return new Change(
          exhibit.id(),
          at + front,
          at + wanted.length() - back,
          instead.substring(front, instead.length() - back));
    }
  }

  /**
   * A method's body.
   *
   * @param start where its first brace stands
   * @param end behind its last one
   */
  private record Body(int start, int end) {
    boolean holds(Change change) {
      return start < change.start() && change.end() < end;
    }

    int length() {
      return end - start;
    }
  }

  /** Begins with the repository's root and the folder for the sources. */
  public static void main(String[] arguments) throws IOException {
    new Splice(Path.of(arguments[0]), Path.of(arguments[1])).run();
  }

  private void run() throws IOException {
    TreeMap<String, Exhibit> shown = shown();
    for (String module : MODULES) {
      Path sources = root.resolve(module).resolve("src/main/java");
      for (Path file : files(sources)) {
        if (file.toString().endsWith(".java") && !file.endsWith("module-info.java")) {
          copy(sources, file, shown);
        }
      }
    }
    write(SWITCHES, switches(shown.keySet()));
    for (Path file : Files.exists(out) ? files(out) : List.<Path>of()) {
      if (!written.contains(file)) {
        Files.delete(file); // of a source that is no more
      }
    }
  }

  /** The exhibits of the playground's list. */
  private TreeMap<String, Exhibit> shown() throws IOException {
    TreeMap<String, Exhibit> exhibits = new TreeMap<>();
    for (Path file : EXHIBITS) {
      for (String block : ("\n" + Files.readString(root.resolve(file))).split("\n=== ", -1)) {
        if (block.contains("\n--- is\n")) {
          Exhibit exhibit = Exhibit.parse(block);
          exhibits.put(exhibit.id(), exhibit); // what a host does wrong, in the simulator
        }
      }
    }
    TreeMap<String, Exhibit> shown = new TreeMap<>();
    for (String line : Files.readAllLines(root.resolve(SHOWN))) {
      if (!line.startsWith("#") && !line.isBlank()) {
        String id = line.substring(0, line.indexOf(' '));
        Exhibit exhibit = exhibits.get(id);
        if (exhibit == null) {
          throw new IllegalArgumentException(SHOWN + " has " + id + ", which no exhibit has");
        }
        shown.put(id, exhibit);
      }
    }
    return shown;
  }

  private void copy(Path sources, Path file, TreeMap<String, Exhibit> shown) throws IOException {
    String name = root.relativize(file).toString().replace('\\', '/');
    String source = Files.readString(file);
    List<Change> changes = new ArrayList<>();
    for (Exhibit exhibit : shown.values()) {
      if (exhibit.file().equals(name)) {
        changes.add(Change.of(exhibit, source));
      }
    }
    Path target = sources.relativize(file);
    if (target.equals(BUG)) {
      source = bug(source, shown.keySet());
    }
    write(target, changes.isEmpty() ? source : spliced(file, source, changes));
  }

  /** The list of bugs, for what is empty in the page's own. */
  private static String bug(String source, Iterable<String> ids) {
    return replaced(
        replaced(source, "  NONE;", "  NONE, " + String.join(", ", ids) + ";"),
        "void takeEffect() {}",
        "void takeEffect() { dev.balsa.raft.Switches.only(name()); }");
  }

  private static String replaced(String source, String wanted, String instead) {
    int at = source.indexOf(wanted);
    if (at < 0 || source.indexOf(wanted, at + 1) >= 0) {
      throw new IllegalArgumentException("a source of the page must have once: " + wanted);
    }
    return source.substring(0, at) + instead + source.substring(at + wanted.length());
  }

  private static String switches(Iterable<String> ids) {
    StringBuilder text = new StringBuilder();
    text.append("package dev.balsa.raft;\n\n/** Which bug is switched on. */\n");
    text.append("public final class Switches {\n  private Switches() {}\n\n");
    StringBuilder turns = new StringBuilder();
    for (String id : ids) {
      text.append("  public static boolean ").append(id).append(";\n");
      turns.append("    ").append(id).append(" = id.equals(\"").append(id).append("\");\n");
    }
    text.append("\n  /** Switches this one on and all others off. */\n");
    return text.append("  public static void only(String id) {\n" + turns + "  }\n}\n").toString();
  }

  private static String spliced(Path file, String source, List<Change> changes) throws IOException {
    List<Body> bodies = bodies(file);
    TreeMap<Integer, List<Change>> byBody = new TreeMap<>(Comparator.reverseOrder());
    TreeMap<Integer, Body> found = new TreeMap<>();
    for (Change change : changes) {
      Body innermost =
          bodies.stream()
              .filter(body -> body.holds(change))
              .min(Comparator.comparingInt(Body::length))
              .orElseThrow(
                  () -> new IllegalArgumentException(change.id() + " is in no method of " + file));
      byBody.computeIfAbsent(innermost.start(), at -> new ArrayList<>()).add(change);
      found.put(innermost.start(), innermost);
    }
    StringBuilder text = new StringBuilder(source);
    byBody.forEach( // the last one first: places before it stay what they are
        (start, within) -> {
          Body body = found.get(start);
          text.replace(start, body.end(), branches(source, body, within));
        });
    return text.toString();
  }

  private static String branches(String source, Body body, List<Change> changes) {
    StringBuilder text = new StringBuilder("{ ");
    for (Change change : changes) {
      text.append("if (dev.balsa.raft.Switches.").append(change.id()).append(") ");
      text.append(source, body.start(), change.start()).append(change.text());
      text.append(source, change.end(), body.end()).append(" else ");
    }
    return text.append(source, body.start(), body.end()).append(" }").toString();
  }

  private static List<Body> bodies(Path file) throws IOException {
    List<Body> bodies = new ArrayList<>();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      Iterable<? extends JavaFileObject> sources = files.getJavaFileObjects(file);
      JavacTask task = (JavacTask) compiler.getTask(null, files, null, null, null, sources);
      SourcePositions places = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new TreeScanner<Void, Void>() {
          @Override
          public Void visitMethod(MethodTree method, Void unused) {
            if (method.getBody() != null) {
              bodies.add(
                  new Body(
                      (int) places.getStartPosition(unit, method.getBody()),
                      (int) places.getEndPosition(unit, method.getBody())));
            }
            return super.visitMethod(method, unused);
          }
        }.scan(unit, null);
      }
    }
    return bodies;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private void write(Path name, String text) throws IOException {
    Path file = out.resolve(name);
    written.add(file);
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
  }
}
