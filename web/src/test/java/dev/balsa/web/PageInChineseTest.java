package dev.balsa.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Chinese page has no English on it, whatever happens. */
class PageInChineseTest {
  private static final int CHOSEN_MAX = 4; // of the things of one kind that can be looked at
  private static final List<String> DAMAGED_RUNS =
      List.of(
          "balsa 2",
          "nodes 10",
          "nodes 8;spares 2",
          "seed x",
          "seed",
          "sing",
          "pre-vote maybe",
          "bug X99",
          "batch two",
          "at 3 5 member 1 sing 2",
          "at 3 5 member 1 add 2 add 2",
          "at 3 5 dance 1",
          "at 3 5 crash 7 power",
          "at 3 5 crash 1 fire",
          "at 3 5 split 01",
          "at 3 5 put 1 a%2 b",
          "at 3 5 put 1 é b",
          "at 3 5 heal now",
          "at 3 5 heal;at 2 5 heal",
          "sky 5 2 0 0 1");

  @RegisterExtension private static final Chromium chromium = new Chromium();

  private static Page play(String run) {
    Page page = chromium.open("?lang=zh#play&run=" + run.replace(' ', '+').replace("%", "%25"));
    page.check("[data-k=feed-all]");
    return page;
  }

  private static void assertChinese(Page page, String where) {
    assertThat(Terms.foreign(page)).as(where).isEmpty();
  }

  /** Looks at what can be chosen, each in turn. */
  private static void choose(Page page, String selector) {
    Locator all = page.locator(selector);
    for (int i = 0; i < Math.min(CHOSEN_MAX, all.count()); i++) {
      all.nth(i).dispatchEvent("click");
      assertChinese(page, selector + " " + i);
    }
  }

  @Test
  void theTourIsChineseToItsEnd() {
    Page page = chromium.open("?lang=zh#tour");
    page.check("[data-k=feed-all]");
    page.click("[data-k=diagram]");
    page.click("[data-k=table]");
    for (Tour.Chapter chapter : Tour.parse(Pages.text("tour.txt")).chapters()) {
      Tour.Step last = chapter.steps().getLast();
      page.evaluate("it => { location.hash = it }", "#tour/" + chapter.id() + "/" + last.id());
      Chromium.await(
          page,
          "document.querySelector('.say').textContent",
          requireNonNull(Pages.texts("zh").get("say." + chapter.id() + "." + last.id())));
      assertChinese(page, chapter.id());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 9})
  void aRestlessPersonsRunIsChinese(long seed) {
    Session session = new Session();
    List<String> runs = new ArrayList<>();
    for (String command : RandomActions.draw(seed)) {
      session.call(command.replaceAll(" ([kv])(\\d)", " %e9%94%ae$2"));
      runs.add(Pages.run(session.call("look")));
    }
    Page page = play(runs.getLast());
    page.click("[data-k=diagram]");
    page.click("[data-k=table]");
    assertChinese(page, "run");
    choose(page, ".log-grid .cell");
    choose(page, "#ring .node");
    page.click(".links-of summary");
    for (int i = 0; i < 20 && page.locator("g.flight[role=button]").count() < 3; i++) {
      Chromium.step(page, ".");
    }
    choose(page, "g.flight[role=button]");
    page.keyboard().press("?");
    page.waitForSelector("#help[open]");
    assertChinese(page, "help");
  }

  /** Every sixth, which has been enough to find what was left in English. */
  static List<BugTest.Exhibit> bugs() {
    List<BugTest.Exhibit> all = BugTest.exhibits();
    return IntStream.range(0, all.size()).filter(it -> it % 6 == 0).mapToObj(all::get).toList();
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void whatABugBreaksIsSaidInChinese(BugTest.Exhibit bug) {
    Page page = play(bug.run());
    page.waitForSelector(".bug-on");
    for (Locator fold : page.locator(".bug-list summary").all()) {
      fold.dispatchEvent("click");
    }

    assertThat(page.getAttribute("#badge", "class")).contains("bad");
    assertThat(page.locator(".line.Broken").count()).isPositive();
    assertChinese(page, bug.name());
  }

  @Test
  void whatIsWrongWithALinkOrAFileIsSaidInChinese() {
    Page page = chromium.open("?lang=zh#play");
    for (String run : DAMAGED_RUNS) {
      page.evaluate("document.getElementById('toast').hidden = true");
      page.setInputFiles(
          "#import-file", new FilePayload("run.txt", "text/plain", run.getBytes(UTF_8)));
      page.waitForSelector("#toast:not([hidden])");

      assertThat(page.textContent("#toast")).as(run).startsWith("操作未成功：");
      assertChinese(page, run);
    }
  }

  static List<byte[]> traces() {
    byte[] whole = Records.ofSeed(7);
    byte[] damaged = whole.clone();
    damaged[damaged.length / 2] ^= 1;
    return List.of(
        damaged,
        "balsa-trace 9\nwhat is not known yet".getBytes(UTF_8),
        "PNG and not a trace at all".getBytes(UTF_8),
        Arrays.copyOf(whole, whole.length / 2),
        "balsa-trace 2\n".getBytes(UTF_8));
  }

  @ParameterizedTest
  @MethodSource("traces")
  void whatIsWrongWithATraceIsSaidInChinese(byte[] file) {
    Page page = chromium.open("?lang=zh#record");
    page.setInputFiles("#trace-file", new FilePayload("x", "application/octet-stream", file));
    page.waitForSelector("#toast:not([hidden])");

    assertThat(page.textContent("#toast")).contains("轨迹");
    assertChinese(page, "trace");
  }

  @Test
  void aRecordingIsChinese() {
    Page page = chromium.open("?lang=zh#record");
    page.check("[data-k=feed-all]");
    page.setInputFiles(
        "#trace-file", new FilePayload("x", "application/octet-stream", Records.ofSeed(7)));
    page.waitForSelector("#recording table");
    assertChinese(page, "beginning");
    for (int i = 0; i < 20; i++) {
      Chromium.step(page, "Shift+ArrowRight");
    }
    choose(page, "g.flight[role=button]");
    page.focus("[data-k=scrub]");
    page.keyboard().press("End");
    page.waitForSelector(".line.Broken");

    assertChinese(page, "end");
  }

  @Test
  void theLiveViewWithoutAMemberIsChinese() {
    Page page = chromium.page(1280, 900, ColorScheme.LIGHT, ReducedMotion.REDUCE);
    page.navigate(chromium.address() + "?lang=zh#live");
    page.waitForSelector("#live-headline p");

    assertChinese(page, "live");
    assertThat(chromium.takeComplaints()).allMatch(it -> it.contains("404"));
  }
}
