package dev.balsa.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * {@code /ui/}: the page with the tour and the playground, out of the web module's archive. Only
 * plain file names are looked up, so that no path leads elsewhere. The page may load what this
 * server sends and nothing else.
 */
public final class PageFiles implements HttpRoutes.Endpoint {
  /** Where the page stands. */
  public static final String PREFIX = "/ui/";

  private static final String FOLDER = "/dev/balsa/web/ui/"; // in the archive of balsa-web

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'self'";
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          POLICY,
          "Referrer-Policy",
          "no-referrer",
          "Cache-Control",
          "no-cache");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "txt", "text/plain; charset=utf-8");

  /** The page of this build. */
  public PageFiles() {}

  /** Leads to the page from a path without its last slash. */
  public static HttpAnswer redirect() {
    return new HttpAnswer(
        308, "text/plain; charset=utf-8", new byte[0], Map.of("Location", PREFIX), null);
  }

  @Override
  public CompletableFuture<HttpAnswer> answer(HttpQuery query) {
    String path = query.path().substring(PREFIX.length());
    return CompletableFuture.completedFuture(file(path.isEmpty() ? "index.html" : path));
  }

  private static HttpAnswer file(String path) {
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (type == null || !path.matches("([a-z0-9]+/)?[a-z0-9]+\\.[a-z]+")) {
      return notFound();
    }
    try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + path)) {
      return in == null ? notFound() : new HttpAnswer(200, type, in.readAllBytes(), HEADERS, null);
    } catch (IOException e) {
      throw new UncheckedIOException("the page's file " + path + " cannot be read", e);
    }
  }

  /** A page that is no file, under the same rules. */
  static HttpAnswer page(byte[] html) {
    return new HttpAnswer(200, "text/html; charset=utf-8", html, HEADERS, null);
  }

  private static HttpAnswer notFound() {
    return HttpAnswer.text(404, "404 page not found");
  }
}
