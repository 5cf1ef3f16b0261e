package dev.balsa.server.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What goes back over HTTP/1.1.
 *
 * @param status the code
 * @param body handed over, not copied; nobody writes to it any more
 * @param headers beside the content's type and length
 */
@SuppressWarnings("ArrayRecordComponent") // written to the wire once, never compared
public record HttpAnswer(int status, String contentType, byte[] body, Map<String, String> headers) {
  /** An answer without further headers. */
  public HttpAnswer(int status, String contentType, String body) {
    this(status, contentType, body, Map.of());
  }

  /** An answer of text. */
  public HttpAnswer(int status, String contentType, String body, Map<String, String> headers) {
    this(status, contentType, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** An answer in JSON. */
  public static HttpAnswer json(int status, String body) {
    return new HttpAnswer(status, "application/json", body);
  }

  /** An answer in plain text; a line end is added. */
  public static HttpAnswer text(int status, String line) {
    return new HttpAnswer(status, "text/plain; charset=utf-8", line + "\n");
  }
}
