package dev.balsa.server.whole;

import dev.balsa.proto.ClusterGrpc;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Two servers that are asked the same, step by step. For one thread. */
final class Pair {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  /** After a difference was found, what is awaited either comes soon or shows nothing new. */
  private static final Duration PATIENCE_LEFT = Duration.ofSeconds(3);

  private final Side theirs;
  private final Side ours;
  private Duration patience = Await.PATIENCE;
  private long revision;
  private long asked;

  Pair(Side theirs, Side ours) {
    this.theirs = theirs;
    this.ours = ours;
  }

  /** What both said to one step. */
  record Both(Answer wanted, Answer found) {}

  /** Both answered otherwise than each other to a step, and no known difference explains it. */
  static final class Difference extends AssertionError {
    private static final long serialVersionUID = 1;

    private final String kind;

    Difference(Step step, String wanted, String found) {
      super("%s%netcd says:%n%s%nwe say:%n%s".formatted(step.text(), wanted, found));
      kind = (wanted + "|" + found).replaceAll("[0-9]+", "0");
    }

    /** The answers but for their numbers. */
    String kind() {
      return kind;
    }
  }

  /** How many steps were asked of both. */
  long asked() {
    return asked;
  }

  /** The newest revision that was seen. */
  long revision() {
    return revision;
  }

  int ownLeases() {
    return theirs.ownLeases();
  }

  /**
   * Plays a step on both.
   *
   * @throws Difference if they answer otherwise than each other
   */
  Answer play(Step step) throws Exception {
    asked++;
    if (step instanceof Step.End && !theirs.hasBegun()) {
      return new Answer("", 0, null);
    }
    CompletableFuture<Answer> first = theirs.start(step);
    CompletableFuture<Answer> second = ours.start(step);
    Answer wanted = waitedFor(first);
    if (isLostChange(step, wanted)) {
      wanted = waitedFor(theirs.start(step));
    }
    Answer found = waitedFor(second);
    if (!wanted.text().equals(found.text())
        && !KnownDifference.explains(step, wanted.text(), found.text())) {
      throw new Difference(step, wanted.text(), found.text());
    }
    if (step instanceof Step.Settle) {
      settle(step);
    }
    revision = Math.max(revision, wanted.revision());
    return wanted;
  }

  /**
   * Whether etcd has dropped a change of its members, which it does while the change before is not
   * applied wholly, though it was answered. It says so when the request's time is up, and that
   * only.
   */
  private static boolean isLostChange(Step step, Answer wanted) {
    return step instanceof Step.Ask ask
        && ask.method().getFullMethodName().startsWith(ClusterGrpc.SERVICE_NAME)
        && wanted.text().equals("UNAVAILABLE: etcdserver: request timed out\n");
  }

  private Answer waitedFor(CompletableFuture<Answer> answer) throws Exception {
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Answer("no answer: " + e, 0, null);
    }
  }

  private void settle(Step step) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    while (!isSettled(theirs) || !isSettled(ours) || !told(theirs).equals(told(ours))) {
      if (System.nanoTime() > end) {
        throw new Difference(step, unlike(theirs, ours), unlike(ours, theirs));
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private boolean isSettled(Side side) {
    return side.streams().values().stream()
        .allMatch(stream -> stream.isSettled(RandomRequests.keys(), revision));
  }

  private static Map<String, String> told(Side side) {
    Map<String, String> all = new TreeMap<>();
    side.streams()
        .forEach(
            (n, stream) ->
                stream
                    .told()
                    .forEach(
                        (id, lines) ->
                            all.put("stream " + n + ", watcher " + id, String.join("", lines))));
    return all;
  }

  private static String unlike(Side one, Side other) {
    Map<String, String> said = told(one);
    said.entrySet().removeAll(told(other).entrySet());
    return said.toString();
  }

  /** From now on nothing is waited for for long. */
  void hurry() {
    patience = PATIENCE_LEFT;
  }

  /** From now on everything is waited for as long as it takes. */
  void calm() {
    patience = Await.PATIENCE;
  }

  /** Makes both empty and brings them to one revision, whatever they disagreed on before. */
  void reset() throws Exception {
    theirs.empty();
    ours.empty();
    long next = Math.max(theirs.revision(), ours.revision()) + 1;
    theirs.advance(next);
    ours.advance(next);
    revision = next + 1;
  }
}
