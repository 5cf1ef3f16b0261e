package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.trace.TraceReader;
import dev.balsa.sim.Plan;
import dev.balsa.sim.Scenario;
import dev.balsa.sim.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sim|a command is missing; ./balsa sim --help lists them",
        "sim fly|fly",
        "sim run --seeds 0|--seeds is 0, must be positive",
        "sim run --seeds many|many",
        "sim run --minutes -1|--minutes is -1, must be in 1..1000000",
        "sim run --minutes 999999999999|must be in 1..1000000",
        "sim run --minutes 1 --seeds 1|--seeds and --minutes both say how much; give one of them",
        "sim run --disk tape|--disk is 'tape', give wal or memory",
        "sim run --load heavy|--load is 'heavy', give registers or sessions",
        "sim replay|SEED|FILE",
        "sim replay nowhere.scenario|'nowhere.scenario' is neither a seed nor a file",
        "sim replay 1 --load heavy|--load is 'heavy', give registers or sessions",
        "sim shrink --seed 1|--seed",
        "sim explore --states 0|--states is 0, must be positive",
        "sim explore --disk wal|--disk"
      })
  void badUsageIsNamed(String commandAndWhatIsSaid) {
    String[] parts = commandAndWhatIsSaid.split("\\|", 2);
    String named = parts[1];
    Run run = Run.of(parts[0].split(" ", -1));

    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("Error: ").contains(named).hasLineCount(1);
  }

  @Test
  void aLineOfAScenarioThatIsWrongIsNamedWithItsFile() throws Exception {
    String text = Scenario.text(Plan.draw(1)) + "at 5 kill 77 1\n";
    Path file = Files.writeString(folder.resolve("own.scenario"), text);

    for (String command : new String[] {"replay", "shrink"}) {
      Run run = Run.of("sim", command, file.toString());

      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains(file + ": scenario line 'at 5 kill 77 1' has no node");
    }
  }

  @Test
  void seedsRunOnEitherDiskWithEitherLoad() {
    Run run =
        Run.of(
            "sim", "run", "--seeds", "2", "--first", "7", "--disk", "memory", "--load", "sessions");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("2 seeds, ").contains("times real time per core");
  }

  @Test
  void aRecordingSaysHowItsRunIsSeenAgain() throws Exception {
    Path file = folder.resolve("a.trace");

    Run run = Run.of("sim", "replay", "7", "--disk", "memory", "--trace", file.toString());

    assertThat(run.code()).as(run.err()).isZero();
    TraceReader reader = new TraceReader();
    reader.feed(Files.readAllBytes(file));
    assertThat(reader.finish().recordings())
        .allMatch(it -> it.source().equals("./balsa sim replay 7 --disk memory"));
  }

  @Test
  void whatBreaksNothingIsNotShrunk() {
    Run run = Run.of("sim", "shrink", "7", "--disk", "memory");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("7 breaks no promise; nothing to shrink");
  }

  @Test
  void exploreTellsTheFiguresOfEachScope() {
    Run run = Run.of("sim", "explore", "--states", "1000");

    assertThat(run.code()).as(run.err()).isEqualTo(0);
    for (Scope scope : Scope.ALL) {
      assertThat(run.out()).containsPattern("(?m)^" + scope.name() + ": \\d+ states, \\d+ steps");
    }
    assertThat(run.out()).contains("states a second");
  }

  @Test
  void anExplorerWhoseHeapIsFullSaysHowFarItCameAndWhatHelps() throws Exception {
    Path said = folder.resolve("said");

    int code =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx24m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "sim",
                "explore",
                "--states",
                "3000000")
            .redirectError(said.toFile())
            .start()
            .waitFor();

    assertThat(code).isEqualTo(1);
    assertThat(Files.readString(said))
        .containsPattern(
            "Error: "
                + Scope.ALL.getFirst().name()
                + ": the heap of 2\\d MiB is full after [1-9][\\d,]+ of 600,000 states; give")
        .contains("BALSA_JAVA_OPTS=-Xmx", "--states")
        .doesNotContain("\tat ", "Exception in thread");
  }

  @Test
  void museumPrintsItsTable() {
    Run run = Run.of("sim", "museum");

    assertThat(run.code()).isEqualTo(0);
    assertThat(run.out()).contains("| C1 | ").contains("paper figure 8");
  }
}
