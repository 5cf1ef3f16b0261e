package dev.balsa.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.testkit.Museum.Exhibit;
import dev.balsa.testkit.Museum.Hall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The simulator and the explorer find every bug of the museum, and none where there is none. */
class MuseumTest {
  /** Of one exhibit alone, by its id, while it is being made. */
  private static final String ONLY = System.getProperty("museum.only", "");

  @Test
  void everyExhibitIsFoundByItsJudgeWithinItsBound() throws IOException {
    List<String> missed = new ArrayList<>();
    int shown = 0;
    try (Workshop workshop = new Workshop()) {
      for (Exhibit exhibit : Museum.exhibits()) {
        if (exhibit.id().startsWith(ONLY)) {
          shown++;
          String verdict = workshop.build(exhibit).apply(exhibit.hall().name(), exhibit.within());
          System.out.println("museum: " + exhibit.id() + " after " + verdict);
          if (verdict.indexOf(' ') < 0 || !verdict.contains(exhibit.says())) {
            missed.add(exhibit.id() + " after " + verdict);
          }
        }
      }
    }

    System.out.printf(
        Locale.ROOT, "figures: museum: %d bugs, %d not caught%n", shown, missed.size());
    assertThat(missed).isEmpty();
  }

  @Test
  void soundCodePassesWhereTheExhibitsFail() throws IOException {
    TreeMap<Hall, Integer> halls = new TreeMap<>();
    Museum.exhibits().forEach(exhibit -> halls.merge(exhibit.hall(), exhibit.within(), Math::max));
    try (Workshop workshop = new Workshop()) {
      halls.forEach(
          (hall, within) ->
              assertThat(workshop.sound().apply(hall.name(), within))
                  .as(hall.name())
                  .doesNotContain(" "));
    }
  }

  @Test
  void everyExhibitNamesATextThatStandsOnceInItsSource() throws IOException {
    try (Workshop workshop = new Workshop()) {
      assertThat(Museum.exhibits().stream().filter(e -> !workshop.fits(e)).map(Exhibit::id))
          .isEmpty();
    }
  }

  @Test
  void theMuseumHasManyExhibitsOfAllFamiliesEachWithItsOwnName() {
    List<String> ids = Museum.exhibits().stream().map(Exhibit::id).toList();

    assertThat(ids).hasSizeGreaterThanOrEqualTo(45).doesNotHaveDuplicates();
    Map<String, Long> families =
        ids.stream()
            .collect(Collectors.groupingBy(id -> id.substring(0, 1), Collectors.counting()));
    assertThat(families).containsKeys("E", "C", "M", "R", "S", "N", "L");
    families.remove("J");
    assertThat(families.values()).allMatch(count -> count >= 3);
  }

  @Test
  void thePageInTheDocumentsIsCurrent() throws IOException {
    Path page;
    try (Workshop workshop = new Workshop()) {
      page = workshop.root().resolve("docs/museum.md");
    }
    if (Boolean.getBoolean("museum.rewrite")) {
      Files.writeString(page, Museum.page());
    }

    assertThat(page).hasContent(Museum.page());
  }
}
