package dev.balsa.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What the rounds of a side-by-side run measured, by peer and load. Not thread-safe.
 *
 * @param <P> what is compared
 * @param <L> what it is put under
 * @param <M> what one turn measures
 */
public final class Results<P, L, M> {
  private final List<Result<P, L, M>> results = new ArrayList<>();

  public void add(P peer, L load, M measured) {
    results.add(new Result<>(peer, load, measured));
  }

  /**
   * One figure over all rounds.
   *
   * @throws IllegalArgumentException if that peer had no round under that load
   */
  public Spread spread(P peer, L load, ToDoubleFunction<? super M> figure) {
    return Spread.of(
        results.stream()
            .filter(result -> result.peer.equals(peer) && result.load.equals(load))
            .map(result -> figure.applyAsDouble(result.measured))
            .toList());
  }

  /** The median of one figure over all rounds, for a cell. */
  public String median(P peer, L load, ToDoubleFunction<? super M> figure) {
    return Table.number(spread(peer, load, figure).median());
  }

  /** The peers in the order of one round; each goes first in turn. */
  public static <P> List<P> order(List<P> peers, int round) {
    List<P> order = new ArrayList<>();
    for (int i = 0; i < peers.size(); i++) {
      order.add(peers.get((i + round) % peers.size()));
    }
    return order;
  }

  private record Result<P, L, M>(P peer, L load, M measured) {}
}
