package dev.balsa.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SightingTest {
  @Test
  void whatAMemberSaysIsReadBack() {
    Sighting sighting =
        new Sighting(
            17, 3, 1_700_000_000_000L, "{\"id\":\"a1\"}", List.of("{\"x\":1}", "{\"x\":2}"));

    assertThat(Sighting.parse(sighting.text())).hasValue(sighting);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "balsa-live 1 17 3 5\n{}\n",
        "balsa-live 2 17 3\n{}\n",
        "balsa-live 2 99999999999999999999 3 5\n{}\n",
        "balsa-live 2 17 3 5\n"
      })
  void anythingElseIsNothing(String text) {
    assertThat(Sighting.parse(text)).isEmpty();
  }
}
