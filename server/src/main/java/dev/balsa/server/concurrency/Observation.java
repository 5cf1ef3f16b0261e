package dev.balsa.server.concurrency;

import dev.balsa.proto.Event;
import dev.balsa.proto.KeyValue;
import dev.balsa.proto.LeaderResponse;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.proto.WatchResponse;
import org.jspecify.annotations.Nullable;

/** Tells one client who is elected, and what that one says of itself, whenever it changes. */
final class Observation {
  private final Contest contest;
  private final Slowly<LeaderResponse> client;

  Observation(Contest contest, Slowly<LeaderResponse> client) {
    this.contest = contest;
    this.client = client;
  }

  /** Goes on until the client goes away or the store cannot be asked. */
  void run() {
    while (true) {
      RangeResponse first = contest.first();
      long revision = first.getHeader().getRevision();
      if (first.getKvsCount() > 0) {
        say(first.getHeader(), first.getKvs(0));
        follow(first.getKvs(0), revision);
      } else {
        LeaderResponse next = awaitFirst(revision);
        if (next != null) {
          client.say(next);
          follow(next.getKv(), next.getKv().getModRevision());
        }
      }
    }
  }

  /** Waits for somebody to campaign; null if a compaction hides who did. */
  private @Nullable LeaderResponse awaitFirst(long revision) {
    try (OwnWatch watch = contest.watchAll(revision + 1)) {
      while (true) {
        WatchResponse response = watch.next();
        for (Event event : response.getEventsList()) {
          if (!OwnWatch.isDelete(event)) {
            return answer(response.getHeader(), event.getKv());
          }
        }
        if (response.getCanceled()) {
          return null;
        }
      }
    }
  }

  /** Passes on what the elected one says after {@code revision}, until it is gone. */
  private void follow(KeyValue elected, long revision) {
    try (OwnWatch watch = contest.watch(elected.getKey(), revision + 1)) {
      while (true) {
        WatchResponse response = watch.next();
        for (Event event : response.getEventsList()) {
          if (OwnWatch.isDelete(event)) {
            return;
          }
          say(response.getHeader(), event.getKv());
        }
        if (response.getCanceled()) {
          return;
        }
      }
    }
  }

  private void say(ResponseHeader header, KeyValue elected) {
    client.say(LeaderResponse.newBuilder().setHeader(header).setKv(elected).build());
  }

  /** With the revision of what is said, since one watch response may hold several. */
  private static LeaderResponse answer(ResponseHeader header, KeyValue elected) {
    return LeaderResponse.newBuilder()
        .setHeader(header.toBuilder().setRevision(elected.getModRevision()))
        .setKv(elected)
        .build();
  }
}
