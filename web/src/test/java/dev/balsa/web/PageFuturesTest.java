package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Futures side by side, storms and their score, and how entries are told apart, in a browser. */
class PageFuturesTest {
  private static final String HASH = "document.documentElement.dataset.hash";

  /** Every text in the ring with the size in which it is seen, the smallest first. */
  private static final String TEXT_SIZES =
      """
      (() => {
        const ring = document.querySelector('#ring svg');
        const scale = ring.getScreenCTM().a;
        return [...ring.querySelectorAll('text')].filter((it) => it.textContent)
          .map((it) => scale * parseFloat(getComputedStyle(it).fontSize)).sort((a, b) => a - b);
      })()
      """;

  @RegisterExtension private static final Chromium chromium = new Chromium();

  private static void press(Page page, String key) {
    page.focus("[data-k=" + key + "]");
    page.keyboard().press("Enter");
  }

  /** Two futures of one run: in A a value is written, in B all timers fire at once. */
  private static Page twoFutures(String language) {
    Page page =
        chromium.open(
            "?lang="
                + language
                + "#play&run=seed+42;nodes+3;at+27+260000000+put+1+a+b;look+60+400000000+1");
    page.waitForSelector(".line.Answered");
    page.keyboard().press("Home");
    Chromium.await(page, "document.documentElement.dataset.moment", "0");
    press(page, "align");
    page.waitForSelector("[data-k=branch-0]");
    return page;
  }

  @Test
  void twoFuturesAreNamedAndLaidSideBySideByKeyboardAlone() {
    Page page = twoFutures("en");
    assertThat(page.inputValue("[data-k=name-0]")).isEqualTo("A");
    assertThat(page.inputValue("[data-k=name-1]")).isEqualTo("B");

    page.focus("[data-k=name-0]");
    page.keyboard().press("Control+A");
    page.keyboard().type("<b>written</b>");
    page.keyboard().press("Tab");
    press(page, "beside-0");
    page.waitForSelector("#beside .log-grid");
    assertThat(page.getAttribute("[data-k=beside-0]", "aria-pressed")).isEqualTo("true");
    assertThat(page.textContent("#beside"))
        .contains("<b>written</b> beside B", "They part at 0.0 ms", "ask N1 to put a = b")
        .contains("all election timers fire at once");

    page.focus("#main");
    for (int i = 0; i < 40 && page.locator("#beside .applied").count() < 3; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    page.waitForSelector("#beside .differs");
    assertThat(page.locator("#beside button.cell").count()).isZero();
    assertThat(Axe.violations(page)).isEmpty();
    Object here = page.evaluate(HASH);
    press(page, "branch-0");
    page.waitForCondition(() -> !here.equals(page.evaluate(HASH)));
    assertThat(page.inputValue("[data-k=name-1]")).isEqualTo("<b>written</b>");
    Chromium.await(
        page, "document.querySelector('#beside h2').textContent", "B beside <b>written</b>");

    press(page, "beside-close");
    page.waitForCondition(() -> page.isHidden("#beside"));
  }

  @Test
  void aStormEndsAndItsScoreComesBackWithItsLink() {
    Page page = chromium.open("?lang=en#play&run=seed+3;nodes+5");
    page.fill("[data-k=storm-seed]", "7");
    page.fill("[data-k=storm-millis]", "1500");
    press(page, "storm");
    page.waitForSelector(".line.Settled");
    page.waitForSelector("[data-k=storm]:not([disabled])");
    String figures = page.textContent("#figures");
    assertThat(figures).contains("Score of 100", "Requests done");
    assertThat(page.locator(".line.Struck").count()).isPositive();
    Object hash = page.evaluate(HASH);

    page.click("[data-k=share]");
    page.waitForSelector("#toast:not([hidden])");
    String link = page.url();
    Page again = chromium.open(link.substring(chromium.address().length()));

    assertThat(link).contains("storm+7+1500").doesNotContain("crash");
    Chromium.await(again, HASH, hash);
    assertThat(again.textContent("#figures")).isEqualTo(figures);
  }

  @Test
  void appliedAndCommittedEntriesAreToldApartWithoutColorAndOnPaper() {
    Page page = chromium.open("?lang=en#play&run=seed+42;nodes+3;snapshots+0");
    page.focus("#main");
    for (int i = 0; i < 60 && page.locator("#matrix button.applied").count() == 0; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    String mark = "getComputedStyle(document.querySelector('%s'), '::after').content";
    assertThat(page.evaluate(mark.formatted("#matrix .cell-key.committed"))).isEqualTo("\"✓\"");
    assertThat(page.evaluate(mark.formatted("#matrix .cell-key.applied"))).isEqualTo("\"✓✓\"");
    assertThat(page.evaluate(mark.formatted("#matrix .cell.applied b"))).isEqualTo("\" ✓✓\"");
    page.click("[data-k=table]");
    page.waitForSelector("#table td:has-text('· applied')");
    List<String> labels =
        page.locator("#matrix button.applied").all().stream()
            .map(it -> it.getAttribute("aria-label"))
            .toList();
    assertThat(labels).allMatch(it -> it.endsWith(", applied"));
    assertThat(page.locator("#table td:has-text('· applied')").count()).isEqualTo(labels.size());

    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));

    assertThat(page.isVisible("#matrix .legend")).isTrue();
    assertThat(page.evaluate(mark.formatted("#matrix .cell.applied b"))).isEqualTo("\" ✓✓\"");
    assertThat(
            page.evaluate(
                "getComputedStyle(document.querySelector('#matrix .cell')).printColorAdjust"))
        .isEqualTo("exact");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 9})
  void whatStandsInTheRingCanBeReadOnASmallPhone(int nodes) {
    Page page = chromium.page(320, 640, ColorScheme.LIGHT, ReducedMotion.REDUCE);
    chromium.open(
        page, "?lang=en#play&run=seed+3;nodes+" + nodes + ";at+0+0+put+1+a+b;look+0+5000000+1");
    page.waitForSelector("#ring .client");

    List<?> sizes = (List<?>) page.evaluate(TEXT_SIZES);

    assertThat(sizes).hasSizeGreaterThan(nodes);
    assertThat(((Number) sizes.getFirst()).doubleValue()).isGreaterThanOrEqualTo(11);
    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
    assertThat(
            page.evaluate(
                """
                (() => {
                  const box = document.querySelector('#ring svg').getBoundingClientRect();
                  return [...document.querySelectorAll('#ring text')].filter((it) => it.textContent)
                    .every((it) => {
                      const { left, right } = it.getBoundingClientRect();
                      return left >= box.left - 1 && right <= box.right + 1;
                    });
                })()
                """))
        .isEqualTo(true);
  }
}
