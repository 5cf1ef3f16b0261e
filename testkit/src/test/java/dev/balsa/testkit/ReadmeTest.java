package dev.balsa.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells whoever tests a state machine of their own compiles and finds a bug. */
class ReadmeTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void theSimulationExamplePasses() throws Exception {
    run(example());
  }

  @Test
  void aSnapshotThatForgetsIsFoundByTheSimulationExample() throws Exception {
    String sound = "Long.parseLong(source.read().toUtf8())";
    assertThat(example()).containsOnlyOnce(sound);

    String broken = example().replace(sound, sound + " - 1");

    assertThatThrownBy(() -> run(broken))
        .isInstanceOf(InvocationTargetException.class)
        .cause()
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Simulation.replay runs this again");
  }

  private void run(String source) throws Exception {
    Path file = Files.writeString(folder.resolve("CounterTest.java"), source);
    String classes = System.getProperty("java.class.path");
    int errors =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "the tests need a JDK")
            .run(null, null, null, "-proc:none", "-cp", classes, "-d", folder + "", file + "");
    assertThat(errors).isZero();
    URL[] compiled = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(compiled, getClass().getClassLoader())) {
      Class<?> test = loader.loadClass("CounterTest");
      Constructor<?> constructor = test.getDeclaredConstructor();
      constructor.setAccessible(true);
      Method method = test.getDeclaredMethod("noSeedBreaksAPromise");
      method.setAccessible(true);
      method.invoke(constructor.newInstance());
    }
  }

  private static String example() throws Exception {
    List<String> examples =
        JAVA_BLOCK
            .matcher(Files.readString(Path.of("..", "README.md")))
            .results()
            .map((MatchResult block) -> block.group(1))
            .filter(block -> block.contains("Simulation.of"))
            .toList();
    assertThat(examples).hasSize(1);
    return examples.getFirst();
  }
}
