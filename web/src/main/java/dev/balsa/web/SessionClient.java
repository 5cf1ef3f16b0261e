package dev.balsa.web;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A client whose commands take effect once (paper §8, thesis §6.3). It opens a session when it
 * first needs one, and says with each request from which number on it wants answers; a person says
 * when it asks again. When its session has ended it begins another, with numbers from 1.
 */
final class SessionClient {
  /**
   * So short that one can see a session expire: three commands of another client are enough, since
   * log time goes on by 5 s at most with each.
   */
  private static final long TIMEOUT_MILLIS = 10_000;

  private final Clients clients;
  private final List<Action.Once> waiting = new ArrayList<>(); // until the session is open
  private final TreeSet<Long> unanswered = new TreeSet<>();
  private long session; // 0 while there is none
  private boolean opening;
  private Action.@Nullable Once latest;

  SessionClient(Clients clients) {
    this.clients = clients;
  }

  /** The name of the session, 0 while there is none. */
  long session() {
    return session;
  }

  /** What was asked for last in this session or, while there is none, for the next. */
  Action.@Nullable Once latest() {
    return latest;
  }

  /** A person asks for it, for the first time or again. */
  void once(Action.Once wish) {
    latest = wish;
    if (session > 0) {
      request(wish);
      return;
    }
    waiting.add(wish);
    if (!opening) {
      opening = true;
      clients.write(
          wish.node(),
          new SessionCommand.Open(TIMEOUT_MILLIS, clients.stampMillis()),
          this::opened);
    }
  }

  /** Without a session nothing that waited was ever sent. */
  private void opened(@Nullable SessionResult<?> result) {
    opening = false;
    List<Action.Once> wishes = List.copyOf(waiting);
    waiting.clear();
    if (result instanceof SessionResult.Opened<?>(long name)) {
      session = name;
      wishes.forEach(this::request);
    }
  }

  private void request(Action.Once wish) {
    long name = session;
    unanswered.add(wish.number());
    clients.write(
        wish.node(),
        new SessionCommand.Request(
            name,
            wish.number(),
            unanswered.first(),
            clients.stampMillis(),
            KvLoad.put(wish.key(), wish.value())),
        result -> answered(name, wish.number(), result));
  }

  private void answered(long name, long number, @Nullable SessionResult<?> result) {
    if (name != session) {
      return;
    }
    if (result instanceof SessionResult.Expired<?>) {
      end();
    } else if (result instanceof SessionResult.Done<?>
        || (result instanceof SessionResult.Refused<?>(SessionResult.Reason reason)
            && reason == SessionResult.Reason.SUPERSEDED)) {
      unanswered.remove(number);
    }
  }

  /** A person has no more use for the session; nothing is asked if there is none. */
  void close(NodeId node) {
    long name = session;
    if (name > 0) {
      clients.write(
          node,
          new SessionCommand.Close(name, clients.stampMillis()),
          result -> {
            if (name == session && result instanceof SessionResult.Closed<?>) {
              end();
            }
          });
    }
  }

  private void end() {
    session = 0;
    latest = null;
    unanswered.clear();
  }
}
