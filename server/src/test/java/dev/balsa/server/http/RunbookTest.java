package dev.balsa.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What operators read is what {@code docs/operations.md} says, and each alarm leads into it. */
class RunbookTest {
  private static final Path ALARMS =
      Path.of("../web/src/main/resources/dev/balsa/web/ui/alarms.js");

  private static String operations() throws IOException {
    return Runbook.page(Files.readString(Path.of("../docs/operations.md")));
  }

  @Test
  void markdownBecomesAPageAndNothingInItMarkup() {
    String page =
        Runbook.page(
            """
            # A & B

            First `<x>` and **bold**,
            see [below](#the-end) or [the rest](../README.md#tls).

            ```sh
            cat <FILE

            echo **
            ```

            | a | b |
            |---|---|
            | `c` | d |

            ## The end: 1/2
            """);

    assertThat(page)
        .contains(
            "<h1 id=\"a--b\">A &amp; B</h1>",
            "<p>First <code>&lt;x&gt;</code> and <strong>bold</strong>,\n"
                + "see <a href=\"#the-end\">below</a> or the rest.</p>",
            "<pre tabindex=\"0\"><code class=\"language-sh\">cat &lt;FILE\n\necho **\n</code></pre>",
            "<div class=\"table-box\" tabindex=\"0\"><table class=\"live-table\">",
            "<th>a</th>",
            "<td><code>c</code></td>",
            "<h2 id=\"the-end-12\">The end: 1/2</h2>");
  }

  @Test
  void theWholePageForOperatorsIsThere() throws IOException {
    String page = operations();

    assertThat(page)
        .contains(
            "<h1 id=\"operations\">Operations</h1>",
            "<h3 id=\"nospace\">NOSPACE</h3>\n<p>",
            "balsa ctl alarm disarm")
        .doesNotContain("```", "**", "\n#", "<p>|");
  }

  @Test
  void everyAlarmsSectionIsThere() throws IOException {
    String alarms = Files.readString(ALARMS);
    String sections = alarms.substring(alarms.indexOf("RUNBOOK = {"), alarms.indexOf("};"));
    List<String> named =
        Pattern.compile(": '([a-z-]+)'")
            .matcher(sections)
            .results()
            .map(it -> it.group(1))
            .toList();

    String page = operations();

    assertThat(named).hasSizeGreaterThan(20);
    assertThat(named).allSatisfy(it -> assertThat(page).contains(" id=\"" + it + "\""));
  }
}
