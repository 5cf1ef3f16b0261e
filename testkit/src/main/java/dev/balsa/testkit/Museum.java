package dev.balsa.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Bugs that other systems had, each as a small change that would put it into this one, and what
 * must find it. Nothing here can switch a bug on: the changes are text, which only a test applies,
 * to copies of the sources that it compiles for itself.
 */
public final class Museum {
  private static final String EXHIBITS = "museum.txt";
  private static final String BEGIN = "=== ";
  private static final String WANTED = "--- is";
  private static final String INSTEAD = "--- was";

  private Museum() {}

  /** Where an exhibit must be found. */
  public enum Hall {
    /** Seeds of worlds on memory disks. */
    MEMORY("seeds, memory disks"),
    /** Seeds of worlds of whole nodes: the real log and codecs. */
    WHOLE("seeds, whole nodes"),
    /** States around elections. */
    ELECTIONS("states, elections"),
    /** States around logs that differ. */
    LOGS("states, logs"),
    /** States around reads. */
    READS("states, reads"),
    /** States around writes that are under way. */
    DISKS("states, disks"),
    /** States around removals of voters. */
    MEMBERS("states, members"),
    /** Seeds run twice, whose traces must be the same. */
    TWICE("seeds, each run twice");

    private final String unit;

    Hall(String unit) {
      this.unit = unit;
    }
  }

  /**
   * A bug.
   *
   * @param id the family's letter and a number, as in {@code E2}; letters tell variants apart
   * @param bug what is wrong
   * @param source where it was a bug, or which rule it breaks
   * @param breaks what comes of it
   * @param hall where it is found
   * @param says a part of what the judge that finds it says
   * @param within how many seeds or states may be needed, at most
   * @param file the source file, from the repository's root
   * @param wanted the text to replace, which stands in the file once
   * @param instead what to put in its place
   */
  public record Exhibit(
      String id,
      String bug,
      String source,
      String breaks,
      Hall hall,
      String says,
      int within,
      String file,
      String wanted,
      String instead) {

    private String row() {
      return String.format(
          Locale.ROOT,
          "| %s | %s | %s | %s | %s | %,d %s |\n",
          id,
          bug,
          source,
          breaks,
          says,
          within,
          hall.unit);
    }
  }

  /** All exhibits, by family. */
  public static List<Exhibit> exhibits() {
    List<Exhibit> exhibits = new ArrayList<>();
    for (String block : text().split("(?m)^" + BEGIN, -1)) {
      if (!block.isBlank() && !block.startsWith("#")) {
        exhibits.add(exhibit(block));
      }
    }
    return exhibits;
  }

  private static Exhibit exhibit(String block) {
    int wanted = block.indexOf(WANTED + "\n");
    int instead = block.indexOf(INSTEAD + "\n");
    String head = block.substring(0, wanted);
    return new Exhibit(
        head.substring(0, head.indexOf('\n')),
        field(head, "bug"),
        field(head, "source"),
        field(head, "breaks"),
        Hall.valueOf(field(head, "hall").toUpperCase(Locale.ROOT)),
        field(head, "says"),
        Integer.parseInt(field(head, "within")),
        field(head, "file"),
        block.substring(wanted + WANTED.length() + 1, instead).strip(),
        block.substring(instead + INSTEAD.length() + 1).strip());
  }

  private static String field(String head, String name) {
    String[] parts = head.split("(?m)^" + name + ":", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("an exhibit has no '" + name + "', or two:\n" + head);
    }
    return parts[1].substring(0, parts[1].indexOf('\n')).strip();
  }

  private static String text() {
    try (InputStream in = Museum.class.getResourceAsStream(EXHIBITS)) {
      if (in == null) {
        throw new IllegalStateException("resource " + EXHIBITS + " is missing from the testkit");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The exhibits as a page in Markdown: what the museum is, and {@link #table()}. */
  public static String page() {
    return """
        # Bug museum

        Bugs that other systems had, put into this one by a test, which requires that the simulator or
        the explorer finds each within the seeds or states of the last column. The shipped code knows
        nothing of them: an exhibit is a text to replace in a source, kept in
        `testkit/src/main/resources`. `MuseumTest` runs them all and keeps this page current
        (`-Dmuseum.rewrite` writes it anew); `./balsa sim museum` prints the table. Why it is done so:
        [adr/2026-11-22-museum-as-text.md](adr/2026-11-22-museum-as-text.md). Most can be watched on the page, under
        "Break it on purpose": [adr/2026-11-23-museum-on-the-page.md](adr/2026-11-23-museum-on-the-page.md).

        """
        + table();
  }

  /** The exhibits as a table in Markdown. */
  public static String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        "| | Bug | Known from | What it breaks | The judge that finds it says | Within |\n");
    table.append("|---|---|---|---|---|---|\n");
    exhibits().forEach(exhibit -> table.append(exhibit.row()));
    return table.toString();
  }
}
