package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From which figures on the live view wants an operator to look. */
class LiveAlarmsTest {
  @RegisterExtension private static final Chromium chromium = new Chromium();

  private Page page;

  @BeforeEach
  void open() {
    page = chromium.page(800, 600, ColorScheme.LIGHT, ReducedMotion.REDUCE);
    page.navigate(chromium.address() + "lang/en.html"); // has no script of its own
  }

  @ParameterizedTest
  @CsvSource({
    "a.report.force.p99, 500000000, ''",
    "a.report.force.p99, 500000001, warn force a",
    "a.report.force.p99, 1000000001, bad force a",
    "b.report.apply.p99, 250000000, ''",
    "b.report.apply.p99, 250000001, warn apply b",
    "a.report.write.p99, 150000000, ''",
    "a.report.write.p99, 150000001, warn write a",
    "b.report.peers.0.trip.p99, 150000000, ''",
    "b.report.peers.0.trip.p99, 150000001, warn peer b",
    "a.report.clients.failed, 5, ''",
    "a.report.clients.failed, 6, warn refused a",
    "a.report.store.bytes, 501, ''",
    "a.report.store.bytes, 510, warn fill a",
    "a.report.store.bytes, 801, warn quota a; warn fill a",
    "a.report.store.bytes, 951, bad quota a; warn fill a",
    "b.report.store.quota, 0, ''",
    "b.report.certified, 31.0e8, ''",
    "b.report.certified, 25.9e8, warn certificate b",
    "b.report.certified, 6.0e8, bad certificate b",
    "b.report.certified, -1, bad certificate b",
    "a.ahead, 1000, ''",
    "a.ahead, -1001, warn clock a",
    "b.report.leader, 2, warn views",
    "b.report.version, 2, note versions",
  })
  void aFigureBeyondItsBoundIsToldOfItsMember(String path, double value, String expected) {
    assertThat(alarms(path, value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"99, ''", "100, warn force a"})
  void ofFewTheSlowestSaysNothing(int count, String expected) {
    Object both = Map.of("count", count, "p99", 600_000_000);

    assertThat(alarms("a.report.force", both)).isEqualTo(expected);
  }

  private String alarms(String path, Object value) {
    return String.join(
        "; ", Tools.found(page.evaluate(Tools.script("alarms.js"), List.of(path, value))));
  }
}
