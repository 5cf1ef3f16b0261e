package dev.balsa.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code docs/operations.md} of this build as a page, so that an alarm can lead to what to do about
 * it and nobody else need be asked. Knows what that file uses of Markdown: headings, paragraphs,
 * tables, code, bold words, and links, of which those to other files are left as words.
 */
public final class Runbook implements HttpRoutes.Endpoint {
  /** Where it stands; a section's fragment is its heading as GitHub makes it. */
  public static final String PATH = PageFiles.PREFIX + "operations.html";

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en" data-theme="auto">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Balsa: operations</title>
      <link rel="icon" href="icon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="style.css">
      <main class="words card">
      """;

  private static final String FENCE = "```";

  /** A fenced block, which may have empty lines in it, or lines up to an empty one. */
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^" + FENCE + "\\w*\n.*?^" + FENCE + "$|(?:^(?!" + FENCE + ").+?$\n?)+");

  private static final Pattern HEADING = Pattern.compile("(#+) (.+)");

  /** The page of this build. */
  public Runbook() {}

  @Override
  public CompletableFuture<HttpAnswer> answer(HttpQuery query) {
    try (InputStream in = Runbook.class.getResourceAsStream("operations.md")) {
      return CompletableFuture.completedFuture(
          in == null
              ? HttpAnswer.text(404, "this build is without its page for operators")
              : PageFiles.page(page(new String(in.readAllBytes(), UTF_8)).getBytes(UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("the page for operators cannot be read", e);
    }
  }

  /** The page that {@code markdown} makes. */
  static String page(String markdown) {
    return BLOCK
        .matcher(markdown)
        .results()
        .map(it -> block(it.group().strip()))
        .collect(Collectors.joining("\n", HEAD, "\n</main>\n"));
  }

  private static String block(String text) {
    if (text.startsWith(FENCE)) {
      String code = text.substring(text.indexOf('\n') + 1, text.lastIndexOf('\n'));
      return "<pre tabindex=\"0\">" + escaped(code) + "</pre>";
    }
    var heading = HEADING.matcher(text);
    if (heading.matches()) {
      String level = "h" + heading.group(1).length();
      return "<%s id=\"%s\">%s</%s>"
          .formatted(level, fragment(heading.group(2)), words(heading.group(2)), level);
    }
    return text.startsWith("|") ? table(text) : "<p>" + words(text) + "</p>";
  }

  private static String table(String text) {
    String rows =
        text.lines()
            .filter(it -> !it.matches("[|:-]+"))
            .map(it -> "<tr><td>" + words(it.substring(2, it.length() - 2)) + "</td></tr>")
            .map(it -> it.replace(" | ", "</td><td>"))
            .collect(Collectors.joining("\n"));
    return "<div class=\"table-box\" tabindex=\"0\"><table class=\"live-table\"><tbody>"
        + rows
        + "</tbody></table></div>";
  }

  /** The fragment by which a heading is found. */
  private static String fragment(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
  }

  private static String words(String text) {
    return escaped(text)
        .replaceAll("`([^`]+)`", "<code>$1</code>")
        .replaceAll("\\*\\*(.+?)\\*\\*", "<strong>$1</strong>")
        .replaceAll("\\[([^\\]]+)]\\((#[^)]+)\\)", "<a href=\"$2\">$1</a>")
        .replaceAll("\\[([^\\]]+)]\\([^)]+\\)", "$1");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
