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

  /** The page's module has the museum's bugs; as long as none is switched on, it is as shipped. */
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

  @Test
  void whatIsFoundOnTheWayBackFromCopiesIsWhatAFreshRunFinds() throws Exception {
    Path node = Tools.require("node", "nodejs");
    Path module = Tools.module();
    List<String> commands = new ArrayList<>();
    List<String> fresh = new ArrayList<>();
    for (long seed : LongStream.rangeClosed(1, 3).toArray()) {
      List<String> way = longWay(seed);
      commands.addAll(way);
      Session session = new Session();
      way.stream()
          .map(command -> new Said(command, session.call(command)))
          .filter(said -> said.command.equals("hash"))
          .forEach(said -> fresh.add(said.answer));
    }

    List<String> copied = run(node, module, commands);

    assertThat(copied).isEqualTo(fresh);
  }

  private record Said(String command, String answer) {}

  /** Through some thousand events with clients, faults, snapshots and new members, and back. */
  private static List<String> longWay(long seed) {
    List<String> commands = new ArrayList<>();
    commands.add("open seed " + seed + ";nodes 5;spares 1;snapshots 5;sky 5 30 10 10 5");
    List<String> actions =
        List.of(
            "put 1 a 1",
            "member 2 add 6",
            "crash 3 power",
            "put 2 b 2",
            "swap 4 a 1 3",
            "restart 3",
            "get 5 a",
            "cut 1 2",
            "heal",
            "transfer 1 2",
            "put 5 a 4",
            "delete 1 b");
    for (int i = 0; i < actions.size(); i++) {
      commands.add("until " + 250_000_000L * (i + 1));
      commands.add("act " + actions.get(i));
    }
    commands.add("until 4000000000");
    for (int moment = 1_500; moment > 0; moment -= 430) {
      commands.add("moment " + moment);
      commands.add("hash");
      commands.add("back");
      commands.add("hash");
      commands.add("step");
    }
    commands.add("act crash 1 process");
    commands.add("until 1000000000");
    commands.add("hash");
    return commands;
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
