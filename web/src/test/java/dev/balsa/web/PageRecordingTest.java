package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A recorded incident, in a real browser. */
class PageRecordingTest {
  private static final String MOMENT = "document.documentElement.dataset.moment";
  private static final String HASH = "document.documentElement.dataset.hash";
  private static final String LOADING = "document.documentElement.dataset.loading";
  private static final String BADGE = "document.getElementById('badge').className";

  @RegisterExtension private static final Chromium chromium = new Chromium();

  private static void give(Page page, byte[] file) {
    page.setInputFiles("#trace-file", new FilePayload("x.trace", "application/octet-stream", file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void aFailingSeedsTraceOpensWithScrubberAndJudgement(String language) throws Exception {
    Map<String, String> texts = Pages.texts(language);
    Page page = chromium.open("?lang=" + language + "#record");

    give(page, Records.ofSeed(7));
    page.waitForSelector("#recording table");
    assertThat(page.textContent("#recording"))
        .contains("./balsa sim replay 7", texts.get("record.whole"));
    assertThat(page.evaluate(BADGE)).isEqualTo("badge ok");
    Chromium.step(page, "ArrowRight");
    Chromium.step(page, "Shift+ArrowRight");
    page.focus("[data-k=scrub]");
    page.keyboard().press("End");
    Chromium.await(page, BADGE, "badge bad");

    assertThat(page.textContent(".feed")).contains("found <b>at the end</b>");
    assertThat(page.locator(".feed b").count()).isZero();
    assertThat(page.locator("#ring .node").count()).isGreaterThan(2);
    page.evaluate("scrollTo(0, 0)");
    assertThat(Axe.violations(page)).isEmpty();
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(Path.of("target", "reports", "recording-" + language + ".png")));
  }

  /**
   * The core that the bug is in would not do again what is recorded, and it would be found broken.
   */
  @Test
  void aRecordingIsPlayedByTheShippedCoreAndTheRunOfABugIsThereAgainAfterIt() {
    Page page = chromium.open("?lang=en#play&bug=C9");
    Chromium.await(page, BADGE, "badge bad");
    Object broken = page.evaluate(HASH);

    page.click("#go-record");
    give(page, Records.ofSeed(7));
    page.waitForSelector("#recording table");
    assertThat(page.evaluate(BADGE)).isEqualTo("badge ok");
    for (int i = 0; i < 20; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    assertThat(page.evaluate(BADGE)).isEqualTo("badge ok");
    page.focus("[data-k=scrub]");
    page.keyboard().press("End");
    page.waitForSelector(".line.Broken");
    assertThat(page.textContent(".line.Broken")).contains("found <b>at the end</b>");

    page.click("#go-play");
    Chromium.await(page, HASH, broken);
    page.waitForSelector(".bug-on");
    Chromium.step(page, ",");
    assertThat(page.evaluate(BADGE)).isEqualTo("badge ok");
    Chromium.step(page, ".");
    assertThat(page.evaluate(HASH)).isEqualTo(broken);
    assertThat(page.evaluate(BADGE)).isEqualTo("badge bad");
  }

  @Test
  void theRunOfABugIsStillLookedAtIfNoRecordingOpens() {
    Page page = chromium.open("?lang=en#play&bug=C9");
    Chromium.await(page, BADGE, "badge bad");
    Object broken = page.evaluate(HASH);

    page.click("#go-record");
    give(page, "balsa-trace 9\n".getBytes(StandardCharsets.UTF_8));
    page.waitForSelector("#toast:not([hidden])");
    Chromium.step(page, "ArrowLeft");
    Chromium.step(page, "ArrowRight");

    assertThat(page.evaluate(HASH)).isEqualTo(broken);
    assertThat(page.evaluate(BADGE)).isEqualTo("badge bad");
  }

  @Test
  void afterARecordingTheTourShowsItsOwnRun() {
    Page page = chromium.open("?lang=en#tour/election/win");
    Object step = page.evaluate(HASH);

    page.click("#go-record");
    give(page, Records.ofSeed(7));
    page.waitForSelector("#recording table");
    page.click("#go-tour");

    Chromium.await(page, HASH, step);
  }

  @Test
  void aTraceOfTenMegabytesLoadsWhileThePageAnswers() {
    byte[] file = Records.large(10 << 20);
    assertThat(file.length).isGreaterThan(10 << 20);
    Page page = chromium.open("?lang=en#record");

    give(page, file);
    Chromium.await(page, LOADING, "true");
    page.click("#help-open");
    boolean opened = (Boolean) page.evaluate("document.getElementById('help').open");
    Object stillLoading = page.evaluate(LOADING);
    page.keyboard().press("Escape");
    page.waitForSelector("#recording table");

    assertThat(opened).isTrue();
    assertThat(stillLoading).isEqualTo("true");
    assertThat(page.textContent("#recording")).contains("c<img>", "d is missing: no answer");
    Object before = page.evaluate(MOMENT);
    page.focus("[data-k=scrub]");
    page.keyboard().press("End");
    page.waitForCondition(() -> !before.equals(page.evaluate(MOMENT)));
  }

  static Stream<Arguments> refused() {
    byte[] damaged = Records.ofSeed(7);
    damaged[damaged.length / 2] ^= 1;
    byte[] newer = "balsa-trace 9\nwhat is not known yet".getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        Arguments.of(damaged, "The trace is damaged"),
        Arguments.of(newer, "The trace has version 9 and can be read by the Balsa that wrote it"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aDamagedOrNewerFileIsRefusedAndThePageIsUnharmed(byte[] file, String reason) {
    Page page = chromium.open("?lang=en#record");
    Object before = page.evaluate(HASH);

    give(page, file);
    page.waitForSelector("#toast:not([hidden])");

    assertThat(page.textContent("#toast")).contains(reason);
    assertThat(page.locator("#recording table").count()).isZero();
    assertThat(page.evaluate(HASH)).isEqualTo(before);
    Chromium.step(page, "ArrowRight");
  }
}
