package dev.balsa.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs in the browser is what runs on the JVM: Node.js is the browser's stand-in here. */
class SameRunEverywhereTest {
  private static final int SEEDS = 120;
  private static final String SCRIPT =
      """
      import { call } from './balsa.mjs';
      import { readFileSync } from 'node:fs';
      for (const line of readFileSync('commands.txt', 'utf8').split('\\n')) {
        if (line !== '') {
          const answer = call(line);
          if (line === 'hash' || answer.startsWith('{"error"')) console.log(answer);
        }
      }
      """;

  @TempDir Path folder;

  @Test
  void theSameSeedAndActionsGiveTheSameEventsInJavaScript() throws Exception {
    Path node = Tools.require("node", "nodejs");
    Path module = Tools.module();
    List<String> commands = new ArrayList<>();
    List<String> onTheJvm = new ArrayList<>();
    for (long seed : LongStream.rangeClosed(1, SEEDS).toArray()) {
      Session session = new Session();
      for (String command : RandomActions.draw(seed)) {
        commands.add(command);
        String answer = session.call(command);
        if (command.equals("hash") || answer.startsWith("{\"error\"")) {
          onTheJvm.add(answer);
        }
      }
    }

    List<String> inJavaScript = run(node, module, commands);

    assertThat(inJavaScript).hasSize(SEEDS).doesNotHaveDuplicates().isEqualTo(onTheJvm);
  }

  private List<String> run(Path node, Path module, List<String> commands) throws Exception {
    Files.copy(module, folder.resolve("balsa.mjs"), StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(folder.resolve("commands.txt"), String.join("\n", commands));
    Files.writeString(folder.resolve("run.mjs"), SCRIPT);
    Path out = folder.resolve("out.txt");
    Process process = start(node, out);
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(() -> read(out)).isZero();
    return Files.readAllLines(out, UTF_8);
  }

  private Process start(Path node, Path out) throws IOException {
    return new ProcessBuilder(node.toString(), "run.mjs")
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
