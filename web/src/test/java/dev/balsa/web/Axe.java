package dev.balsa.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** Looks for what in a page breaks a rule of WCAG 2.2, levels A and AA, by axe-core. */
final class Axe {
  private Axe() {}

  /** What is wrong, each with the rule and the element; empty if nothing is. */
  static List<String> violations(Page page) {
    try (InputStream rules = Objects.requireNonNull(Axe.class.getResourceAsStream("/axe.min.js"))) {
      page.evaluate(new String(rules.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Tools.found(page.evaluate(Tools.script("violations.js")));
  }
}
