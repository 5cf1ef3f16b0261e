package dev.balsa.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
  @Test
  void spreadIsOfThatPeerAndLoadOnly() {
    Results<String, Integer, Double> results = new Results<>();
    results.add("ours", 1, 10.0);
    results.add("ours", 64, 500.0);
    results.add("theirs", 1, 7.0);
    results.add("ours", 1, 30.0);

    assertThat(results.spread("ours", 1, measured -> measured)).isEqualTo(new Spread(20, 10, 30));
  }

  @Test
  void peerWithoutRoundsHasNoSpread() {
    Results<String, Integer, Double> results = new Results<>();

    assertThatThrownBy(() -> results.spread("ours", 1, measured -> measured))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyPeerGoesFirstInTurn() {
    List<String> peers = List.of("a", "b", "c");

    assertThat(Results.order(peers, 0)).containsExactly("a", "b", "c");
    assertThat(Results.order(peers, 1)).containsExactly("b", "c", "a");
    assertThat(Results.order(peers, 5)).containsExactly("c", "a", "b");
  }
}
