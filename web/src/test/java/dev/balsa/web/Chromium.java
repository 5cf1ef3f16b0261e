package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A browser, and the page as a static folder on a server of its own. For one thread. */
final class Chromium implements AutoCloseable {
  /** How long a test waits for what must come. */
  static final double PATIENCE_MS = 120_000;

  private final PageServer server;
  private final Playwright playwright;
  private final Browser browser;
  private final List<String> complaints = new ArrayList<>();

  private Chromium(PageServer server, Playwright playwright, Browser browser) {
    this.server = server;
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Starts both; skips the test where there is no browser, see {@link Tools}. */
  static Chromium start() throws IOException {
    Path chromium = Tools.require("chromium", "chromium-browser", "google-chrome");
    Tools.module();
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium)
                    .setTimeout(PATIENCE_MS)
                    .setArgs(
                        List.of(
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
    return new Chromium(new PageServer(), playwright, browser);
  }

  /** What pages said on their consoles as an error since the last call. */
  List<String> takeComplaints() {
    List<String> taken = List.copyOf(complaints);
    complaints.clear();
    return taken;
  }

  /** An empty page of a window. */
  Page page(int width, int height, ColorScheme scheme, ReducedMotion motion) {
    Page page =
        browser
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, height)
                    .setColorScheme(scheme)
                    .setReducedMotion(motion))
            .newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    return page;
  }

  /** The page at an address behind its folder, drawn. */
  Page open(String address) {
    return open(page(1280, 900, ColorScheme.LIGHT, ReducedMotion.NO_PREFERENCE), address);
  }

  /** The same in a window that is there. */
  Page open(Page page, String address) {
    page.navigate(server.address() + address);
    page.waitForSelector("html[data-ready]:not([data-hash=''])");
    await(page, "document.documentElement.dataset.hash !== undefined", true);
    return page;
  }

  /** The files that pages asked for so far. */
  Set<String> asked() {
    return server.asked();
  }

  /** Where the folder stands. */
  String address() {
    return server.address();
  }

  /** Waits until an expression has a value; the policy forbids the page to evaluate it itself. */
  static void await(Page page, String expression, Object value) {
    try {
      page.waitForCondition(() -> value.equals(page.evaluate(expression)));
    } catch (TimeoutError late) {
      assertThat(page.evaluate(expression)).isEqualTo(value); // says what stands there instead
    }
  }

  /** Presses a key that leads to another moment, and waits for that. */
  static void step(Page page, String key) {
    String moment = "document.documentElement.dataset.moment";
    Object before = page.evaluate(moment);
    page.keyboard().press(key);
    page.waitForCondition(() -> !before.equals(page.evaluate(moment)));
  }

  @Override
  public void close() {
    playwright.close();
    server.close();
  }
}
