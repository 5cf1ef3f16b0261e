package dev.balsa.server.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes back over HTTP/1.1.
 *
 * @param body the whole body, empty if {@code stream} is there; handed over, not copied
 * @param headers beside the content's type and length
 * @param stream the source of a body that goes out line by line, or null
 */
@SuppressWarnings("ArrayRecordComponent") // written to the wire once, never compared
public record HttpAnswer(
    int status,
    String contentType,
    byte[] body,
    Map<String, String> headers,
    HttpStream.@Nullable Source stream) {
  /** An answer that is there as a whole. */
  public HttpAnswer(int status, String contentType, String body) {
    this(status, contentType, body.getBytes(StandardCharsets.UTF_8), Map.of(), null);
  }

  /** An answer in JSON. */
  public static HttpAnswer json(int status, String body) {
    return new HttpAnswer(status, "application/json", body);
  }

  /** An answer in plain text; a line end is added. */
  public static HttpAnswer text(int status, String line) {
    return new HttpAnswer(status, "text/plain; charset=utf-8", line + "\n");
  }

  /** The same answer with one more header. */
  HttpAnswer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new HttpAnswer(status, contentType, body, more, stream);
  }

  /** An answer that goes out line by line. */
  public static HttpAnswer stream(String contentType, HttpStream.Source source) {
    return new HttpAnswer(200, contentType, new byte[0], Map.of(), source);
  }
}
