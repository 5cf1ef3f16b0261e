package dev.balsa.bench;

import dev.balsa.bench.library.Library;
import dev.balsa.bench.library.LibraryBench;
import dev.balsa.bench.measure.Table;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "library",
    description =
        "Replicates 256-byte entries between three JVMs on loopback, proposed in the leader's JVM.")
final class LibraryCommand extends Measurement {
  @Mixin Rounds rounds = new Rounds();

  @Option(
      names = "--peers",
      split = ",",
      description =
          "Libraries, the first being the base: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  List<Library> peers = List.of(Library.JRAFT, Library.BALSA);

  @Option(
      names = "--loads",
      split = ",",
      description = "Counts of outstanding proposals (default: ${DEFAULT-VALUE}).")
  List<Integer> loads = List.of(1, 64, 1_024);

  @Override
  public Integer call() throws IOException, InterruptedException {
    var plan = new LibraryBench.Plan(peers, loads, rounds.rounds, rounds.warmup, rounds.seconds);
    Table table = new LibraryBench(plan, this::progress).run(rounds.dir);
    return report(
        rounds.dir,
        "Three JVMs (%s), 256-byte entries, forced before acknowledged, closed loop; %d s of warm-up and then %d s a load."
            .formatted(LibraryBench.jvmFlags(), rounds.warmup, rounds.seconds),
        table);
  }
}
