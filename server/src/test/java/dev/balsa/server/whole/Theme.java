package dev.balsa.server.whole;

import java.util.Random;

/** What a round of random steps is mostly about. The same random numbers make the same steps. */
interface Theme {
  /** The next step. */
  Step next();

  /** The servers have chosen the ids of so many leases before. */
  default void begin(int leases) {}

  /** What the server that sets the measure said to a step. */
  default void heard(Step step, Answer answer) {}

  /** The theme of a round. */
  static Theme of(int round, Random random) {
    return switch (round % 8) {
      case 1 -> new WatchTheme(random);
      case 3 -> new UpkeepTheme(random);
      case 5 -> new ContestTheme(random);
      case 2, 6 -> new UserTheme(random);
      default -> new KeyTheme(random);
    };
  }
}
