package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorldTest {
  private static World<Long, Registers> world(long seed) {
    return new World<>(Plan.draw(seed), new RegisterLoad(), Hosting.IN_MEMORY);
  }

  @Test
  void theSameSeedGivesTheSameRunToTheLastLine() {
    for (long seed = 1; seed <= 5; seed++) {
      List<String> once = new ArrayList<>();
      List<String> again = new ArrayList<>();
      World<Long, Registers> one = world(seed);
      World<Long, Registers> other = world(seed);
      one.trace(once::add);
      other.trace(again::add);
      one.run();
      other.run();

      assertThat(once).as("seed %s", seed).isEqualTo(again).hasSizeGreaterThan(100);
      assertThat(one.hash()).isEqualTo(other.hash());
    }
  }

  @Test
  void watchingARunDoesNotChangeIt() {
    World<Long, Registers> watched = world(3);
    watched.trace(line -> {});
    World<Long, Registers> alone = world(3);
    watched.run();
    alone.run();

    assertThat(watched.hash()).isEqualTo(alone.hash());
  }

  @Test
  void otherSeedsGiveOtherRuns() {
    List<Long> hashes = new ArrayList<>();
    for (long seed = 1; seed <= 20; seed++) {
      World<Long, Registers> world = world(seed);
      world.run();
      hashes.add(world.hash());
    }

    assertThat(hashes).doesNotHaveDuplicates();
  }
}
