package dev.balsa.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs as files, the diagram, and how fast the page is. */
class PageFilesTest {
  private static final String HASH = "document.documentElement.dataset.hash";

  @RegisterExtension private static final Chromium chromium = new Chromium();

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
  }

  @Test
  void tenMegabytesOfNothingAreRefusedAndDoNotFreezeThePage() {
    Page page = chromium.open("?lang=en#play");

    choose(page, "seed 1\nnonsense\n" + "at 0 0 heal\n".repeat(800_000));
    page.keyboard().press("2");
    Chromium.await(page, "document.querySelector('#inspector h2').textContent", "Node 2");
    page.waitForSelector("#toast:not([hidden])");

    assertThat(page.textContent("#toast")).contains("nonsense");
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
  }
}
