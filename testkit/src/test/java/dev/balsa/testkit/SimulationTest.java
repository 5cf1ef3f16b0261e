package dev.balsa.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceReader;
import dev.balsa.sim.Figures;
import dev.balsa.sim.Load;
import dev.balsa.sim.Request;
import dev.balsa.sim.SessionLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A user's own state machine on whole nodes, and bugs in it that the simulator finds. */
class SimulationTest {
  private static final int SEEDS = 40;

  /** What is wrong with a user's machine. */
  private enum Bug {
    NONE,
    /** A snapshot lacks the last command. */
    SHORT_SNAPSHOT,
    /** It throws at a command. */
    THROWS
  }

  /** Keeps the sum of all numbers it was given. */
  private static final class Total implements StateMachine<Long> {
    private final Bug bug;
    private long sum;

    Total(Bug bug) {
      this.bug = bug;
    }

    @Override
    public List<Long> apply(List<Committed> commands) {
      List<Long> results = new ArrayList<>();
      for (Committed committed : commands) {
        long number = Long.parseLong(committed.command().toUtf8());
        if (bug == Bug.THROWS && number % 20 == 0) {
          throw new IllegalStateException("cannot add " + number);
        }
        sum += number;
        results.add(sum);
      }
      return results;
    }

    @Override
    public Capture capture() {
      Bytes state = Bytes.utf8(Long.toString(bug == Bug.SHORT_SNAPSHOT ? sum - 1 : sum));
      return sink -> sink.write(state);
    }

    @Override
    public void restore(Source source) {
      sum = Long.parseLong(Objects.requireNonNull(source.read()).toUtf8());
    }
  }

  /** Clients that add 1, 2, 3 …, and believe that no sum is above {@code believed}. */
  private static final class TotalLoad implements Load<Long, Total> {
    private final Bug bug;
    private final long believed;
    private long asked;

    TotalLoad(Bug bug, long believed) {
      this.bug = bug;
      this.believed = believed;
    }

    @Override
    public Total machine() {
      return new Total(bug);
    }

    @Override
    public long fingerprint(Total machine) {
      return machine.sum;
    }

    @Override
    public Request<Long, Total> next(long client, long moment, SplitMix random) {
      return new Request.Write<>(
          Bytes.utf8(Long.toString(++asked)),
          new Request.Answer<>() {
            @Override
            public void done(Long value, long at) {
              assertThat(value).isLessThanOrEqualTo(believed);
            }

            @Override
            public void refused() {}
          });
    }
  }

  private static Simulation<Long, Total> totals(Bug bug) {
    return Simulation.of(() -> new TotalLoad(bug, Long.MAX_VALUE));
  }

  private static String scenarioOf(Throwable broken) {
    String message = String.valueOf(broken.getMessage());
    return message.substring(message.indexOf("seed ", message.indexOf('\n')));
  }

  @Test
  void aSoundMachinePassesThroughAllFaults() {
    Figures figures = totals(Bug.NONE).run(1, SEEDS);

    assertThat(figures.seeds()).isEqualTo(SEEDS);
    assertThat(figures.installs()).isPositive();
    assertThat(figures.resumed()).isPositive();
    assertThat(figures.faults()).hasSizeGreaterThan(15);
  }

  @Test
  void aPlantedBugIsFoundMadeSmallAndToldAsAScenario() throws Exception {
    Simulation<Long, Total> simulation = totals(Bug.SHORT_SNAPSHOT);

    AssertionError broken =
        catchThrowableOfType(AssertionError.class, () -> simulation.run(1, SEEDS));

    assertThat(broken).hasMessageContaining("has another state than others at ");
    String scenario = scenarioOf(broken);
    assertThat(scenario.lines().count()).isLessThan(20);
    List<String> lines = new ArrayList<>();
    assertThatThrownBy(() -> simulation.replay(scenario, lines::add))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("has another state than others at ");
    assertThat(lines).anyMatch(line -> line.contains("BecameLeader"));
    TraceReader reader = new TraceReader();
    reader.feed(simulation.record(scenario));
    Trace recorded = reader.finish();
    assertThat(recorded.recordings()).isNotEmpty();
    assertThat(recorded.notes().getFirst().text()).contains("has another state than others at ");
    assertThat(totals(Bug.NONE).replay(scenario).seeds()).isEqualTo(1);
  }

  @Test
  void whatAMachineThrowsIsToldWithItsSeedAndWhereItWasThrown() {
    AssertionError broken =
        catchThrowableOfType(AssertionError.class, () -> totals(Bug.THROWS).run(5, 1));

    assertThat(broken).hasMessageStartingWith("seed 5: ").hasMessageContaining("cannot add ");
    assertThat(Objects.requireNonNull(broken.getCause()).getStackTrace()[0].getClassName())
        .isEqualTo(Total.class.getName());
  }

  @Test
  void whatALoadAssertsIsToldWithItsSeed() {
    Simulation<Long, Total> simulation = Simulation.of(() -> new TotalLoad(Bug.NONE, 50));

    assertThatThrownBy(() -> simulation.inMemory().run(7, 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("seed 7: ")
        .hasMessageContaining("less than or equal to")
        .hasMessageContaining("Simulation.replay runs this again");
  }

  @Test
  void aWholeSeedIsAScenarioToo() {
    assertThat(totals(Bug.NONE).replay(Simulation.scenario(3)).seeds()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> totals(Bug.NONE).replay("seed none"))
        .withMessageContaining("seed none");
  }

  /** The real session table on whole nodes; {@code SessionLoadTest} has more seeds, in memory. */
  @Test
  void sessionsOnWholeNodesTakeEffectOnceThroughAllFaults() {
    List<SessionLoad> loads = new ArrayList<>();

    Figures figures =
        Simulation.of(
                () -> {
                  loads.add(new SessionLoad());
                  return loads.getLast();
                })
            .run(CommitSeeds.first(), 2 * SEEDS);

    long repeated = loads.stream().mapToLong(SessionLoad::repeated).sum();
    System.out.println(
        "figures: sessions on whole nodes: %d requests, %d of them repeated; %s"
            .formatted(figures.judged(), repeated, figures));
    assertThat(figures.judged()).isEqualTo(figures.writes()).isGreaterThan(SEEDS * 100L);
    assertThat(repeated).isGreaterThan(SEEDS * 20L);
    assertThat(figures.installs()).isPositive();
  }
}
