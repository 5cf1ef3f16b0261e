package dev.balsa.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Break it on purpose", in a real browser, by keys alone. */
class PageBugTest {
  private static final String HASH = "document.documentElement.dataset.hash";
  private static final String BADGE = "document.getElementById('badge').className";

  @RegisterExtension private static final Chromium chromium = new Chromium();

  @Test
  void aBugIsSwitchedOnWhereOneIsAndOffAgain() {
    Page page = chromium.open("?lang=en#play&run=seed+1;nodes+3;pre-vote+off");
    page.waitForSelector("[data-k=bug-C9]");

    press(page, "bug-C9");
    press(page, "bug-here-C9");
    page.waitForSelector(".bug-on");
    stepUntilItBreaks(page);

    assertThat(page.textContent(".bug-on")).contains("C9", "majority");
    Object broken = page.evaluate(HASH);
    Chromium.step(page, ",");
    Chromium.step(page, ".");
    assertThat(page.evaluate(HASH)).isEqualTo(broken);
    press(page, "bug-off");
    Chromium.await(page, BADGE, "badge ok");
    assertThat(page.evaluate(HASH)).isNotEqualTo(broken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void aBugIsShownWhereItBreaksAPromiseAndItsRunIsSoundWithoutIt(String language) {
    Map<String, String> texts = Pages.texts(language);
    Page page = chromium.open("?lang=" + language + "#play");
    page.waitForSelector("[data-k=bug-E9]");
    assertThat(page.textContent(".bugs")).contains(texts.get("bugs.about"), texts.get("bug.E9"));

    press(page, "bug-E9");
    press(page, "bug-show-E9");
    Chromium.await(page, BADGE, "badge bad");

    assertThat(page.textContent(".bug-on")).contains("E9", texts.get("bug.E9"), promise(language));
    assertThat(page.locator(".feed .line.Broken").count()).isEqualTo(1);
    assertThat(page.getAttribute("[data-k=bug-source-E9]", "href")).contains("openraft");
    page.evaluate("scrollTo(0, 0)"); // where nothing is half behind the bar
    assertThat(Axe.violations(page)).isEmpty();
    press(page, "bug-off");
    Chromium.await(page, BADGE, "badge ok");
    page.waitForSelector(
        ".bug-on", new Page.WaitForSelectorOptions().setState(WaitForSelectorState.DETACHED));
    press(page, "bug-begin-E9");
    Chromium.await(page, "document.documentElement.dataset.moment", "0");
    stepUntilItBreaks(page);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void theSmallestRunThatBreaksAPromiseIsFoundAndIsAnotherFuture(String language) {
    Map<String, String> texts = Pages.texts(language);
    String storm = "seed 15;nodes 3;pre-vote off;bug E11;at 0 0 storm 15 3000;look 1000000 0 1";
    Page page = chromium.open("?lang=" + language + "#play&run=" + storm.replace(' ', '+'));
    Chromium.await(page, BADGE, "badge bad");
    assertThat(page.textContent("[data-k=shrink]")).isEqualTo(texts.get("do.shrink"));

    press(page, "shrink");
    page.waitForSelector("[data-k=branch-0]");

    page.waitForSelector("#toast:not([hidden])");
    assertThat(page.textContent("#toast"))
        .isEqualTo(
            requireNonNull(texts.get("shrink.done")).replace("{n}", "1").replace("{name}", "B"));
    assertThat(page.getAttribute("#badge", "class")).isEqualTo("badge bad");
    assertThat(page.locator(".feed .line.Acted").count()).isEqualTo(1);
    assertThat(page.locator(".feed .line.Struck").count()).isZero();
    assertThat(page.inputValue("[data-k=name-0]")).isEqualTo("A");
    assertThat(Axe.violations(page)).isEmpty();
    press(page, "branch-0");
    Chromium.await(page, "document.querySelector('[data-k=name-0]').value", "B");
    assertThat(page.getAttribute("#badge", "class")).isEqualTo("badge bad");
  }

  private static void stepUntilItBreaks(Page page) {
    for (int i = 0; i < 20 && !"badge bad".equals(page.evaluate(BADGE)); i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    assertThat(page.evaluate(BADGE)).isEqualTo("badge bad");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void theTourLeadsToTheRunInWhichARuleIsMissing(String language) {
    Map<String, String> texts = Pages.texts(language);
    Page page = chromium.open("?lang=" + language + "#tour/figure8/withhold");
    page.waitForSelector("[data-k=bug]");
    assertThat(page.textContent("[data-k=bug]"))
        .isEqualTo(requireNonNull(texts.get("tour.bug")).replace("{name}", "C1"));

    press(page, "bug");
    Chromium.await(page, BADGE, "badge bad");

    assertThat(page.evaluate("location.hash")).isEqualTo("#play&bug=C1");
    page.waitForSelector(".bug-on");
    assertThat(page.textContent(".bug-on")).contains("C1", texts.get("bug.C1"));
    page.goBack();
    Chromium.await(
        page,
        "document.querySelector('.say').textContent",
        requireNonNull(texts.get("say.figure8.withhold")));
    Chromium.await(page, BADGE, "badge ok");
  }

  private static String promise(String language) {
    return language.equals("en") ? "term 1 is led by N2 and N3" : "任期 1 由 N2 和 N3 同时领导";
  }

  private static void press(Page page, String key) {
    page.focus("[data-k=" + key + "]");
    page.keyboard().press("Enter");
  }
}
