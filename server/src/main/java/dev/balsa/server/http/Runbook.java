package dev.balsa.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * {@code docs/operations.md} of this build as a page, so that an alarm can lead to what to do about
 * it and nobody else need be asked. Links to files that no member serves are left as words.
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

  private static final List<Extension> MARKDOWN =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(MARKDOWN).build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder()
          .extensions(MARKDOWN)
          .escapeHtml(true)
          .attributeProviderFactory(context -> Runbook::scrollByKeys)
          .build();

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
    Node document = PARSER.parse(markdown);
    document.accept(new WordsOfForeignLinks());
    String html =
        RENDERER
            .render(document)
            .replace(
                "<table", "<div class=\"table-box\" tabindex=\"0\"><table class=\"live-table\"")
            .replace("</table>", "</table></div>");
    return HEAD + html + "</main>\n";
  }

  private static void scrollByKeys(Node node, String tag, Map<String, String> attributes) {
    if (tag.equals("pre")) {
      attributes.put("tabindex", "0");
    }
  }

  /** Leaves of links to other files, which are not served, their words. */
  private static final class WordsOfForeignLinks extends AbstractVisitor {
    @Override
    public void visit(Link link) {
      if (!link.getDestination().startsWith("#")) {
        while (link.getFirstChild() != null) {
          link.insertBefore(link.getFirstChild());
        }
        link.unlink();
      }
    }
  }
}
