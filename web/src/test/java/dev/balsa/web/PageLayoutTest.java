package dev.balsa.web;

import static com.microsoft.playwright.options.WaitForSelectorState.HIDDEN;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Contrast;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page with large text, long words, small screens, fingers and colors of the reader's own. */
class PageLayoutTest {
  private static final String TOUR = "#tour/partition/minority";
  private static final String PLAY = "#play";
  private static final int TOUCHED_MIN = 44;
  private static final int POINTED_MIN = 24;
  private static final Pattern TEXT = Pattern.compile("\": \"(.*)\"");

  @RegisterExtension private static final Chromium chromium = new Chromium();

  private static Page window(int width, int height) {
    return chromium.page(width, height, ColorScheme.LIGHT, ReducedMotion.REDUCE);
  }

  /** Nothing is wider than the window, nor cut off at the end of the bar, which stands still. */
  private static void assertFits(Page page) {
    for (String part : List.of("documentElement", "getElementById('bar')")) {
      assertThat(page.evaluate("document." + part + ".scrollWidth"))
          .as(part)
          .isEqualTo(page.evaluate("document." + part + ".clientWidth"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {320, 768, 900, 1280})
  void theBarIsWholeAtAnyWidth(int width) {
    assertFits(chromium.open(window(width, 900), "?lang=en" + TOUR));
  }

  @ParameterizedTest
  @CsvSource({TOUR + ", 640", PLAY + ", 640", TOUR + ", 1280", PLAY + ", 1280"})
  void textOfTwiceTheSizeFits(String view, int width) {
    Page page = chromium.open(window(width, 900), "?lang=en" + view);

    page.evaluate("document.documentElement.style.fontSize = '200%'");

    assertFits(page);
  }

  @ParameterizedTest
  @CsvSource({TOUR + ", 320", PLAY + ", 320", TOUR + ", 1280", PLAY + ", 1280"})
  void aLanguageWhoseWordsAreLongerByFourTenthsFits(String view, int width) {
    Page page = window(width, 900);
    page.route("**/lang/en.json", PageLayoutTest::answerLonger);
    chromium.open(page, "?lang=en" + view);

    assertThat(page.textContent("#go-play")).isEqualTo("Playgroundöööö");
    assertFits(page);
  }

  private static void answerLonger(Route route) {
    String longer =
        TEXT.matcher(Pages.text("lang/en.json"))
            .replaceAll(
                it ->
                    "\": \"$1"
                        + "ö"
                            .repeat((int) Math.ceil(it.group(1).length() * 0.4))
                            .replaceAll("(ö{8})(?=ö)", "$1 ")
                        + "\"");
    route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody(longer));
  }

  @ParameterizedTest
  @CsvSource({TOUR + ", 390, 844", PLAY + ", 390, 844", TOUR + ", 844, 390", PLAY + ", 844, 390"})
  void aTelephoneUprightOrNotHasRoomForThePictureAndForFingers(String view, int width, int height) {
    Page page = chromium.open(chromium.telephone(width, height), "?lang=en" + view);

    assertFits(page);
    assertThat(small(page, TOUCHED_MIN)).isEmpty();
    page.evaluate("window.scrollTo(0, 400)");
    assertThat(
            (Boolean)
                page.evaluate(
                    "document.querySelector('#bar').getBoundingClientRect().height + Math.max(0,"
                        + " document.querySelector('.top').getBoundingClientRect().bottom) <="
                        + " innerHeight / 2"))
        .isTrue();
  }

  @Test
  void onATelephoneWhatIsChosenStandsAboveTheBarUntilItIsClosed() {
    Page page = chromium.open(chromium.telephone(390, 844), "?lang=en" + TOUR);
    assertThat(page.isVisible("#inspector")).isFalse();

    page.tap(".node >> nth=1");
    page.waitForSelector("#inspector");
    assertThat(page.textContent("#inspector h2")).isEqualTo("Node 2");
    BoundingBox sheet = requireNonNull(page.locator("#inspector").boundingBox());
    BoundingBox bar = requireNonNull(page.locator("#bar").boundingBox());
    assertThat(sheet.y + sheet.height).isLessThanOrEqualTo(bar.y + 1);
    assertThat(sheet.height).isLessThan(844 / 2.0);
    assertThat(Axe.violations(page)).isEmpty();
    page.tap("[data-k=inspector-close]");

    page.waitForSelector("#inspector", new Page.WaitForSelectorOptions().setState(HIDDEN));
  }

  @ParameterizedTest
  @ValueSource(strings = {TOUR, PLAY})
  void whatAPointerPressesIsLargeEnough(String view) {
    assertThat(small(chromium.open(window(1280, 900), "?lang=en" + view), POINTED_MIN)).isEmpty();
  }

  private static List<String> small(Page page, int least) {
    return Tools.found(page.evaluate(Tools.script("small.js"), least));
  }

  @Test
  void moreContrastLeavesNoPaleWords() {
    Page page = chromium.page(1280, 900, ColorScheme.DARK, ReducedMotion.REDUCE);
    page.emulateMedia(new Page.EmulateMediaOptions().setContrast(Contrast.MORE));
    chromium.open(page, "?lang=en" + TOUR);

    assertThat(color(page, "--dim")).isEqualTo(color(page, "--ink"));
  }

  private static Object color(Page page, String name) {
    return page.evaluate(
        "name => getComputedStyle(document.documentElement).getPropertyValue(name)", name);
  }

  @Test
  void inTheReadersOwnColorsStatesAreStillToldApart() {
    Page page = window(1280, 900);
    page.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.ACTIVE));
    chromium.open(page, "?lang=en" + TOUR);

    assertThat(color(page, "--ink")).isEqualTo("CanvasText");
    assertThat(background(page, ".cell-key.committed")).isNotEqualTo(background(page, ".card"));
    assertThat(Axe.violations(page)).isEmpty();
  }

  private static Object background(Page page, String selector) {
    return page.evaluate(
        "it => getComputedStyle(document.querySelector(it)).backgroundColor", selector);
  }
}
