package dev.balsa.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the README tells who brings a state machine of their own compiles, passes, and finds bugs.
 */
class ReadmeTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final String SOUND = "long now = sum;";

  @TempDir Path folder;

  @Test
  void theMachineOfTheExamplePasses() throws Exception {
    run(example());
  }

  @Test
  void aBugInItsSnapshotsIsFound() throws Exception {
    String example = example();
    assertThat(example).contains(SOUND);

    assertThatThrownBy(() -> run(example.replace(SOUND, "long now = sum - 1;")))
        .rootCause()
        .hasMessageContaining("has another state than others");
  }

  private void run(String source) throws Exception {
    Path file = Files.writeString(folder.resolve("TallyTest.java"), source);
    Process compiler =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                file.toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      Class<?> test = loader.loadClass("TallyTest");
      Constructor<?> constructor = test.getDeclaredConstructor();
      constructor.setAccessible(true);
      Method method = test.getDeclaredMethod("isTheSameEverywhereWhateverHappens");
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
            .filter(block -> block.contains("WholeNodes"))
            .toList();
    assertThat(examples).hasSize(1);
    return examples.getFirst();
  }
}
