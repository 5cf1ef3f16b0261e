package dev.balsa.web;

import com.microsoft.playwright.Page;
import java.util.List;

/** Words in Latin letters that a Chinese page may have: names, keys, commands and their words. */
final class Terms {
  private Terms() {}

  /** Those words. */
  static List<String> latin() {
    return List.of(Tools.script("latin.txt").trim().split("\\s+"));
  }

  /** Latin words that a page shows or tells a screen reader, quotations aside, each with where. */
  static List<String> foreign(Page page) {
    return Tools.found(page.evaluate(Tools.script("foreign.js"), latin()));
  }
}
