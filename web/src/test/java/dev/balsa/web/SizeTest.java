package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** The page stays small. */
class SizeTest {
  private static final int PAGE_BYTES_MAX = 500_000; // all files, compressed
  private static final int SCRIPT_LINES_MAX = 400;

  @Test
  void thePageIsSmall() throws IOException {
    long bytes = 0;
    assertThat(Tools.module()).exists();
    for (Path file : files(Tools.FOLDER)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(Files.readAllBytes(file));
      }
      bytes += out.size();
    }
    System.out.println("the page has " + bytes + " bytes, compressed");

    assertThat(bytes).isBetween(50_000L, (long) PAGE_BYTES_MAX);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void noScriptIsLong() {
    for (String script : Pages.SCRIPTS) {
      assertThat(Pages.text(script).lines().count()).as(script).isLessThan(SCRIPT_LINES_MAX);
    }
  }
}
