package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which terms committed entries have. */
class CommittedTermsTest {
  private final CommittedTerms terms = new CommittedTerms();

  @Test
  void eachEntryHasTheTermItWasCommittedWith() {
    terms.add(5, 2);
    terms.add(6, 2);
    terms.add(7, 4);

    assertThat(terms.last()).isEqualTo(7);
    assertThat(terms.at(5)).isEqualTo(2);
    assertThat(terms.at(6)).isEqualTo(2);
    assertThat(terms.at(7)).isEqualTo(4);
  }

  @Test
  void whatNobodyWasSeenToCommitIsUnknown() {
    terms.add(5, 2);
    terms.add(9, 2);

    assertThat(terms.at(4)).isEqualTo(CommittedTerms.UNKNOWN);
    assertThat(terms.at(7)).isEqualTo(CommittedTerms.UNKNOWN);
    assertThat(terms.at(9)).isEqualTo(2);
    assertThat(terms.at(10)).isEqualTo(CommittedTerms.UNKNOWN);
  }

  @Test
  void whatWasCommittedFirstStays() {
    terms.add(5, 2);
    terms.add(5, 3);

    assertThat(terms.at(5)).isEqualTo(2);
  }
}
