package dev.balsa.server.live;

import dev.balsa.server.http.HttpStream;
import dev.balsa.web.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One open page, told what is new to it by server-sent events. While the last one is not on the
 * wire yet it is told nothing more, and catches up later. Thread-safe.
 */
final class Viewer implements HttpStream.Source {
  private final Map<String, String> told = new LinkedHashMap<>();
  private final Runnable left;
  private HttpStream.@Nullable Sink sink;
  private long position; // of the story, the next to tell
  private boolean ready;

  /** {@code left} is run when the page is gone. */
  Viewer(Runnable left) {
    this.left = left;
  }

  @Override
  public synchronized void open(HttpStream.Sink out) {
    sink = out;
    ready = true;
  }

  @Override
  public synchronized void ready() {
    ready = true;
  }

  @Override
  public void gone() {
    left.run();
  }

  /**
   * Tells what has changed since it was told last.
   *
   * @param parts JSON by name, all of them
   * @param ages for how many milliseconds each member has said nothing, as JSON
   */
  synchronized void tell(Map<String, String> parts, String ages, Story story) {
    if (sink == null || !ready) {
      return;
    }
    Json json = Json.ofMembers().open().raw("ages", ages).name("parts").open();
    parts.forEach(
        (name, part) -> {
          if (!part.equals(told.put(name, part))) {
            json.raw(name, part);
          }
        });
    json.close();
    List<String> fresh = story.from(position);
    position = story.next();
    json.name("story").openList();
    fresh.forEach(json::rawValue);
    json.closeList().close();
    ready = false;
    sink.line("data: " + json + "\n");
  }

  synchronized void end() {
    if (sink != null) {
      sink.end();
    }
  }
}
