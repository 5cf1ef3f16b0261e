package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A sentence keeps its gaps apart from what stands in them, and reads as a whole. */
class SentenceTest {
  @Test
  void valuesStandInTheGapsInTheirOrder() {
    Sentence sentence = Sentence.of("%s holds node %s, not %s", "the directory", 3, null);

    assertThat(sentence.text()).isEqualTo("%s holds node %s, not %s");
    assertThat(sentence.values()).containsExactly("the directory", "3", "null");
    assertThat(sentence).hasToString("the directory holds node 3, not null");
  }

  @Test
  void aValueThatLooksLikeAGapIsNone() {
    assertThat(Sentence.of("%s and %s.", "%s", "b")).hasToString("%s and b.");
  }

  @Test
  void whatIsTooMuchOrTooLittleLeavesTheRestAsItIs() {
    assertThat(new Sentence("no gap", List.of("x"))).hasToString("no gap");
    assertThat(new Sentence("%s of %s", List.of("1"))).hasToString("1 of %s");
  }
}
