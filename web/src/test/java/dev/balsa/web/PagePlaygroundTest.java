package dev.balsa.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person can do to a run and take away from it, in a real browser. */
class PagePlaygroundTest {
  private static final String HASH = "document.documentElement.dataset.hash";
  private static final String LAST_ACT = "document.querySelector('.line.Acted .what')?.textContent";
  private static final Map<String, String> TEXTS = Pages.texts("en");

  @RegisterExtension private static final Chromium chromium = new Chromium();

  private static Page play(String run) {
    return chromium.open("?lang=en#play&run=" + run.replace(' ', '+'));
  }

  private static void press(Page page, String key) {
    page.focus("[data-k=" + key + "]");
    page.keyboard().press("Enter");
  }

  private static void interesting(Page page, String selector) {
    page.focus("#main");
    for (int i = 0; i < 60 && page.locator(selector).count() == 0; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    assertThat(page.locator(selector).count()).as(selector).isPositive();
  }

  @Test
  void aNodeSaysHowLongItWaitsAndItsTimerCanBeMovedWithoutDragging() {
    Page page = play("seed 42;nodes 3;timeouts 200 210");
    assertThat(page.locator("#ring .waits").allTextContents())
        .hasSize(3)
        .allMatch(it -> it.matches("20\\d ms"));

    page.keyboard().press("3");
    page.click("[data-k=clock]");
    page.focus("[data-k=await]");
    page.keyboard().press("Home");
    page.waitForSelector(".line.Acted");
    assertThat(page.evaluate(LAST_ACT))
        .isEqualTo("You: move the clock of N3, its timer fires in 0 ms");
    interesting(page, ".node.leader");

    assertThat(page.getAttribute(".node.leader", "data-node")).isEqualTo("3");
  }

  @Test
  void timersThatFireAtOnceSplitTheVotesOfFourNodes() {
    Page page = play("seed 42;nodes 4;pre-vote off");

    press(page, "align");
    page.waitForSelector(".line.Acted");
    interesting(page, ".node.candidate");

    for (int i = 0; i < 8 && page.locator(".node.candidate").count() < 4; i++) {
      Chromium.step(page, ".");
    }
    assertThat(page.locator(".node.candidate").count()).isEqualTo(4);
  }

  @Test
  void aFutureThatWasLeftIsThereAgainAndThisOneIsLeftInstead() {
    Page page = play("seed 42;nodes 3");
    interesting(page, ".node.leader");
    press(page, "c-put");
    page.waitForSelector(".line.Acted");
    interesting(page, ".line.Answered");
    Object written = page.evaluate(HASH);
    page.keyboard().press("Home");
    Chromium.await(page, "document.documentElement.dataset.moment", "0");

    press(page, "align");
    page.waitForSelector("[data-k=branch-0]");
    Object aligned = page.evaluate(HASH);
    assertThat(page.textContent("#setup .plain")).contains("put greeting = hello");
    press(page, "branch-0");
    Chromium.await(page, HASH, written);

    assertThat(page.textContent("#setup .plain")).contains("all election timers fire at once");
    press(page, "branch-0");
    Chromium.await(page, HASH, aligned);
  }

  @Test
  void aMessageThatHasArrivedTellsWhatItsReceiverMadeOfIt() {
    Page page = play("seed 42;nodes 3;pre-vote off");
    page.keyboard().press("1");
    page.click("[data-k=do-hurry]");
    String request = "#ring .flight.vote:not(.reply)";
    for (int i = 0; i < 8 && page.locator(request).count() == 0; i++) {
      Chromium.step(page, ".");
    }
    page.locator(request).first().dispatchEvent("click");
    page.waitForSelector("#verdict h3");
    assertThat(page.textContent("#verdict")).contains(requireNonNull(TEXTS.get("verdict.open")));
    assertThat(page.textContent("#inspector .source")).contains("paper §5.2, §5.4.1");

    page.focus("#main");
    for (int i = 0; i < 20 && page.locator("#verdict li").count() == 0; i++) {
      Chromium.step(page, ".");
    }

    assertThat(page.textContent("#verdict")).contains("votes for");
    assertThat(page.locator("[data-k=do-drop]").count()).isZero();
  }

  @Test
  void aClientsSessionIsOpenedUsedAndEndedByKeys() {
    Page page = play("seed 42;nodes 3;at 0 0 hurry 1;look 30 260000000 1");
    String answered = ".line.Answered";

    press(page, "c-once");
    Chromium.await(page, "document.querySelectorAll('.line.Acted').length", 2);
    interesting(page, answered + ":nth-child(1 of " + answered + ") ~ " + answered);
    press(page, "c-again");
    interesting(page, answered + " ~ " + answered + " ~ " + answered);
    String table = page.textContent("#inspector .sessions tbody");
    press(page, "c-close");
    interesting(page, answered + " ~ " + answered + " ~ " + answered + " ~ " + answered);

    assertThat(page.locator(answered + " .what").allTextContents())
        .containsExactly(
            "The client hears about “− #2”: the session is closed",
            "The client hears about “greeting = hello #2.1”: done before, nothing was written"
                + " again; the answer is that of then: revision 2",
            "The client hears about “greeting = hello #2.1”: done, revision 2",
            "The client hears about “+ # 10 s”: session 2 is open");
    assertThat(table).startsWith("211");
    assertThat(page.locator("#inspector .sessions").count()).isZero();
    assertThat(page.isDisabled("[data-k=c-close]")).isTrue();
    assertThat(Axe.violations(page)).isEmpty();
  }

  @Test
  void aLeadersInspectorSaysUntilWhenItsLeaseHolds() {
    Page page = play("seed 42;nodes 3;lease on;look 40 300000000 0");
    page.keyboard().press("2");
    page.waitForSelector("#inspector h2:text-is('Node 2')");

    assertThat(page.isChecked("[data-k=leases]")).isTrue();
    assertThat(page.textContent("#inspector .memory-half")).containsPattern("Lease until\\d");
  }

  @Test
  void whatMinorityHoldsSaysHowManyMoreMustHaveItAndItsClientWaits() {
    Page page = play(PictureTest.MINORITY);
    page.waitForSelector("#setup .waiting li");
    assertThat(page.textContent("#setup .waiting")).isEqualTo("N1: x = 5 waits for an answer");

    page.locator(".cell.put").first().click();
    Chromium.await(
        page,
        "document.querySelector('#inspector .note')?.textContent",
        "Not committed: 2 more of the voters must have it on disk.");
    press(page, "heal");
    interesting(page, ".line.Answered");

    assertThat(page.locator("#inspector .note").count()).isZero();
    assertThat(page.textContent("#setup .waiting")).contains("done, revision 2");
  }

  @Test
  void theLogsAreOneStopOfTheTabKeyAndWalkedByArrows() {
    Page page = play(PictureTest.MINORITY);
    Object hash = page.evaluate(HASH);
    page.focus(".log-box");
    page.keyboard().press("ArrowRight");
    page.keyboard().press("ArrowRight");
    page.keyboard().press("Enter");
    Chromium.await(page, "document.querySelector('#inspector h2').textContent", "Entry 2");
    page.keyboard().press("ArrowLeft");
    page.keyboard().press("ArrowDown");
    String focused = "document.activeElement.dataset.k";

    assertThat(page.evaluate(focused)).isEqualTo("cell-2-1");
    assertThat(page.evaluate(HASH)).isEqualTo(hash);
    page.keyboard().press("Tab");
    assertThat(page.evaluate(focused)).isEqualTo("diagram");
  }

  @Test
  void theHelpSaysWhichEngineThisIs() throws IOException {
    int hash = 0x811c9dc5;
    for (byte part : Files.readAllBytes(Tools.module())) {
      hash = (hash ^ (part & 0xff)) * 0x01000193;
    }
    Page page = play("seed 42;nodes 3");

    page.click("#help-open");
    page.waitForSelector("#help .source:not(:empty)");

    assertThat(page.textContent("#help .source")).contains("%08x".formatted(hash));
  }

  @Test
  void aSplitVoteIsFoundAmongTheSeeds() {
    Page page = play("seed 42;nodes 4;pre-vote off;timeouts 150 170");

    press(page, "hunt");
    page.waitForSelector(".node.candidate");

    assertThat(page.locator(".node.leader").count()).isZero();
    assertThat(page.inputValue("[data-k=timeout-max]")).isEqualTo("170");
    assertThat(page.inputValue("[data-k=seed]")).isNotEqualTo("42");
  }

  @Test
  void aChallengeIsDoneWhenTheCoresSaySo() {
    Page page = play("seed 1;nodes 3");
    press(page, "challenge-elect");
    Chromium.await(page, "document.querySelectorAll('.node').length", 5);

    page.keyboard().press("3");
    page.click("[data-k=do-hurry]");
    interesting(page, ".node.leader");
    page.waitForSelector("#toast:not([hidden])");

    assertThat(page.textContent("#toast")).contains("Done: The chosen one", "with 1 action");
    assertThat(page.textContent("#setup")).contains("✓ The chosen one");
  }

  @ParameterizedTest
  @CsvSource({
    "still, balsa.svg, <svg",
    "sequence, balsa.mmd, sequenceDiagram",
    "test, BalsaRunTest.java, new Plan(42L",
    "export, balsa-run.txt, seed 42",
  })
  void aRunIsTakenAwayAsAFile(String key, String name, String content) throws IOException {
    Page page = play("seed 42;nodes 3");
    interesting(page, ".node.leader");

    Download file = page.waitForDownload(() -> press(page, key));

    assertThat(file.suggestedFilename()).isEqualTo(name);
    assertThat(Files.readString(file.path())).contains(content);
  }

  @Test
  void inAFrameOfAnotherPageThePictureAndTheBarAreLeft() {
    Page page = chromium.open("?lang=en&embed=1#tour/election/win");

    assertThat(page.isVisible("#ring")).isTrue();
    assertThat(page.isVisible("#bar")).isTrue();
    assertThat(page.isVisible("#narration")).isTrue();
    assertThat(page.isVisible("header")).isFalse();
    assertThat(page.isVisible("#setup")).isFalse();
    assertThat(Axe.violations(page)).isEmpty();
  }
}
