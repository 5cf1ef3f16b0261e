package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the live view's panels tell of three real members that all run. */
class LivePanelsTest {
  @RegisterExtension private static final Chromium chromium = new Chromium();

  @TempDir private static Path folder;
  private static ThreeServers servers;

  @BeforeAll
  static void start() throws Exception {
    servers = ThreeServers.start(folder);
  }

  @AfterAll
  static void stop() {
    if (servers != null) {
      servers.close();
    }
  }

  /** The view of the first member. */
  private static Page look(String language, int width) {
    String address = "http://" + servers.endpoint("m1") + "/ui/?lang=" + language + "#live";
    Page page = chromium.open(address, width, ColorScheme.LIGHT);
    page.waitForSelector("#live-headline.good, #live-headline.warn");
    return page;
  }

  private static void put(String key) {
    var unused =
        KVGrpc.newBlockingStub(servers.channel("m1"))
            .put(
                PutRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8(key))
                    .setValue(ByteString.copyFromUtf8("1"))
                    .build());
  }

  @Test
  void eachMembersLogSaysWhereItBegins() {
    put("log");
    Page page = look("en", 1280);

    for (String name : ThreeServers.NAMES) {
      page.waitForSelector("tr[data-member=" + name + "][data-known]");
      assertThat(page.textContent("tr[data-member=" + name + "] [data-figure=begins]"))
          .matches("1 / –");
      assertThat(page.textContent("[data-begins=" + name + "]")).matches("1 / –");
    }
  }

  @Test
  void aMemberIsDefragmentedFromAnothersPageOnceItsNameIsTyped() {
    Page page = look("en", 1280);

    page.click("[data-k=defrag-m3]");
    assertThat(page.isDisabled("[data-k=confirm]")).isTrue();
    page.fill("[data-k=typed]", "m3");
    page.keyboard().press("Enter");

    page.waitForSelector("[data-outcome]");
    assertThat(page.getAttribute("[data-outcome]", "data-outcome"))
        .as(page.textContent("[data-outcome]"))
        .isEqualTo("good");
  }

  @Test
  void anAlarmLeadsToItsSectionOfTheRunbookAndNowhereElse() throws Exception {
    Page page = look("en", 1280);
    servers.kill("m3");
    page.waitForSelector("[data-alarm=unknown] a");

    Page runbook = page.waitForPopup(() -> page.click("[data-alarm=unknown] a"));
    runbook.waitForLoadState();
    servers.launch("m3");

    assertThat(runbook.url())
        .isEqualTo("http://" + servers.endpoint("m1") + "/ui/operations.html#balsamemberdown");
    assertThat(runbook.textContent(":target")).isEqualTo("BalsaMemberDown");
    assertThat(Chromium.violations(runbook)).isEmpty();
    page.waitForSelector("#live-headline.good");
  }

  @Test
  void keysAreATreeByTheirSlashesWithCountsAndOpenByKeyboard() throws Exception {
    for (String key : new String[] {"a", "b/c", "x", "y/1", "y/2", "y/3", "<b>i</b>"}) {
      put("tree/of/" + key);
    }
    Page page = look("en", 1280);
    page.fill("[data-k=keys-prefix]", "tree/");
    page.click("[data-k=keys-tree]");

    page.focus("[data-k='folder-tree/of/']");
    assertThat(page.textContent("[data-k='folder-tree/of/']")).isEqualTo("tree/of/ keys: 7");
    page.keyboard().press("Enter");
    page.waitForSelector("[data-k='folder-tree/of/y/']");
    assertThat(page.textContent("[data-k='folder-tree/of/y/']")).isEqualTo("y/ keys: 3");
    assertThat(page.textContent("[data-k='folder-tree/of/<b>i</']")).isEqualTo("<b>i</ keys: 1");
    assertThat(page.locator(".key-tree b").count()).isZero();
    page.focus("[data-k='folder-tree/of/y/']");
    page.keyboard().press("Enter");
    page.click(".key-tree button:text-is('2')");
    page.waitForSelector(".key-detail pre");
    assertThat(page.textContent(".key-detail h3")).contains("tree/of/y/2");
    assertThat(Chromium.violations(page)).isEmpty();

    page.focus("[data-k='folder-tree/of/']");
    page.keyboard().press("Enter");
    page.waitForCondition(() -> page.locator("[data-k='folder-tree/of/y/']").count() == 0);
    assertThat(page.evaluate("document.activeElement.dataset.k")).isEqualTo("folder-tree/of/");
  }

  @ParameterizedTest
  @CsvSource({"en, 320, Requests by latency", "zh, 1280, 按延迟分布的请求"})
  void callsAreSeenByLatencyAndByCode(String language, int width, String name) throws Exception {
    Page page = look(language, width);
    page.waitForSelector("tr[data-member=m1][data-known]");

    page.waitForCondition(
        () -> {
          put("seen");
          return page.locator("rect.heat[fill-opacity='1.00']").count() > 0;
        });
    String heat = page.getAttribute("[data-chart=heat] [role=img]", "aria-label");
    assertThat(heat).startsWith(name).containsPattern("[≤>] [\\d.,]+ (ms|毫秒): \\d+");
    page.waitForCondition(() -> page.textContent("#live-charts").contains("OK "));
    assertThat(Chromium.violations(page)).isEmpty();
    assertThat(page.evaluate("document.documentElement.scrollWidth"))
        .isEqualTo(page.evaluate("document.documentElement.clientWidth"));
    if (language.equals("zh")) {
      assertThat(Chromium.foreign(page)).isEmpty();
    }
  }
}
