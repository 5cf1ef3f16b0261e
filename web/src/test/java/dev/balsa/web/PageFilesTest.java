package dev.balsa.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs as files, the diagram, and how fast the page is. */
class PageFilesTest {
  private static final String HASH = "document.documentElement.dataset.hash";

  private static Chromium chromium;

  @BeforeAll
  static void start() throws IOException {
    chromium = Chromium.start();
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @AfterEach
  void nothingWasComplainedOf() {
    assertThat(chromium.takeComplaints()).isEmpty();
  }

  private static void choose(Page page, String text) {
    page.setInputFiles(
        "#import-file", new FilePayload("run.txt", "text/plain", text.getBytes(UTF_8)));
  }

  @Test
  void aRunLeavesAsAFileAndComesBackAsTheSameMoment() throws Exception {
    Page page = chromium.open("?lang=en#play");
    for (int i = 0; i < 8; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    page.click("[data-k=do-power]");
    page.waitForSelector(".node.down");
    Chromium.step(page, ".");
    Object hash = page.evaluate(HASH);
    Download file = page.waitForDownload(() -> page.click("[data-k=export]"));

    page.keyboard().press("Home");
    Chromium.await(page, "document.documentElement.dataset.moment", "0");
    choose(page, Files.readString(file.path()));

    Chromium.await(page, HASH, hash);
    assertThat(page.locator(".node.down").count()).isEqualTo(1);
    page.context().close();
  }

  @ParameterizedTest
  @CsvSource({
    "balsa 2, format 2",
    "seed 1;at 5 0 explode 3, explode",
    "<html>, is no line of a run",
  })
  void aDamagedOrNewerFileIsNamedAndThePageStaysAsItWas(String text, String reason) {
    Page page = chromium.open("?lang=en#play");
    Chromium.step(page, "Shift+ArrowRight");
    Object hash = page.evaluate(HASH);

    choose(page, text);
    page.waitForSelector("#toast:not([hidden])");

    assertThat(page.textContent("#toast")).contains(reason);
    assertThat(page.evaluate(HASH)).isEqualTo(hash);
    assertThat(page.locator(".feed .line").count()).isPositive();
    Chromium.step(page, ".");
    page.context().close();
  }

  @Test
  void tenMegabytesOfNothingAreRefusedAndDoNotFreezeThePage() {
    Page page = chromium.open("?lang=en#play");

    choose(page, "seed 1\nnonsense\n" + "at 0 0 heal\n".repeat(800_000));
    page.keyboard().press("2");
    Chromium.await(page, "document.querySelector('#inspector h2').textContent", "Node 2");
    page.waitForSelector("#toast:not([hidden])");

    assertThat(page.textContent("#toast")).contains("nonsense");
    page.context().close();
  }

  @Test
  void theDiagramDrawsEveryMessageAndLeadsToWhatACoreSaid() {
    Page page = chromium.open("?lang=en#play");
    while (page.locator(".node.leader").count() == 0) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    Chromium.step(page, "Shift+ArrowRight");
    page.click("[data-k=diagram]");
    page.waitForSelector(".dg-message.vote");

    assertThat(page.locator(".dg-life").count()).isEqualTo(5);
    assertThat(page.locator(".dg-mark.BecameLeader").count()).isEqualTo(1);
    assertThat(page.textContent("#figures")).contains("Leaders elected", "1");
    String moment = "document.documentElement.dataset.moment";
    Object before = page.evaluate(moment);
    page.locator(".dg-mark.ElectionStarted").first().dispatchEvent("click");
    page.waitForCondition(() -> !before.equals(page.evaluate(moment)));
    assertThat(page.locator(".feed .line").first().textContent()).contains("election");
    page.context().close();
  }

  /** Figures for the records; how fast a machine is proves nothing about the page. */
  @Test
  void howFastThePageIsWithNineNodesIsWrittenDown() throws Exception {
    Page page = chromium.open("?lang=en#play&run=seed+7;nodes+9;look+10000+0+0");
    page.selectOption("[data-k=speed]", "0.01");
    page.focus("#main");
    page.keyboard().press(" ");
    double frames =
        ((Number)
                page.evaluate(
                    "new Promise(done => { let n = 0; const begin = performance.now();"
                        + " const frame = () => { n++; const ms = performance.now() - begin;"
                        + " if (ms > 2000) done(n * 1000 / ms); else requestAnimationFrame(frame); };"
                        + " requestAnimationFrame(frame); })"))
            .doubleValue();
    page.keyboard().press(" ");
    page.waitForCondition(() -> "▶".equals(page.textContent("[data-k=play]")));
    long begin = System.nanoTime();
    Chromium.step(page, ",");
    double first = (System.nanoTime() - begin) / 1e6;
    begin = System.nanoTime();
    Chromium.step(page, ",");
    double second = (System.nanoTime() - begin) / 1e6;
    String figures =
        String.format(
            Locale.ROOT,
            "9 nodes: %.0f frames/s; back one step behind 10000 events: %.0f ms, once more %.0f ms%n",
            frames,
            first,
            second);
    Pages.report("page-speed.txt", figures);
    System.out.print(figures);

    assertThat(frames).isPositive();
    page.context().close();
  }
}
