package dev.balsa.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.testkit.Museum.Exhibit;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The simulator and the explorer find every bug of the museum. */
class MuseumTest {
  @Test
  void everyExhibitIsFoundByItsJudgeWithinItsBound() throws IOException {
    List<String> missed = new ArrayList<>();
    String only = System.getProperty("only", "");
    try (Workshop workshop = new Workshop()) {
      for (Exhibit exhibit : Museum.exhibits()) {
        if (!exhibit.id().matches(only + ".*")) continue;
        long begun = System.nanoTime();
        String verdict;
        try { verdict = workshop.build(exhibit).apply(exhibit.hall().name(), exhibit.within()); } catch (AssertionError e) { verdict = e.getMessage(); }
        long ms = (System.nanoTime() - begun) / 1_000_000;
        System.out.println("museum: %s %s after %s (%d ms)".formatted(exhibit.id(), exhibit.hall(), verdict, ms));
        if (verdict.indexOf(' ') < 0 || !verdict.contains(exhibit.says())) {
          missed.add(exhibit.id() + ": " + verdict);
        }
      }
    }

    assertThat(missed).isEmpty();
  }
}
