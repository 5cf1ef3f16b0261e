package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code balsa demo} and its page, on which members are killed and started again. */
class DemoPageTest {
  private static final List<Integer> TAKEN = List.of(0, 1, 10, 11, 20, 21); // from the base on

  @RegisterExtension private static final Chromium chromium = new Chromium();

  @TempDir private static Path folder;
  private static int base;
  private static ServerProcess demo;

  @BeforeAll
  static void start() throws Exception {
    base = freeBase();
    demo =
        ServerProcess.run(
            folder.resolve("log"),
            "demo",
            List.of("--port-base=" + base, "--data-dir=" + folder.resolve("data")));
    Await.until(demo::said, () -> demo.said().contains("Ctrl-C stops it"));
  }

  @AfterAll
  static void stop() {
    if (demo != null) {
      demo.close();
    }
  }

  private static int freeBase() throws IOException {
    for (; ; ) {
      int port = Ports.free(1).getFirst();
      if (TAKEN.stream().allMatch(it -> isFree(port + it))) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  @Test
  void aMemberIsKilledAndStartedAgainFromThePage() throws Exception {
    Page page =
        chromium.open("http://127.0.0.1:" + base + "/ui/?lang=zh#live", 1280, ColorScheme.LIGHT);
    page.waitForSelector("#live-headline.good");
    assertThat(page.locator("[data-k=kill-m1]").count()).isZero(); // who serves the page

    page.click("[data-k=kill-m2]");
    page.waitForSelector("tr[data-member=m2][data-role=UNKNOWN]");
    page.waitForSelector("#live-headline.warn");
    page.waitForSelector("[data-k=restart-m2]:not([disabled])");
    assertThat(Chromium.foreign(page)).isEmpty();
    assertThat(Chromium.violations(page)).isEmpty();
    page.click("[data-k=restart-m2]");
    page.waitForSelector("#live-headline.good");

    assertThat(page.isDisabled("[data-k=restart-m2]")).isTrue();
    assertThat(page.isDisabled("[data-k=kill-m2]")).isFalse();
  }

  @Test
  void nothingIsDoneForAnotherSiteOrToWhoDoesNotRun() throws Exception {
    assertThat(post("kill?member=m3", "http://evil.example").statusCode()).isEqualTo(403);

    HttpResponse<String> nobody = post("kill?member=m9", "http://127.0.0.1:" + base);
    HttpResponse<String> running = post("restart?member=m3", "http://127.0.0.1:" + base);

    assertThat(nobody.statusCode()).isEqualTo(409);
    assertThat(nobody.body()).contains("no member \\\"m9\\\" runs here");
    assertThat(running.statusCode()).isEqualTo(409);
    assertThat(running.body()).contains("no member \\\"m3\\\" was killed here");
  }

  private static HttpResponse<String> post(String action, String origin) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + base + "/ui/live/demo/" + action))
              .header("Content-Type", "application/json")
              .header("Origin", origin)
              .POST(BodyPublishers.ofString("{}"))
              .build(),
          BodyHandlers.ofString());
    }
  }
}
