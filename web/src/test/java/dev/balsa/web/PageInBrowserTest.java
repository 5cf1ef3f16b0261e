package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.balsa.web.Tour.Chapter;
import dev.balsa.web.Tour.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser, served as a static folder under a strict policy. */
class PageInBrowserTest {
  private static final Tour TOUR = Tour.parse(Pages.text("tour.txt"));

  @RegisterExtension private static final Chromium chromium = new Chromium();

  private static Page page(int width, int height, ColorScheme scheme) {
    return chromium.page(width, height, scheme, ReducedMotion.NO_PREFERENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void everyStepOfTheTourHasAnAddressAndShowsTheRunOfTheJvm(String language) {
    Map<String, String> texts = Pages.texts(language);
    Page page = chromium.open("?lang=" + language + "#tour");
    for (Chapter chapter : TOUR.chapters()) {
      Session jvm = new Session();
      Tour.Played played = TOUR.play(chapter.id());
      jvm.call("open " + played.run().text());
      for (Place place : played.places()) {
        Run.Position end = place.end();
        String picture = jvm.call("seek " + end.moment() + " " + end.time() + " " + end.acts());
        page.evaluate("it => { location.hash = it }", "#tour/" + chapter.id() + "/" + place.step());
        Chromium.await(
            page,
            "document.querySelector('.say').textContent + '|' + "
                + "document.documentElement.dataset.moment + '|' + "
                + "document.documentElement.dataset.hash",
            String.join(
                "|",
                texts.get("say." + chapter.id() + "." + place.step()),
                Long.toString(end.moment()),
                Pages.hash(picture)));
      }
    }
  }

  @Test
  void theWholeTourGoesForwardInOneLanguageAndBackInTheOtherByKeys() {
    Page page = chromium.open("?lang=en#tour/one/question");
    List<String> says = says(Pages.texts("en"));
    for (String say : says.subList(1, says.size())) {
      page.keyboard().press("ArrowRight");
      awaitSaying(page, say);
    }
    page.selectOption("#lang", "zh");
    awaitSaying(page, says(Pages.texts("zh")).getLast());
    page.focus("#main");
    for (String say : says(Pages.texts("zh")).subList(0, says.size() - 1).reversed()) {
      page.keyboard().press("ArrowLeft");
      awaitSaying(page, say);
    }
  }

  private static List<String> says(Map<String, String> texts) {
    List<String> says = new ArrayList<>();
    for (Chapter chapter : TOUR.chapters()) {
      chapter.steps().forEach(step -> says.add(texts.get("say." + chapter.id() + "." + step.id())));
    }
    return says;
  }

  private static void awaitSaying(Page page, String say) {
    Chromium.await(page, "document.querySelector('.say').textContent", say);
  }

  @ParameterizedTest
  @EnumSource
  void whoWantsToClickLessIsTakenOnFromStepToStepAndStillIsOnTheNextVisit(ReducedMotion motion) {
    Page page = chromium.page(1280, 900, ColorScheme.LIGHT, motion);
    page.clock().install();
    chromium.open(page, "?lang=en#tour/one/alone"); // a chapter's last step
    assertThat(page.isChecked("[data-k=go-on]")).isFalse();

    page.focus("[data-k=go-on]");
    page.keyboard().press("Space");
    goesOnTo(page, "#tour/overview/roles"); // the next chapter's second step

    page.reload();
    page.waitForSelector("[data-k=go-on]");
    assertThat(page.isChecked("[data-k=go-on]")).isTrue();
    goesOnTo(page, "#tour/overview/ask");
    page.uncheck("[data-k=go-on]");
    page.clock().runFor(40_000); // longer than it takes to read that step
    assertThat(page.evaluate("location.hash")).isEqualTo("#tour/overview/ask");
  }

  private static void goesOnTo(Page page, String step) {
    page.waitForCondition(
        () -> {
          page.clock().runFor(2_000); // no step is read in less
          return step.equals(page.evaluate("location.hash"));
        });
  }

  @Test
  void aClusterIsRunByKeyboardAlone() {
    Page page = chromium.open("?lang=en#play");
    for (int i = 0; i < 60 && page.locator(".line.CommitAdvanced").count() < 5; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    assertThat(page.locator(".node.leader").count()).isEqualTo(1);

    page.focus("[data-k=c-key]");
    page.keyboard().press("Control+A");
    page.keyboard().type("color");
    page.keyboard().press("Tab");
    page.keyboard().press("Control+A");
    page.keyboard().type("green");
    page.keyboard().press("Enter");
    page.waitForSelector(".line.Acted");
    page.focus("#main");
    for (int i = 0; i < 80 && page.locator(".line.Answered").count() == 0; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    assertThat(page.locator(".line.Answered .what").first().textContent()).contains("done");
    assertThat(page.locator(".log-grid .cell.put").count()).isPositive();

    page.keyboard().press("2");
    Chromium.await(page, "document.querySelector('#inspector h2').textContent", "Node 2");
    page.focus("[data-k=do-crash]");
    page.keyboard().press("Enter");
    page.waitForSelector(".node.down");
  }

  @Test
  void aLinkLeadsToTheSameMomentOfTheSameRun() {
    Page page = chromium.open("?lang=en#play");
    for (int i = 0; i < 12; i++) {
      Chromium.step(page, ".");
    }
    page.click("[data-k=do-power]");
    page.waitForSelector(".node.down");
    Chromium.step(page, ".");
    page.click("[data-k=share]");
    Chromium.await(page, "location.hash.includes('run=')", true);
    Object hash = page.evaluate("document.documentElement.dataset.hash");
    String link = page.url().substring(chromium.address().length());

    Page other = chromium.open(link);

    assertThat(other.evaluate("document.documentElement.dataset.hash")).isEqualTo(hash);
    assertThat(other.locator(".node.down").count()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "run=balsa+9, format 9",
    "run=seed+1;nodes+77, from 1 to 9",
    "run=%ZZ, copy the whole link again",
    "bug=X99, is no bug of this page"
  })
  void aDamagedLinkIsNamedAndThePageLives(String run, String message) {
    Page page = chromium.open("?lang=en#play&" + run);

    assertThat(page.textContent("#toast")).contains(message);
    Chromium.step(page, ".");
  }

  @Test
  void hostileKeysAndValuesAreText() {
    Page page = chromium.open("?lang=en#play&run=seed+3;nodes+1;pre-vote+off");
    Chromium.step(page, "Shift+ArrowRight");
    page.fill("[data-k=c-key]", "<img src=x onerror=alert(1)>");
    page.fill("[data-k=c-value]", "</script><b>'\"&;#%");
    page.click("[data-k=c-put]");
    page.waitForSelector(".line.Acted");
    page.focus("#main");
    for (int i = 0; i < 30 && page.locator(".kv td").count() == 0; i++) {
      Chromium.step(page, ".");
    }

    assertThat(page.textContent(".kv tbody th")).isEqualTo("<img src=x onerror=alert(1)>");
    assertThat(page.textContent(".kv td")).isEqualTo("</script><b>'\"&;#%");
    assertThat(page.locator("main img").count()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"320, en", "320, zh", "390, en", "768, zh", "1280, en", "1920, zh"})
  void nothingIsWiderThanTheWindow(int width, String language) {
    for (String view : List.of("#play", "#tour/partition/minority")) {
      Page page = page(width, 860, ColorScheme.LIGHT);
      chromium.open(page, "?lang=" + language + view);

      assertThat(page.evaluate("document.documentElement.scrollWidth"))
          .as(view)
          .isEqualTo(page.evaluate("document.documentElement.clientWidth"));
    }
  }

  @Test
  void picturesForTheReadmeAreCurrent() throws IOException {
    boolean rewrite = Boolean.getBoolean("pictures.rewrite");
    Path folder = rewrite ? Path.of("..", "docs", "img") : Path.of("target", "reports", "pictures");
    Files.createDirectories(folder);
    for (String language : List.of("en", "zh")) {
      ColorScheme scheme = language.equals("en") ? ColorScheme.LIGHT : ColorScheme.DARK;
      Page page = page(1280, 960, scheme);
      chromium.open(page, "?lang=" + language + "#tour/partition/minority");
      page.waitForSelector(".link.cut");
      Path file = folder.resolve("tour-" + language + ".png");
      page.screenshot(new Page.ScreenshotOptions().setPath(file));

      assertThat(file).isNotEmptyFile();
    }
  }
}
