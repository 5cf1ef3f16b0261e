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
  private final LongSupplier wall;
  private long seenNanos;
  private long aheadMillis;
  private boolean silent = true;
  private boolean asked;

  /**
   * A member of which nothing is known yet.
   *
   * @param clock tells nanoseconds and never falls
   * @param wall the wall clock's milliseconds
   */
  Neighbor(LongSupplier clock, LongSupplier wall) {
    this.clock = clock;
    this.wall = wall;
  }

  /**
   * What can be said of a member now.
   *
   * @param report its last
   * @param known whether that still stands
   * @param aheadMillis by how much its wall clock is surely ahead of this member's, less than 0 if
   *     it is behind; what the way of the answer may have taken is not counted
   */
  record View(String report, boolean known, long ageMillis, long aheadMillis) {}

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
    long began = wall.getAsLong();
    URI uri = URI.create(url + LiveView.SELF_PATH + "?after=" + after);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).GET().build();
    var unused =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
            .handle((answer, failure) -> answered(failure == null ? answer : null, began))
            .thenRun(heard);
  }

  private synchronized boolean answered(@Nullable HttpResponse<String> answer, long began) {
    asked = false;
    if (answer != null && answer.statusCode() == 200) {
      Sighting.parse(answer.body()).ifPresentOrElse(it -> saw(it, began), () -> silent = true);
    } else {
      silent = true;
    }
    return !silent;
  }

  /** The member said this of itself just now, asked at {@code began} by the wall clock. */
  synchronized void saw(Sighting sighting, long began) {
    aheadMillis = ahead(sighting.wall(), began, wall.getAsLong());
    if (last != null && last.run() != sighting.run() && last.sequence() > 0) {
      // It has started anew and was asked for what comes after the old run's events.
      last = new Sighting(sighting.run(), 0, sighting.wall(), sighting.report(), List.of());
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
        ? new View("", false, 0, 0)
        : new View(
            sighting.report(), !silent && age < FRESH.toNanos(), age / 1_000_000, aheadMillis);
  }

  /** It looked at its clock some time between the question and the answer. */
  private static long ahead(long theirs, long asked, long answered) {
    return theirs > answered ? theirs - answered : Math.min(0, theirs - asked);
  }
}
