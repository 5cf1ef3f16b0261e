package dev.balsa.server.http;

import org.jspecify.annotations.Nullable;

/**
 * What goes back over HTTP/1.1.
 *
 * @param body the whole body, empty if {@code stream} is there
 * @param stream the source of a body that goes out line by line, or null
 */
public record HttpAnswer(
    int status, String contentType, String body, HttpStream.@Nullable Source stream) {
  /** An answer that is there as a whole. */
  public HttpAnswer(int status, String contentType, String body) {
    this(status, contentType, body, null);
  }

  /** An answer in JSON. */
  public static HttpAnswer json(int status, String body) {
    return new HttpAnswer(status, "application/json", body);
  }

  /** An answer in plain text; a line end is added. */
  public static HttpAnswer text(int status, String line) {
    return new HttpAnswer(status, "text/plain; charset=utf-8", line + "\n");
  }

  /** An answer that goes out line by line. */
  public static HttpAnswer stream(String contentType, HttpStream.Source source) {
    return new HttpAnswer(200, contentType, "", source);
  }
}
