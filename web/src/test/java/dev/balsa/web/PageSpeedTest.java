package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What going back and drawing cost in a real browser. The figures are left beside the test reports,
 * not judged: they tell of the machine as well. What is judged is that the work was done.
 */
class PageSpeedTest {
  private static final int FRAMES = 240;

  /** A worker of its own, as the page has one: far into a run, then back by several ways. */
  private static final String BACK =
      """
      async () => {
        const { Engine } = await import('./engine.js');
        const engine = new Engine();
        await engine.call('open seed 42;nodes 5');
        let picture = {}, middle = null;
        for (let i = 1; !(picture.m > 10000); i++) {
          picture = await engine.call(`until ${i * 200000000}`);
          if (middle === null && picture.m > 100) { middle = picture; }
          if (i % 10 === 0) { await engine.call(`act put ${1 + i % 5} k${i % 7} v${i}`); }
        }
        const took = [];
        const ways = ['back', 'back', `moment ${picture.m - 1000}`, `moment ${picture.m - 5000}`,
          `seek ${middle.m} ${middle.t} ${middle.acts}`];
        let last = null;
        for (const way of ways) {
          const begun = performance.now();
          last = await engine.call(way);
          took.push(`${way}: ${(performance.now() - begun).toFixed(0)} ms`);
        }
        return { took: took.join(', '), moment: picture.m, expected: middle.hash, found: last.hash };
      }
      """;

  @RegisterExtension private static final Chromium chromium = new Chromium();

  @Test
  void thePageIsPaintedAndReady() throws IOException {
    Page page = chromium.open("?lang=en#tour");
    double painted =
        millis(page, "performance.getEntriesByName('first-contentful-paint')[0].startTime");
    double ready = millis(page, "performance.now()");

    String report =
        String.format(Locale.ROOT, "painted after %.0f ms, drawn before %.0f ms", painted, ready);
    Pages.report("paint.txt", report + "\n");
    System.out.println("the tour: " + report);
    assertThat(painted).isPositive();
  }

  private static double millis(Page page, String expression) {
    return ((Number) page.evaluate(expression)).doubleValue();
  }

  @Test
  void tenThousandEventsBackIsThePictureThatWasThere() throws IOException {
    Page page = chromium.open("?lang=en#play");

    Object answer = page.evaluate(BACK);

    assertThat(answer).isInstanceOf(Map.class);
    Map<?, ?> found = (Map<?, ?>) answer;
    Pages.report("back.txt", found.get("took") + "\n");
    System.out.println("back, behind " + found.get("moment") + " events: " + found.get("took"));
    assertThat(found.get("found")).isEqualTo(found.get("expected"));
  }

  @Test
  void nineMembersAtWorkAreDrawnFrameByFrame() throws IOException {
    StringBuilder run = new StringBuilder("seed+42;nodes+9");
    for (int i = 0; i < 60; i++) {
      run.append(";at+%d+0+put+%d+k%d+v%d".formatted(2_000 + 20 * i, 1 + i % 9, i % 7, i));
    }
    Page page = chromium.open("?lang=en#play&run=" + run + ";look+2000+0+0");
    page.selectOption("[data-k=speed]", "0.05");
    page.focus("#main");
    CDPSession session = page.context().newCDPSession(page);
    JsonObject domain = new JsonObject();
    domain.addProperty("timeDomain", "threadTicks");
    session.send("Performance.setTimeDomain", domain);
    session.send("Performance.enable");
    page.keyboard().press("Space");
    Map<String, Double> before = metrics(session);
    String moment = "Number(document.documentElement.dataset.moment)";
    int from = ((Number) page.evaluate(moment)).intValue();

    double seconds =
        ((Number)
                page.evaluate(
                    """
                    frames => new Promise(done => {
                      const begun = performance.now();
                      let left = frames;
                      const next = () => left-- > 0
                          ? requestAnimationFrame(next) : done((performance.now() - begun) / 1000);
                      next();
                    })
                    """,
                    FRAMES))
            .doubleValue();

    Map<String, Double> after = metrics(session);
    StringBuilder report = new StringBuilder();
    report.append(String.format(Locale.ROOT, "%.1f frames/s on the wall;", FRAMES / seconds));
    for (String name :
        new String[] {"TaskDuration", "ScriptDuration", "RecalcStyleDuration", "LayoutDuration"}) {
      double spent = after.getOrDefault(name, Double.NaN) - before.getOrDefault(name, Double.NaN);
      double ms = spent * 1000 / FRAMES;
      report.append(String.format(Locale.ROOT, " %s %.2f ms of the thread a frame;", name, ms));
    }
    Pages.report("frames.txt", report + "\n");
    System.out.println("9 members at work: " + report);
    assertThat(((Number) page.evaluate(moment)).intValue()).isGreaterThan(from);
  }

  private static Map<String, Double> metrics(CDPSession session) {
    Map<String, Double> metrics = new TreeMap<>();
    for (JsonElement metric :
        session.send("Performance.getMetrics").getAsJsonArray("metrics").asList()) {
      JsonObject of = metric.getAsJsonObject();
      metrics.put(of.get("name").getAsString(), of.get("value").getAsDouble());
    }
    return metrics;
  }
}
