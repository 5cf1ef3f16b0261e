package dev.balsa.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {
  @ParameterizedTest
  @CsvSource({"10h, PT10H", "30m, PT30M", "1h30m, PT1H30M", "10, PT10H", "1.5h, PT1H30M"})
  void aTimeIsADurationOrHours(String amount, Duration time) {
    assertThat(Retention.parse("periodic", amount)).isEqualTo(new Retention.Period(time));
  }

  @Test
  void revisionsAreANumber() {
    assertThat(Retention.parse("revision", "1000")).isEqualTo(new Retention.Revisions(1000));
  }

  @ParameterizedTest
  @CsvSource({"periodic, 0", "periodic, 0s", "revision, 0"})
  void nothingToKeepMeansEverything(String mode, String amount) {
    assertThat(Retention.parse(mode, amount)).isEqualTo(Retention.EVERYTHING);
  }

  @ParameterizedTest
  @CsvSource({"periodic, -1", "periodic, soon", "periodic, ''", "revision, 10h", "revision, -5"})
  void anythingElseIsRefused(String mode, String amount) {
    assertThatThrownBy(() -> Retention.parse(mode, amount))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("--auto-compaction-retention '" + amount + "' cannot be used; ");
  }

  @Test
  void anUnknownModeIsRefused() {
    assertThatThrownBy(() -> Retention.parse("daily", "1"))
        .hasMessage("--auto-compaction-mode 'daily' is unknown; say periodic or revision");
  }
}
