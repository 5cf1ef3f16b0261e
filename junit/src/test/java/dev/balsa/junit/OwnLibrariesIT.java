package dev.balsa.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The published jar has the server's libraries in it under names of their own, so that it runs
 * beside whatever version of them its users have. Needs the jar, so it runs after packaging.
 */
class OwnLibrariesIT {
  private static final Path JAR = given("balsa.jar");
  private static final Path POM = given("balsa.pom");
  private static final Path OLD = given("balsa.old-libraries");

  /** What the jar leaves to others: nothing of it depends on anything but the rest. */
  private static final List<String> DEPENDENCIES =
      List.of(
          "balsa-core",
          "balsa-kv",
          "balsa-node",
          "balsa-sim",
          "balsa-testkit",
          "balsa-web",
          "jspecify",
          "rocksdbjni");

  @TempDir Path folder;

  /** What a program left behind. */
  private record Run(int code, String said) {}

  @Test
  void theServerRunsBesideYearsOldVersionsOfItsLibraries() throws Exception {
    List<Path> classPath = new ArrayList<>(oldLibraries());
    classPath.add(JAR);
    dependencies().forEach(name -> classPath.add(jar(name)));

    Run run = run(classPath);

    assertThat(run.code()).as(run.said()).isZero();
    assertThat(run.said())
        .contains(
            "io.grpc.ManagedChannel of grpc-api-1.",
            "com.google.protobuf.ByteString of protobuf-java-3.1",
            "com.google.common.io.BaseEncoding of guava-30.",
            "old gRPC reads: hello\n",
            "JSON reads: hello\n",
            "metrics tell a leader: 1.0\n",
            "old gRPC reads: hello again\n",
            "JSON reads by TLS: hello in private\n");
  }

  @Test
  void withoutLibrariesOfItsOwnItWouldNot() throws Exception {
    List<Path> classPath = new ArrayList<>(oldLibraries());
    ownClassPath().forEach(classPath::add);

    Run run = run(classPath);

    assertThat(run.code()).as(run.said()).isEqualTo(1);
    assertThat(run.said())
        .containsPattern("(IllegalAccess|NoSuchMethod|NoClassDefFound|AbstractMethod)Error")
        .doesNotContain("reads");
  }

  @Test
  void nothingInTheJarIsCalledAsIfItWereAnothers() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> names =
          jar.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();

      assertThat(names)
          .hasSizeGreaterThan(5_000)
          .allMatch(name -> name.startsWith("dev/balsa/") || name.startsWith("META-INF/"));
      assertThat(names)
          .filteredOn(name -> name.startsWith("META-INF/services/"))
          .isNotEmpty()
          .allMatch(name -> name.startsWith("META-INF/services/dev.balsa.junit.libraries."));
      assertThat(names)
          .contains("META-INF/THIRD-PARTY.md")
          .doesNotContain("logback.xml")
          .noneMatch(name -> name.startsWith("META-INF/native/"))
          .noneMatch(name -> name.startsWith("dev/balsa/raft/"));
    }
  }

  @Test
  void thePomAsksForNothingThatIsInTheJar() throws Exception {
    assertThat(dependencies()).containsExactlyInAnyOrderElementsOf(DEPENDENCIES);
  }

  @Test
  void whatUsersCallShowsNoTypeOfALibrary() throws Exception {
    TreeSet<String> shown = new TreeSet<>();
    for (Class<?> type : publicTypes()) {
      for (Method method : type.getMethods()) {
        if (method.getDeclaringClass() != Object.class) {
          shown.add(method.getReturnType().getName());
          Stream.of(method.getParameterTypes()).forEach(it -> shown.add(it.getName()));
          Stream.of(method.getExceptionTypes()).forEach(it -> shown.add(it.getName()));
        }
      }
      for (Constructor<?> constructor : type.getConstructors()) {
        Stream.of(constructor.getParameterTypes()).forEach(it -> shown.add(it.getName()));
      }
    }

    assertThat(shown)
        .contains("dev.balsa.junit.TestMember", "java.net.URI")
        .allMatch(name -> name.matches("(\\[L)?(java|dev\\.balsa\\.junit)\\..*|[a-z]+"));
  }

  private static List<Class<?>> publicTypes() throws IOException, ClassNotFoundException {
    List<Class<?>> types = new ArrayList<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (String name : jar.stream().map(ZipEntry::getName).toList()) {
        if (name.matches("dev/balsa/junit/[A-Za-z$]+\\.class")) {
          Class<?> type = Class.forName(name.replace('/', '.').replaceAll("\\.class$", ""));
          if (Modifier.isPublic(type.getModifiers())) {
            types.add(type);
          }
        }
      }
    }
    assertThat(types).contains(BalsaServer.class, TestCluster.class, BalsaCluster.class);
    return types;
  }

  private Run run(List<Path> classPath) throws Exception {
    Path said = folder.resolve("said");
    List<Path> all = new ArrayList<>(classPath);
    all.add(Path.of("target", "test-classes")); // where the program is
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                all.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                OldLibraries.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    int code = process.waitFor();
    return new Run(code, Files.readString(said));
  }

  private static List<Path> oldLibraries() throws IOException {
    try (Stream<Path> jars = Files.list(OLD)) {
      return jars.sorted().toList();
    }
  }

  /** This JVM's, where the server and its libraries are as they were built. */
  private static Stream<Path> ownClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of);
  }

  private static Path jar(String artifact) {
    return ownClassPath()
        .filter(it -> it.getFileName().toString().matches(artifact + "-\\d.*\\.jar"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no jar of " + artifact + " on the class path"));
  }

  /** The artifacts that whoever uses this one gets, too. */
  private static List<String> dependencies() throws Exception {
    NodeList all =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(POM.toFile())
            .getElementsByTagName("dependency");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element dependency = (Element) all.item(i);
      boolean tests = text(dependency, "scope").equals("test");
      if (!tests && !text(dependency, "optional").equals("true")) {
        names.add(text(dependency, "artifactId"));
      }
    }
    return names;
  }

  private static String text(Element parent, String tag) {
    NodeList found = parent.getElementsByTagName(tag);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent();
  }

  private static Path given(String property) {
    return Path.of(
        Objects.requireNonNull(
            System.getProperty(property), property + " is set by the build, after packaging"));
  }
}
