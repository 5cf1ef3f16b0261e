package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tour as a text: for whoever has no scripts, and on paper. */
class TourToReadTest {
  @RegisterExtension private static final Chromium chromium = new Chromium();

  @ParameterizedTest
  @CsvSource({"en, en, The tour can be read", "zh, zh-CN, 文字版"})
  void withoutScriptsThePageLeadsToAllWordsOfTheTour(String language, String tag, String link) {
    Page page = chromium.withoutScripts();
    page.navigate(chromium.address());
    assertThat(page.isVisible(".scene")).isFalse();
    page.click("noscript a:has-text('" + link + "')");

    assertThat(page.getAttribute("html", "lang")).isEqualTo(tag);
    assertThat(page.locator("main h2, main li > p").allInnerTexts())
        .containsExactlyElementsOf(words(language));
  }

  /** What the tour says, in its order. */
  private static List<String> words(String language) {
    Map<String, String> texts = Pages.texts(language);
    List<String> words = new ArrayList<>();
    for (Tour.Chapter chapter : Tour.parse(Pages.text("tour.txt")).chapters()) {
      words.add(texts.get("chapter." + chapter.id()));
      for (Tour.Step step : chapter.steps()) {
        words.add(texts.get("say." + chapter.id() + "." + step.id()));
        String why = texts.get("why." + chapter.id() + "." + step.id());
        if (why != null) {
          words.add(why);
        }
      }
    }
    return words;
  }

  @ParameterizedTest
  @CsvSource({"en, LIGHT, 1280", "zh, DARK, 320"})
  void itBreaksNoRuleForAccessiblePagesAndFitsPaper(
      String language, ColorScheme scheme, int width) {
    Page page = chromium.page(width, 800, scheme, ReducedMotion.REDUCE);
    page.navigate(chromium.address() + "lang/" + language + ".html");

    assertThat(Axe.violations(page)).isEmpty();
    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
    assertThat(page.evaluate("document.documentElement.scrollWidth"))
        .isEqualTo(page.evaluate("document.documentElement.clientWidth"));
    assertThat(page.isVisible("#operate")).isTrue();
  }
}
