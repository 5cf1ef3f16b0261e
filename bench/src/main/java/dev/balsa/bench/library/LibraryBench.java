package dev.balsa.bench.library;

import dev.balsa.bench.measure.Latency;
import dev.balsa.bench.measure.Results;
import dev.balsa.bench.measure.Spread;
import dev.balsa.bench.measure.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Libraries side by side: in every round each has its turn, and rounds change who goes first. */
public final class LibraryBench {
  private final Plan plan;
  private final Consumer<String> progress;
  private final Results<Library, Integer, MemberJvm.Load> results = new Results<>();

  /** {@code progress} gets a line a turn. */
  public LibraryBench(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Runs every round below {@code parent} and returns the table.
   *
   * @throws IOException if a member does not start, dies, or ends with another log than the rest
   */
  public Table run(Path parent) throws IOException, InterruptedException {
    for (int round = 0; round < plan.rounds(); round++) {
      for (Library library : Results.order(plan.libraries(), round)) {
        progress.accept("round %d of %d: %s".formatted(round + 1, plan.rounds(), name(library)));
        new LibraryTurn(library, plan)
            .run(parent)
            .forEach((outstanding, load) -> results.add(library, outstanding, load));
      }
    }
    return table();
  }

  /** The flags every member's JVM runs with, for the notes beside the table. */
  public static String jvmFlags() {
    return MemberJvm.flags();
  }

  private Table table() {
    Table table =
        new Table(
            "outstanding",
            "library",
            "runs",
            "per s, median (min..max)",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "CPU, 3 JVMs",
            "entries per force",
            "failed",
            "others' CPU",
            "x " + name(plan.libraries().getFirst()));
    for (int outstanding : plan.loads()) {
      Spread base = rates(plan.libraries().getFirst(), outstanding);
      for (Library library : plan.libraries()) {
        table.add(row(library, outstanding, base));
      }
    }
    return table;
  }

  private List<String> row(Library library, int outstanding, Spread base) {
    Spread rate = rates(library, outstanding);
    return List.of(
        Integer.toString(outstanding),
        name(library),
        Integer.toString(plan.rounds()),
        Table.spread(rate),
        median(library, outstanding, load -> Latency.of(load.latencies()).p50Millis()),
        median(library, outstanding, load -> Latency.of(load.latencies()).p99Millis()),
        median(library, outstanding, load -> Latency.of(load.latencies()).p999Millis()),
        median(library, outstanding, load -> load.cpu().watched()),
        median(library, outstanding, MemberJvm.Load::entriesPerForce),
        median(library, outstanding, MemberJvm.Load::failed),
        median(library, outstanding, load -> load.cpu().others()),
        Table.number(rate.ratioTo(base)));
  }

  private Spread rates(Library library, int outstanding) {
    return results.spread(library, outstanding, MemberJvm.Load::perSecond);
  }

  private String median(Library library, int outstanding, ToDoubleFunction<MemberJvm.Load> figure) {
    return results.median(library, outstanding, figure);
  }

  private static String name(Library library) {
    return library.name().toLowerCase(Locale.ROOT);
  }

  /**
   * What to measure.
   *
   * @param libraries the first is what the others are compared with
   * @param loads counts of outstanding proposals, positive
   * @param warmupSeconds of each load before the first measurement of a turn
   * @param seconds measured a load
   */
  public record Plan(
      List<Library> libraries, List<Integer> loads, int rounds, int warmupSeconds, int seconds) {
    public Plan {
      if (libraries.isEmpty() || loads.isEmpty() || rounds < 1 || seconds < 1) {
        throw new IllegalArgumentException(
            "nothing to measure: give at least one peer, one load, one round and one second");
      }
      if (loads.stream().anyMatch(outstanding -> outstanding < 1)) {
        throw new IllegalArgumentException(
            "loads %s: a count of outstanding proposals is at least 1".formatted(loads));
      }
    }
  }
}
