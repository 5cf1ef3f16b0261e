package dev.balsa.server.http;

/** What goes back over HTTP/1.1: a status code, a content type and the whole body as text. */
public record HttpAnswer(int status, String contentType, String body) {
  /** An answer in JSON. */
  public static HttpAnswer json(int status, String body) {
    return new HttpAnswer(status, "application/json", body);
  }

  /** An answer in plain text; a line end is added. */
  public static HttpAnswer text(int status, String line) {
    return new HttpAnswer(status, "text/plain; charset=utf-8", line + "\n");
  }
}
