package dev.balsa.web;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Looks for what in a page breaks a rule of WCAG 2.2, levels A and AA, by axe-core. */
final class Axe {
  private static final String RUN =
      """
      () => axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
        resultTypes: ['violations'],
      }).then(found => found.violations.flatMap(it =>
        it.nodes.map(node => it.id + ': ' + node.target.join(' ') + ' ' + node.failureSummary)).join('\\n\\n'))
      """;

  private Axe() {}

  /** What is wrong, each with the rule and the element; empty if nothing is. */
  static List<String> violations(Page page) {
    page.evaluate(script());
    String found = String.valueOf(page.evaluate(RUN));
    return Stream.of(found.split("\n\n", -1)).filter(it -> !it.isEmpty()).toList();
  }

  private static String script() {
    try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
      if (in == null) {
        throw new IllegalStateException("axe.min.js is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
