package dev.balsa.server.live;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A member as this one sees it: what it said of itself last and when, and what it said since.
 * Thread-safe; answers come in on the HTTP client's threads.
 */
final class Neighbor {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Without a word for so long a member is unknown. */
  static final Duration FRESH = Duration.ofMillis(1_500);

  private final List<String> news = new ArrayList<>();
  private @Nullable Sighting last;
  private final LongSupplier clock;
  private long seenNanos;
  private boolean silent = true;
  private boolean asked;

  /** A member of which nothing is known yet; {@code clock} tells nanoseconds and never falls. */
  Neighbor(LongSupplier clock) {
    this.clock = clock;
  }

  /** What can be said of a member now: its last report, and whether it still stands. */
  record View(String report, boolean known, long ageMillis) {}

  /** Asks {@code url}, a member's client URL, unless an answer is awaited already. */
  void ask(HttpClient client, String url, Runnable heard) {
    long after;
    synchronized (this) {
      if (asked) {
        return;
      }
      asked = true;
      after = last == null ? 0 : last.sequence();
    }
    URI uri = URI.create(url + LiveView.SELF_PATH + "?after=" + after);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).GET().build();
    var unused =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
            .handle((answer, failure) -> answered(failure == null ? answer : null))
            .thenRun(heard);
  }

  private synchronized boolean answered(@Nullable HttpResponse<String> answer) {
    asked = false;
    if (answer != null && answer.statusCode() == 200) {
      Sighting.parse(answer.body()).ifPresentOrElse(this::saw, () -> silent = true);
    } else {
      silent = true;
    }
    return !silent;
  }

  /** The member said this of itself just now. */
  synchronized void saw(Sighting sighting) {
    if (last != null && last.run() != sighting.run() && last.sequence() > 0) {
      // It has started anew and was asked for what comes after the old run's events.
      last = new Sighting(sighting.run(), 0, sighting.report(), List.of());
    } else {
      news.addAll(sighting.events());
      last = sighting;
    }
    seenNanos = clock.getAsLong();
    silent = false;
  }

  /** The events that came since the last call. */
  synchronized List<String> takeNews() {
    List<String> taken = List.copyOf(news);
    news.clear();
    return taken;
  }

  synchronized long sequence() {
    return last == null ? 0 : last.sequence();
  }

  synchronized View view() {
    long age = clock.getAsLong() - seenNanos;
    Sighting sighting = last;
    return sighting == null
        ? new View("", false, 0)
        : new View(sighting.report(), !silent && age < FRESH.toNanos(), age / 1_000_000);
  }
}
