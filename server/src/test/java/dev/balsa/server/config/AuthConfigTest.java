package dev.balsa.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthConfigTest {
  @Test
  void theDefaultsAreEtcds() {
    assertThat(AuthConfig.DEFAULT).isEqualTo(new AuthConfig("simple", 10, Duration.ofMinutes(5)));
  }

  @ParameterizedTest
  @CsvSource({
    "opaque, 10, 300, --auth-token 'opaque' is unknown",
    "'simple,ttl=5', 10, 300, --auth-token 'simple",
    "'', 10, 300, --auth-token '' is unknown",
    "simple, 3, 300, --bcrypt-cost 3 is not between 4 and 31",
    "simple, 32, 300, --bcrypt-cost 32 is not between 4 and 31",
    "simple, 10, 0, --auth-token-ttl 0 must be at least 1 second"
  })
  void badValuesAreRefusedByName(String token, int cost, long ttl, String message) {
    assertThatThrownBy(() -> new AuthConfig(token, cost, Duration.ofSeconds(ttl)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
