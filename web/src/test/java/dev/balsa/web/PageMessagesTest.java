package dev.balsa.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import dev.balsa.raft.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever nodes send is told in Chinese: on its way, and when it is looked at. */
class PageMessagesTest {
  /** A read comes to a leader that was started again meanwhile: what no drawn run does early. */
  private static final List<String> READ_REFUSED =
      List.of(
          "open seed 1;nodes 3;pre-vote off",
          "act hurry 1",
          "until 300000000",
          "act get 2 x",
          "until 312000000",
          "act crash 1 process",
          "act restart 1",
          "until 360000000");

  /** Only a group that has nothing to do sends it, which no group of the playground ever is. */
  private static final String OF_IDLE_GROUPS = Message.Quiet.class.getSimpleName();

  private static final Set<String> KINDS =
      Arrays.stream(Message.class.getPermittedSubclasses())
          .map(Class::getSimpleName)
          .filter(it -> !it.equals(OF_IDLE_GROUPS))
          .collect(Collectors.toSet());

  private static final int RUNS_MAX = 100;
  private static final int STEPS_MAX = 5_000;
  private static final Pattern FLIGHT =
      Pattern.compile("\\{\"id\":(\\d+),\"from\":\\d+,\"to\":\\d+,[^}]*?\"name\":\"(\\w+)\"");
  private static final Map<String, String> TEXTS = Pages.texts("zh");

  @RegisterExtension private static final Chromium chromium = new Chromium();

  /** A message on its way, in a run that ends there, and what the world comes down to then. */
  private record Sight(String run, String hash, String flight) {}

  /** The first sight of each kind of message, by the kind's name, in as many runs as it takes. */
  private static Map<String, Sight> sights() {
    TreeMap<String, Sight> sights = new TreeMap<>();
    addSights(READ_REFUSED, sights);
    for (int seed = 0; seed < RUNS_MAX && sights.size() < KINDS.size(); seed++) {
      addSights(RandomActions.draw(seed), sights);
    }
    return sights;
  }

  private static void addSights(List<String> commands, Map<String, Sight> sights) {
    Session session = new Session();
    commands.forEach(session::call);
    String end = session.call("look");
    String picture = session.call("open " + Pages.run(end).replaceAll("look .*", ""));
    for (int i = 0; i < STEPS_MAX && Pages.moment(picture) < Pages.moment(end); i++) {
      Matcher flight = FLIGHT.matcher(picture);
      while (flight.find()) {
        sights.putIfAbsent(
            flight.group(2), new Sight(Pages.run(picture), Pages.hash(picture), flight.group(1)));
      }
      picture = session.call("step");
    }
  }

  @Test
  void everyMessageIsNamedAndExplainedInChinese() {
    Map<String, Sight> sights = sights();
    assertThat(sights.keySet()).isEqualTo(KINDS);
    Page page = chromium.open("?lang=zh#play");
    page.check("[data-k=feed-all]");

    sights.forEach(
        (name, sight) -> {
          show(page, sight);
          page.locator("[data-k=flight-" + sight.flight() + "]").dispatchEvent("click");
          assertExplained(page, name);
        });
  }

  /** Flights are numbered anew in each run: it must be drawn before one is looked for. */
  private static void show(Page page, Sight sight) {
    page.evaluate(
        """
        run => {
          document.documentElement.dataset.hash = '';
          location.hash = '#play&run=' + encodeURIComponent(run);
        }
        """,
        sight.run());
    Chromium.await(page, "document.documentElement.dataset.hash", sight.hash());
  }

  @Test
  void theQuestionOfAGroupThatFallsSilentIsExplainedInChinese() {
    Page page = chromium.open("?lang=zh#record");
    page.check("[data-k=feed-all]");
    page.setInputFiles(
        "#trace-file", new FilePayload("x", "application/octet-stream", Records.ofIdleGroup()));
    page.waitForSelector("#recording table");
    page.focus("#main");
    String quiet = "g.flight[aria-label*=" + TEXTS.get("msg." + OF_IDLE_GROUPS) + "]";
    for (int i = 0; i < STEPS_MAX && page.locator(quiet).count() == 0; i++) {
      Chromium.step(page, "ArrowRight");
    }

    page.locator(quiet).first().dispatchEvent("click");

    assertExplained(page, OF_IDLE_GROUPS);
  }

  private static void assertExplained(Page page, String name) {
    Chromium.await(
        page,
        "document.querySelector('#inspector h2').textContent",
        requireNonNull(TEXTS.get("msg." + name)));
    assertThat(page.textContent("#inspector")).contains(TEXTS.get("msg." + name + ".is"));
    assertThat(Terms.foreign(page)).as(name).isEmpty();
  }
}
