package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page for everybody: WCAG's rules, a keyboard alone, without motion. */
class PageAccessTest {
  private static final int TABS_MAX = 250;

  @RegisterExtension private static final Chromium chromium = new Chromium();

  private static Page page(int width, ColorScheme scheme) {
    return chromium.page(width, 860, scheme, ReducedMotion.REDUCE);
  }

  @ParameterizedTest
  @CsvSource({
    "en, LIGHT, 1280, #tour/partition/minority",
    "zh, DARK, 1280, #tour/snapshots/install",
    "zh, LIGHT, 320, #tour/members/joint",
    "en, DARK, 320, #tour/split/tie",
  })
  void theTourBreaksNoRule(String language, ColorScheme scheme, int width, String address) {
    Page page = chromium.open(page(width, scheme), "?lang=" + language + address);
    page.click("#narration summary, #narration h1");

    assertThat(Axe.violations(page)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void thePlaygroundWithAllItsPanelsBreaksNoRule(ColorScheme scheme) {
    Page page = chromium.open(page(1280, scheme), "?lang=en#play");
    for (int i = 0; i < 12; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    page.click("[data-k=diagram]");
    page.waitForSelector(".dg-message");
    page.click("[data-k=table]");
    page.waitForSelector("#table caption");
    page.keyboard().press("3");

    assertThat(Axe.violations(page)).isEmpty();
    page.keyboard().press("?");
    page.waitForSelector("#help[open]");
    assertThat(Axe.violations(page)).isEmpty();
  }

  @Test
  void theLiveViewWithoutAClusterBreaksNoRule() {
    Page page = page(1280, ColorScheme.LIGHT);
    page.navigate(chromium.address() + "?lang=en#live");
    page.waitForSelector("#live-headline p");

    assertThat(Axe.violations(page)).isEmpty();
    assertThat(chromium.takeComplaints()).allMatch(it -> it.contains("404"));
  }

  @Test
  void withReducedMotionMessagesStandStillWhileTimePasses() {
    Page page = chromium.open(page(1280, ColorScheme.LIGHT), "?lang=en#play");
    for (int i = 0; i < 4; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    page.waitForSelector(".flight");
    page.selectOption("[data-k=speed]", "0.0001");
    Object places = places(page);
    Object clock = page.evaluate("document.querySelector('.clock').textContent");
    page.focus("#main");

    page.keyboard().press(" ");
    page.waitForCondition(
        () -> !clock.equals(page.evaluate("document.querySelector('.clock').textContent")));

    assertThat(places(page)).isEqualTo(places);
  }

  private static Object places(Page page) {
    return page.evaluate(
        "document.documentElement.dataset.moment +"
            + " [...document.querySelectorAll('g.flight[transform]')].map(it =>"
            + " it.getAttribute('transform')).join()");
  }

  @ParameterizedTest
  @ValueSource(ints = {320, 390, 1280})
  void whetherPromisesAreKeptIsSeenAndSaidAtAnyWidth(int width) {
    Page page = chromium.open(page(width, ColorScheme.LIGHT), "?lang=en#play");

    assertThat(page.isVisible("#badge")).isTrue();
    page.click("#badge");

    assertThat(page.textContent("#toast")).contains("checks election safety");
  }

  @Test
  void aWholeScenarioIsPlayedByKeyboardAlone() {
    Page page = chromium.open("?lang=en#play");
    interesting(page, ".node.leader");

    tabTo(page, "c-key");
    page.keyboard().press("Control+A");
    page.keyboard().type("color");
    page.keyboard().press("Tab");
    page.keyboard().press("Control+A");
    page.keyboard().type("green");
    page.keyboard().press("Enter");
    page.waitForSelector(".line.Acted");
    leaveFields(page);
    interesting(page, ".line.Answered");

    String leader =
        String.valueOf(page.evaluate("document.querySelector('.node.leader .id').textContent"));
    page.keyboard().press(leader.substring(1));
    Chromium.await(
        page, "document.querySelector('#inspector h2').textContent", "Node " + leader.substring(1));
    tabTo(page, "do-crash");
    page.keyboard().press("Enter");
    page.waitForSelector(".node.down");
    interesting(page, ".node.leader");

    tabTo(page, "do-restart");
    page.keyboard().press("Enter");
    page.waitForCondition(() -> page.locator(".node.down").count() == 0);
    tabTo(page, "group-4");
    page.keyboard().press(" ");
    tabTo(page, "split");
    page.keyboard().press("Enter");
    page.waitForSelector(".link.cut");
    tabTo(page, "heal");
    page.keyboard().press("Enter");
    page.waitForCondition(() -> page.locator(".link.cut").count() == 0);

    leaveFields(page);
    Chromium.step(page, ".");
    Object hash = page.evaluate("document.documentElement.dataset.hash");
    Chromium.step(page, ",");
    Chromium.step(page, ".");
    assertThat(page.evaluate("document.documentElement.dataset.hash")).isEqualTo(hash);
    page.keyboard().press("Home");
    Chromium.await(page, "document.documentElement.dataset.moment", "0");
  }

  /** Goes from one thing of interest to the next until there is what a selector names. */
  private static void interesting(Page page, String selector) {
    for (int i = 0; i < 120 && page.locator(selector).count() == 0; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    assertThat(page.locator(selector).count()).as(selector).isPositive();
  }

  private static void tabTo(Page page, String key) {
    for (int i = 0; i < TABS_MAX; i++) {
      page.keyboard().press("Tab");
      if (key.equals(page.evaluate("document.activeElement.dataset.k || ''"))) {
        return;
      }
    }
    throw new AssertionError("no number of tabs leads to " + key);
  }

  /** Keys that are shortcuts are letters in a field: goes on to the next button. */
  private static void leaveFields(Page page) {
    tabTo(page, "step");
  }
}
