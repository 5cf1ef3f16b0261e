package dev.balsa.server.whole;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Rounds of random steps, each of one seed and from an empty store on. */
final class Rounds {
  private static final int STEPS = 100;

  /** So many shorter tails of a round that differs are tried. */
  private static final int TRIES_MAX = 40;

  /**
   * The shortest lease lives for 75 seconds. In a round that takes longer one side may have ended
   * it and the other not yet, so such a round is played again before a difference counts.
   */
  private static final long ROUND_NANOS_MAX = 60_000_000_000L;

  private static final int AGAIN_MAX = 3;

  private final Pair pair;
  private final long seed;
  private int passedOver;

  Rounds(Pair pair, long seed) {
    this.pair = pair;
    this.seed = seed;
  }

  /** What the random numbers of one round come from. */
  static long seed(long seed, int round) {
    return seed * 1_000_003 + round;
  }

  /** How many steps were not played since a known difference touches them. */
  int passedOver() {
    return passedOver;
  }

  /**
   * Plays one round, up to the first difference; returns that and the shortest steps found to lead
   * to it.
   */
  Optional<String> play(int round) throws Exception {
    for (int again = 0; again < AGAIN_MAX; again++) {
      long begun = System.nanoTime();
      Optional<Found> found = once(round);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      if (System.nanoTime() - begun < ROUND_NANOS_MAX) {
        return Optional.of(shown(round, found.get()));
      }
    }
    throw new AssertionError(
        "round %d took more than a minute %d times and differed: too slow a machine"
            .formatted(round, AGAIN_MAX));
  }

  /** A difference that the last of the steps showed, from a store at revision {@code base} on. */
  private record Found(List<Step> played, long base, Pair.Difference difference) {}

  private Optional<Found> once(int round) throws Exception {
    pair.reset();
    Theme theme = Theme.of(round, new Random(seed(seed, round)));
    theme.begin(pair.ownLeases());
    long base = pair.revision();
    List<Step> played = new ArrayList<>();
    while (played.size() < STEPS) {
      Step step = theme.next();
      played.add(step);
      if (KnownDifference.passesOver(step)) {
        passedOver++;
        continue;
      }
      try {
        theme.heard(step, pair.play(step));
      } catch (Pair.Difference difference) {
        return Optional.of(new Found(played, base, difference));
      }
    }
    return Optional.empty();
  }

  private String shown(int round, Found found) throws Exception {
    List<Step> played = found.played();
    Pair.Difference first = found.difference();
    pair.hurry();
    List<Step> shortest = shortest(played, found.base(), first);
    pair.calm();
    StringBuilder lines = new StringBuilder();
    shortest.forEach(step -> lines.append("  ").append(step.text()).append('\n'));
    return """
        seed %d, round %d, step %d: %s
        shortest tail from an empty store at revision %d that shows it:
        %sagain: -Dsidebyside.seed=%d -Dsidebyside.round=%d -Dsidebyside.requests=1
        """
        .formatted(
            seed, round, played.size(), first.getMessage(), found.base(), lines, seed, round);
  }

  /** Leaves out steps as long as the last one still differs. */
  private List<Step> shortest(List<Step> played, long base, Pair.Difference first)
      throws Exception {
    int tries = 0;
    List<Step> shortest = played;
    for (int size = 1; size < played.size() && shortest.size() == played.size(); size *= 2) {
      List<Step> tail = played.subList(played.size() - size, played.size());
      shortest = ++tries <= TRIES_MAX && differs(tail, base, first) ? tail : shortest;
    }
    for (int n = shortest.size() - 2; n >= 0 && ++tries <= TRIES_MAX; n--) {
      List<Step> fewer = new ArrayList<>(shortest);
      fewer.remove(n);
      shortest = differs(fewer, base, first) ? fewer : shortest;
    }
    return shortest;
  }

  /** Whether the last of the steps, and none before it, is answered as differently. */
  private boolean differs(List<Step> steps, long base, Pair.Difference first) throws Exception {
    pair.reset();
    long by = pair.revision() - base;
    for (int n = 0; n < steps.size(); n++) {
      Step step = steps.get(n);
      Pair.Difference difference =
          KnownDifference.passesOver(step) ? null : differs(step.later(by));
      if (difference != null) {
        return n == steps.size() - 1 && difference.kind().equals(first.kind());
      }
    }
    return false;
  }

  private Pair.@Nullable Difference differs(Step step) throws Exception {
    try {
      pair.play(step);
      return null;
    } catch (Pair.Difference difference) {
      return difference;
    }
  }
}
