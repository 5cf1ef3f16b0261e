package dev.balsa.server.whole;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import dev.balsa.server.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
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
 * A browser for the tests of one class. A test opens the windows it needs; they are closed behind
 * it, and it fails if one of them complained of anything but a member that does not answer. For one
 * thread.
 */
final class Chromium implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private static final double PATIENCE_MS = Await.PATIENCE.toMillis();
  private static final String NO_ANSWER = "Failed to load resource"; // as Chromium says it

  /** What the tests of the page itself look for, too. */
  private static final Path SCRIPTS = Path.of("..", "web", "src", "test", "resources", "browser");

  private final List<String> complaints = new ArrayList<>();
  private @Nullable Playwright playwright;
  private @Nullable Browser browser;

  @Override
  public void beforeAll(ExtensionContext tests) {
    Path chromium = Tools.require("chromium");
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
                    .setArgs(List.of("--headless", "--no-sandbox", "--disable-gpu")));
  }

  @Override
  public void afterEach(ExtensionContext test) {
    requireNonNull(browser).contexts().forEach(BrowserContext::close);
    List<String> said = List.copyOf(complaints);
    complaints.clear();
    assertThat(said).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    if (playwright != null) {
      playwright.close();
    }
  }

  /** A page of its own at an address, {@code width} pixels wide. */
  Page open(String address, int width, ColorScheme scheme) {
    Page page =
        requireNonNull(browser)
            .newContext(
                new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme))
            .newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") && !message.text().startsWith(NO_ANSWER)) {
            complaints.add(message.text());
          }
        });
    page.navigate(address);
    return page;
  }

  /** What in a page breaks a rule of WCAG 2.2, levels A and AA, by axe-core. */
  static List<String> violations(Page page) throws IOException {
    try (InputStream rules = requireNonNull(Chromium.class.getResourceAsStream("/axe.min.js"))) {
      page.evaluate(new String(rules.readAllBytes(), UTF_8));
    }
    return found(page.evaluate(script("violations.js")));
  }

  /** Latin words that a page shows or tells a screen reader, quotations aside, each with where. */
  static List<String> foreign(Page page) throws IOException {
    List<String> known = List.of(script("latin.txt").trim().split("\\s+"));
    return found(page.evaluate(script("foreign.js"), known));
  }

  private static String script(String name) throws IOException {
    return Files.readString(SCRIPTS.resolve(name));
  }

  private static List<String> found(Object list) {
    return ((List<?>) list).stream().map(String::valueOf).toList();
  }
}
