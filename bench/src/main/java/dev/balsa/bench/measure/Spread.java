package dev.balsa.bench.measure;

import java.util.List;

/** The middle of several rounds and how far they lie apart; {@code min ≤ median ≤ max}. */
public record Spread(double median, double min, double max) {

  /**
   * Of the given rounds; the median of an even count is the mean of the middle two.
   *
   * @throws IllegalArgumentException if there is no round
   */
  public static Spread of(List<Double> rounds) {
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("no rounds to summarize");
    }
    List<Double> sorted = rounds.stream().sorted().toList();
    int size = sorted.size();
    double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }

  /** This median over that of {@code base}; not a number if both are zero. */
  public double ratioTo(Spread base) {
    return median / base.median;
  }
}
