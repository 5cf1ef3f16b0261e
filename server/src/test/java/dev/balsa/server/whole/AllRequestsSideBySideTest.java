package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member answers every request of the API as a real etcd does: the same ones in every build, so
 * that a rare difference does not come and go with the commit. Other and more ones by {@code
 * -Dsidebyside.seed=7 -Dsidebyside.requests=200000}; from a round on, by {@code
 * -Dsidebyside.round=12}.
 */
class AllRequestsSideBySideTest {
  private static final long SEED = Long.getLong("sidebyside.seed", 20_261_122);
  private static final int REQUESTS = Integer.getInteger("sidebyside.requests", 20_000);
  private static final int FIRST_ROUND = Integer.getInteger("sidebyside.round", 0);

  /** After so many, no more is looked for. */
  private static final int DIFFERENCES_MAX = Integer.getInteger("sidebyside.differences", 3);

  @Test
  void randomRequestsOfEveryKindGetTheSameAnswers(@TempDir Path folder) throws Exception {
    try (TwoServers servers = TwoServers.start(folder)) {
      Pair pair = servers.pair();
      Rounds rounds = new Rounds(pair, SEED);

      List<String> differences = new ArrayList<>();
      int round = FIRST_ROUND;
      while (pair.asked() < REQUESTS && differences.size() < DIFFERENCES_MAX) {
        rounds.play(round++).ifPresent(differences::add);
      }

      assertThat(differences).isEmpty();
      assertThat(pair.asked()).isGreaterThanOrEqualTo(REQUESTS);
      System.out.printf(
          "figures: side by side with etcd: seed %d, %,d requests of all kinds, %,d passed over for"
              + " %d known differences, 0 others%n",
          SEED, pair.asked(), rounds.passedOver(), KnownDifference.values().length);
    }
  }

  @Test
  void aSeedAndARoundSayWhatIsAsked() {
    for (int round = 0; round < 8; round++) {
      List<String> first = asked(round, 7);

      assertThat(asked(round, 7)).as("round %d", round).isEqualTo(first);
      assertThat(asked(round, 8)).as("round %d", round).isNotEqualTo(first);
    }
  }

  private static List<String> asked(int round, long seed) {
    Theme theme = Theme.of(round, new Random(Rounds.seed(seed, round)));
    theme.begin(0);
    List<String> steps = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      Step step = theme.next();
      steps.add(step.text());
      theme.heard(step, new Answer("", n, null));
    }
    return steps;
  }
}
