package dev.balsa.server.watch;

import dev.balsa.kv.Change;
import dev.balsa.kv.History;
import dev.balsa.proto.WatchRequest;
import java.util.List;

/** What the loop's thread takes from its inbox. */
sealed interface WatchInput {
  /** All changes of the revisions {@code first} to {@code last}. */
  record Published(long first, long last, List<Change> changes, boolean withPrev)
      implements WatchInput {}

  /** The store is at {@code last}; what changed on the way must be asked for. */
  record Skipped(long last) implements WatchInput {}

  /** The member has applied what the cluster had committed when it was first asked to watch. */
  record CaughtUp() implements WatchInput {}

  record Opened(WatchStream stream) implements WatchInput {}

  record Asked(WatchStream stream, WatchRequest request) implements WatchInput {}

  /** The client takes responses again. */
  record Ready(WatchStream stream) implements WatchInput {}

  /** The client is gone. */
  record Closed(WatchStream stream) implements WatchInput {}

  /** The answer to the query for history. */
  record Fetched(long from, boolean withPrev, History history) implements WatchInput {}

  /** The query for history did not run. */
  record FetchRefused() implements WatchInput {}

  /** Time has passed; {@code now} is in milliseconds since the desk began. */
  record Tick(long now, boolean hasLeader) implements WatchInput {}

  record Stop() implements WatchInput {}
}
