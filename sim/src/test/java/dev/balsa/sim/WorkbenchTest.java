package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.NodeId;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A world at the hands of a person ends where it should, and goes on where it should not end. */
class WorkbenchTest {
  private static final long SECOND = 1_000_000_000;
  private static final Weather INSTANT = new Weather(0, 0, 0, 0, 0, 1, 1_000_000);

  private static Workbench<Long, Registers> bench(Weather weather) {
    return bench(world(weather));
  }

  private static Workbench<Long, Registers> bench(World<Long, Registers> world) {
    return new Workbench<>(world, Witness.NOBODY, UnaryOperator.identity());
  }

  private static World<Long, Registers> world(Weather weather) {
    Plan plan =
        new Plan(
            1,
            3,
            Long.MAX_VALUE,
            Plan.Timing.PAPER,
            Plan.Window.DEFAULT,
            Plan.Host.OVERLAP,
            weather,
            List.of(),
            List.of());
    return new World<>(plan, new RegisterLoad(), Hosting.IN_MEMORY);
  }

  private static void runUntil(Workbench<Long, Registers> bench, long time) {
    while (bench.next() <= time) {
      assertThat(bench.step()).isTrue();
    }
  }

  private static void again(Schedule schedule) {
    schedule.after(0, () -> again(schedule));
  }

  private static List<Long> deadlines(Workbench<Long, Registers> bench) {
    return bench.nodes().stream().map(it -> bench.look(it).deadline()).sorted().toList();
  }

  @Test
  void timersThatAreAlignedFireWithTheFirstOfThem() {
    Workbench<Long, Registers> bench = bench(Weather.FAIR);
    long first = deadlines(bench).getFirst();

    bench.align();

    assertThat(deadlines(bench)).containsOnly(first);
  }

  @Test
  void timersThatAreSpreadFireAtEqualDistancesUpToTheLastOfThem() {
    Workbench<Long, Registers> bench = bench(Weather.FAIR);
    long last = deadlines(bench).getLast();

    bench.spread();

    assertThat(deadlines(bench)).containsExactly(last / 3, last * 2 / 3, last);
  }

  @Test
  void aTimerFiresWhenItIsToldToSoonerOrLater() {
    Workbench<Long, Registers> bench = bench(Weather.FAIR);

    bench.await(new NodeId(1), 20_000_000);
    bench.await(new NodeId(2), SECOND);

    assertThat(bench.look(new NodeId(1)).deadline()).isEqualTo(20_000_000);
    assertThat(bench.look(new NodeId(2)).deadline()).isEqualTo(SECOND);
  }

  @Test
  void aMomentThatNeverEndsEndsTheRunAndIsNamed() {
    World<Long, Registers> world = world(Weather.FAIR);
    Workbench<Long, Registers> bench = bench(world);
    again(world.schedule());

    assertThatThrownBy(() -> runUntil(bench, SECOND))
        .isInstanceOf(BrokenPromise.class)
        .hasMessageContaining("time stands still at");
  }

  @Test
  void aNetworkThatTakesNoTimeIsNoSuchMoment() {
    Workbench<Long, Registers> bench = bench(INSTANT);

    runUntil(bench, 10 * SECOND);

    assertThat(bench.now()).isPositive();
  }

  @Test
  void nothingEverHappensWhereAllAreDownForGood() {
    Workbench<Long, Registers> bench = bench(Weather.FAIR);
    runUntil(bench, SECOND);

    bench.nodes().forEach(it -> bench.inflict(new Fault.PowerCut(it, Fault.FOREVER)));
    runUntil(bench, 100 * SECOND); // what was on its way

    assertThat(bench.next()).isEqualTo(Long.MAX_VALUE);
    assertThat(bench.step()).isFalse();
    bench.start(new NodeId(2));
    assertThat(bench.next()).isLessThan(200 * SECOND);
  }

  @Test
  void aPauseForGoodEndsWhenSomebodyEndsIt() {
    Workbench<Long, Registers> bench = bench(Weather.FAIR);
    bench.nodes().forEach(it -> bench.inflict(new Fault.Pause(it, Fault.FOREVER)));

    runUntil(bench, 100 * SECOND);
    assertThat(bench.next()).isEqualTo(Long.MAX_VALUE);
    bench.nodes().forEach(bench::resume);
    runUntil(bench, 2 * SECOND);

    assertThat(bench.nodes()).anySatisfy(it -> assertThat(bench.look(it).status()).isNotNull());
    assertThat(bench.hash()).isNotZero();
  }
}
