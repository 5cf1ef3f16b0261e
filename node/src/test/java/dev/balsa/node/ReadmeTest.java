package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.StateMachine;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells an embedder compiles and does what it says. */
class ReadmeTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void theEmbeddingExampleCompilesAndRuns() throws Exception {
    Path source = folder.resolve("Hello.java");
    Files.writeString(source, example());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), source.toString()));
    FreePorts.take(3).forEach(port -> command.add(port.toString()));
    command.add(folder.resolve("data").toString());
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("err").toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(Files.readString(folder.resolve("err"))).isZero();
    assertThat(output).contains("Applied[").contains("result=42").contains("value=42");
  }

  @Test
  void theSessionExampleCompilesAndTakesEffectOnce() throws Exception {
    String source = Files.readString(Path.of("..", "README.md"));
    List<MatchResult> blocks = JAVA_BLOCK.matcher(source).results().toList();
    assertThat(blocks).as("java blocks of README.md").hasSizeGreaterThan(1);
    Files.writeString(folder.resolve("Once.java"), blocks.get(1).group(1));
    Process compiler =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                folder.resolve("Once.java").toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
    Map<NodeId, PeerAddress> alone = Map.of(new NodeId(1), PeerAddress.loopback(0));
    NodeConfig config = NodeConfig.of(new NodeId(1), alone, folder.resolve("once"));

    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      Method add =
          loader
              .loadClass("Once")
              .getDeclaredMethod("add", NodeConfig.class, StateMachine.class, String.class);
      add.setAccessible(true);

      assertThat(add.invoke(null, config, new Counter(), "42")).isEqualTo(42L);
      assertThat(add.invoke(null, config, new Counter(), "1")).isEqualTo(43L);
    }
  }

  @Test
  void theEmbeddingExampleIsShort() throws IOException {
    long lines =
        example().lines().filter(line -> !line.isBlank() && !line.startsWith("import")).count();

    assertThat(lines).isLessThanOrEqualTo(30);
  }

  private static String example() throws IOException {
    Matcher block = JAVA_BLOCK.matcher(Files.readString(Path.of("..", "README.md")));
    assertThat(block.find()).as("README.md has a java block").isTrue();
    return block.group(1);
  }
}
