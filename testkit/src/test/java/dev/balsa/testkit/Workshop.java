package dev.balsa.testkit;

import dev.balsa.node.wal.Wal;
import dev.balsa.raft.Raft;
import dev.balsa.sim.World;
import dev.balsa.testkit.Museum.Exhibit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/**
 * Makes code with a bug: changes a source, compiles it in memory, loads it beside the sound rest.
 */
final class Workshop implements AutoCloseable {
  private final Path root = findRoot();
  private final JavaCompiler compiler =
      Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "the tests need a JDK");
  private final StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
  private final List<String> options =
      List.of("-proc:none", "-nowarn", "-Xlint:none", "-cp", classPath());

  private static Path findRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("core/src/main/java"))) {
      folder = Objects.requireNonNull(folder.getParent(), "no sources above the tests");
    }
    return folder;
  }

  private static String classPath() {
    return Stream.of(Raft.class, World.class, Wal.class, Museum.class, NullMarked.class)
        .map(
            type ->
                Path.of(
                    URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString())))
        .map(Path::toString)
        .collect(Collectors.joining(java.io.File.pathSeparator));
  }

  Path root() {
    return root;
  }

  /** A trial of sound code, loaded the same way. */
  BiFunction<String, Integer, String> sound() {
    return load(Map.of());
  }

  /**
   * A trial of code with the exhibit's bug.
   *
   * @throws AssertionError if the exhibit does not fit the source any more
   */
  BiFunction<String, Integer, String> build(Exhibit exhibit) {
    return load(compile(exhibit));
  }

  /** Whether what the exhibit wants replaced stands in its source once. */
  boolean fits(Exhibit exhibit) {
    String source = read(root.resolve(exhibit.file()));
    int at = source.indexOf(exhibit.wanted());
    return at >= 0 && source.indexOf(exhibit.wanted(), at + 1) < 0;
  }

  private Map<String, byte[]> compile(Exhibit exhibit) {
    Path file = root.resolve(exhibit.file());
    if (!fits(exhibit)) {
      throw new AssertionError(
          "exhibit %s must name a text that stands once in %s".formatted(exhibit.id(), file));
    }
    String source = read(file);
    String changed = source.replace(exhibit.wanted(), exhibit.instead());
    Output output = new Output(files);
    StringWriter complaints = new StringWriter();
    JavaFileObject unit =
        new SimpleJavaFileObject(file.toUri(), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return changed;
          }
        };
    if (!compiler.getTask(complaints, output, null, options, null, List.of(unit)).call()) {
      throw new AssertionError("exhibit %s: %s".formatted(exhibit.id(), complaints));
    }
    return output.classes();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked") // Trial, loaded anew, is what it is here
  private static BiFunction<String, Integer, String> load(Map<String, byte[]> classes) {
    try {
      Class<?> trial = new Loader(classes).loadClass(Trial.class.getName());
      return (BiFunction<String, Integer, String>) trial.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the trial cannot be loaded", e);
    }
  }

  @Override
  public void close() throws IOException {
    files.close();
  }

  /** Keeps what the compiler makes. */
  private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> made = new TreeMap<>();

    Output(JavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      made.put(className, bytes);
      return new SimpleJavaFileObject(URI.create("memory:/" + className), kind) {
        @Override
        public OutputStream openOutputStream() {
          return bytes;
        }
      };
    }

    Map<String, byte[]> classes() {
      Map<String, byte[]> classes = new TreeMap<>();
      made.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
      return classes;
    }
  }

  /**
   * Has its own copy of everything of ours, with the given classes instead of those of the name.
   */
  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> classes;

    Loader(Map<String, byte[]> classes) {
      super(Workshop.class.getClassLoader());
      this.classes = classes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        if (known != null) {
          return known;
        }
        if (!name.startsWith("dev.balsa.")) {
          return super.loadClass(name, resolve);
        }
        byte[] code = classes.containsKey(name) ? classes.get(name) : original(name);
        return defineClass(name, code, 0, code.length);
      }
    }

    private byte[] original(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
