package dev.balsa.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A browser, and the page as a static folder on a server of its own, for the tests of one class. A
 * test opens the windows it needs; they are closed behind it, and it fails if one of them
 * complained of anything that the test did not take. For one thread.
 */
final class Chromium implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  /** How long a test waits for what must come. */
  static final double PATIENCE_MS = 120_000;

  private final List<String> complaints = new ArrayList<>();
  private @Nullable PageServer server;
  private @Nullable Playwright playwright;
  private @Nullable Browser browser;

  /** Starts all; skips the tests where there is no browser, see {@link Tools}. */
  @Override
  public void beforeAll(ExtensionContext tests) throws IOException {
    Path chromium = Tools.require("chromium", "chromium-browser", "google-chrome");
    Tools.module();
    server = new PageServer();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
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
  }

  @Override
  public void afterEach(ExtensionContext test) {
    requireNonNull(browser).contexts().forEach(BrowserContext::close);
    assertThat(takeComplaints()).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    if (playwright != null) {
      playwright.close();
    }
    if (server != null) {
      server.close();
    }
  }

  /** What pages said on their consoles as an error since the last call. */
  List<String> takeComplaints() {
    List<String> taken = List.copyOf(complaints);
    complaints.clear();
    return taken;
  }

  /** An empty page of a window. */
  Page page(int width, int height, ColorScheme scheme, ReducedMotion motion) {
    return watched(
        new Browser.NewContextOptions()
            .setViewportSize(width, height)
            .setColorScheme(scheme)
            .setReducedMotion(motion));
  }

  private Page watched(Browser.NewContextOptions window) {
    Page page = requireNonNull(browser).newContext(window).newPage();
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

  /** An empty page of a telephone, which is touched and has no pointer. */
  Page telephone(int width, int height) {
    return watched(
        new Browser.NewContextOptions()
            .setViewportSize(width, height)
            .setHasTouch(true)
            .setIsMobile(true));
  }

  /** An empty page of a window where no script runs. */
  Page withoutScripts() {
    return requireNonNull(browser)
        .newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))
        .newPage();
  }

  /** The page at an address behind its folder, drawn. */
  Page open(String address) {
    return open(page(1280, 900, ColorScheme.LIGHT, ReducedMotion.NO_PREFERENCE), address);
  }

  /** The same in a window that is there. */
  Page open(Page page, String address) {
    page.navigate(address() + address);
    page.waitForSelector("html[data-ready]:not([data-hash=''])");
    await(page, "document.documentElement.dataset.hash !== undefined", true);
    return page;
  }

  /** Where the folder stands. */
  String address() {
    return requireNonNull(server).address();
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
}
