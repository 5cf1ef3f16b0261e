package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.session.ResultCodec;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionMachine;
import dev.balsa.raft.session.SessionResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions on whole nodes: what is submitted once takes effect once. */
class SessionNodeTest {
  @TempDir Path directory;
  private final Map<NodeId, PeerAddress> members = new TreeMap<>();
  private final List<RaftNode<SessionResult<Long>, SessionMachine<Long, Counter>>> nodes =
      new ArrayList<>();
  private final List<CompletableFuture<Event>> snapshots = new ArrayList<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(RaftNode::close);
  }

  @Test
  void everyCommandTakesEffectOnceThoughEverySecondAnswerIsLost() throws Exception {
    start(3);
    AtomicInteger answers = new AtomicInteger();
    Session.Route<Long> forgetful =
        command -> nodes.get(1).submit(command).thenApply(outcome -> forget(outcome, answers, 2));

    long repeated;
    try (Session<Long> session = Session.open(forgetful)) {
      repeated = add(session, 300);
    }

    assertThat(repeated).isPositive();
    assertThat(sum()).isEqualTo(300);
  }

  @Test
  void everyCommandTakesEffectOnceThroughAChangeOfLeaderAndARestart() throws Exception {
    start(3);
    AtomicInteger turn = new AtomicInteger();
    Session.Route<Long> anyNode =
        command -> {
          int node = turn.getAndIncrement() % 3;
          CompletableFuture<Outcome<SessionResult<Long>>> sent;
          synchronized (nodes) {
            sent = nodes.get(node).submit(command);
          }
          return sent.thenApply(
              outcome ->
                  outcome instanceof Outcome.Stopped
                      ? new Outcome.Unknown<>("node stopped")
                      : outcome);
        };

    try (Session<Long> session = Session.open(anyNode)) {
      add(session, 50);
      int leader = leader();
      List<CompletableFuture<SessionOutcome<Long>>> meanwhile = ask(session, 200);
      nodes.get(leader).handOver().get();
      restart(leader);
      meanwhile.addAll(ask(session, 200));
      restart((leader + 1) % 3);
      await(meanwhile);
      add(session, 50);
    }

    assertThat(sum()).isEqualTo(500);
  }

  @Test
  void aRequestIsRememberedThroughASnapshotAndARestart() throws Exception {
    start(1);
    Session<Long> session = Session.open(nodes.getFirst()::submit);
    add(session, 10);
    Bytes again = new SessionCommand.Request(session.id(), 77, 11, 0, Bytes.utf8("5")).encode();
    var first = nodes.getFirst().submit(again).get();
    // The snapshot holds that request: it is taken after it.
    CompletableFuture<Event> snapshot = snapshotAfterNow();
    while (!snapshot.isDone()) {
      nodes.getFirst().submit(new SessionCommand.Plain(Bytes.utf8("0")).encode()).get();
    }

    long appliedOnce = machine(m -> m.machine().applied());

    restart(0);
    var second = nodes.getFirst().submit(again).get();

    assertThat(first)
        .isInstanceOfSatisfying(
            Outcome.Applied.class,
            a -> assertThat(a.result()).isEqualTo(new SessionResult.Done<>(15L, false)));
    assertThat(second)
        .isInstanceOfSatisfying(
            Outcome.Applied.class,
            a -> assertThat(a.result()).isEqualTo(new SessionResult.Done<>(15L, true)));
    assertThat(sum()).isEqualTo(15);
    assertThat(machine(m -> m.machine().applied())).isLessThan(appliedOnce);
  }

  @Test
  void aSessionThatTheGroupHasEndedSaysSo() throws Exception {
    start(1);
    long hour = 3_600_000;
    Session<Long> silent =
        Session.open(nodes.getFirst()::submit, new SessionConfig(hour, 10, () -> 0));
    add(silent, 1);
    long stamp = 0;
    for (; stamp <= 2 * hour; stamp += SessionMachine.GAP_MILLIS_MAX) {
      var unused = nodes.getFirst().submit(new SessionCommand.Open(1, stamp).encode());
    }

    assertThat(silent.submit(Bytes.utf8("1")).get())
        .isEqualTo(new SessionOutcome.Ended<>(SessionOutcome.End.SESSION_EXPIRED));
    assertThat(silent.submit(Bytes.utf8("1")).get())
        .isEqualTo(new SessionOutcome.Ended<>(SessionOutcome.End.SESSION_EXPIRED));
    assertThat(sum()).isEqualTo(1);
  }

  @Test
  void aSilentSessionKeepsItselfAlive() throws Exception {
    start(1);
    AtomicInteger words = new AtomicInteger();
    CompletableFuture<Void> third = new CompletableFuture<>();
    Session.Route<Long> counting =
        command -> {
          if (SessionCommand.decode(command) instanceof SessionCommand.KeepAlive
              && words.incrementAndGet() == 3) {
            third.complete(null);
          }
          return nodes.getFirst().submit(command);
        };

    try (Session<Long> session = Session.open(counting, new SessionConfig(30, 10, () -> 0))) {
      third.get(); // the log's time stands still, so that no busy machine ends the session
      assertThat(session.id()).isPositive();
    }
  }

  @Test
  void moreThanTheBoundIsRefusedAtOnceAndWhatIsGivenUpMakesRoom() {
    Session.Route<Long> silent = command -> new CompletableFuture<>();
    Session<Long> session = Session.open(silent, SessionConfig.DEFAULT.withInflightMax(2));
    var first = session.submit(Bytes.utf8("1"));
    var second = session.submit(Bytes.utf8("1"));

    var third = session.submit(Bytes.utf8("1"));
    first.cancel(false);
    var fourth = session.submit(Bytes.utf8("1"));
    session.close();

    assertThat(third)
        .isCompletedWithValue(new SessionOutcome.Refused<>(SessionOutcome.Reason.INFLIGHT_FULL));
    assertThat(second)
        .isCompletedWithValue(new SessionOutcome.Ended<>(SessionOutcome.End.SESSION_CLOSED));
    assertThat(fourth)
        .isCompletedWithValue(new SessionOutcome.Ended<>(SessionOutcome.End.SESSION_CLOSED));
  }

  @Test
  void aClosedSessionIsGoneFromTheGroupAndAClosedNodeEndsIts() throws Exception {
    start(1);
    Session<Long> closed = Session.open(nodes.getFirst()::submit);
    add(closed, 1);
    Session<Long> open = Session.open(nodes.getFirst()::submit);
    add(open, 1);

    closed.close();
    add(open, 1); // the log takes both in this order
    var sessions = nodes.getFirst().read(Consistency.LINEARIZABLE, SessionMachine::sessions).get();
    nodes.getFirst().close();

    assertThat(sessions)
        .isInstanceOfSatisfying(
            ReadOutcome.Served.class, read -> assertThat(read.value()).isEqualTo(1));
    assertThat(open.submit(Bytes.utf8("1")).get())
        .isEqualTo(new SessionOutcome.Ended<>(SessionOutcome.End.NODE_STOPPED));
  }

  private static Outcome<SessionResult<Long>> forget(
      Outcome<SessionResult<Long>> outcome, AtomicInteger answers, int each) {
    return answers.incrementAndGet() % each == 0 ? new Outcome.Unknown<>("lost") : outcome;
  }

  /** Adds 1 so many times, many at once; returns how many answers were those of a repetition. */
  private static long add(Session<Long> session, int count) {
    return await(ask(session, count));
  }

  private static List<CompletableFuture<SessionOutcome<Long>>> ask(
      Session<Long> session, int count) {
    List<CompletableFuture<SessionOutcome<Long>>> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      asked.add(session.submit(Bytes.utf8("1")));
    }
    return asked;
  }

  private static long await(List<CompletableFuture<SessionOutcome<Long>>> asked) {
    long repeated = 0;
    for (CompletableFuture<SessionOutcome<Long>> outcome : asked) {
      assertThat(outcome.join()).isInstanceOf(SessionOutcome.Applied.class);
      repeated += ((SessionOutcome.Applied<Long>) outcome.join()).repeated() ? 1 : 0;
    }
    return repeated;
  }

  private long sum() throws Exception {
    return machine(m -> m.machine().sum());
  }

  private long machine(Function<SessionMachine<Long, Counter>, Long> query) throws Exception {
    ReadOutcome<Long> outcome = nodes.getFirst().<Long>read(Consistency.LINEARIZABLE, query).get();
    assertThat(outcome).isInstanceOf(ReadOutcome.Served.class);
    return ((ReadOutcome.Served<Long>) outcome).value();
  }

  private int leader() {
    for (int i = 0; i < nodes.size(); i++) {
      NodeId leader = nodes.get(i).status().raft().leader();
      if (leader != null) {
        return (int) leader.value() - 1;
      }
    }
    throw new AssertionError("a group that answers has a leader");
  }

  private void start(int count) {
    for (int port : FreePorts.take(count)) {
      members.put(new NodeId(members.size() + 1L), PeerAddress.loopback(port));
    }
    for (int i = 0; i < count; i++) {
      nodes.add(startOne(i));
    }
  }

  private void restart(int node) {
    nodes.get(node).close();
    RaftNode<SessionResult<Long>, SessionMachine<Long, Counter>> again = startOne(node);
    synchronized (nodes) {
      nodes.set(node, again);
    }
  }

  private CompletableFuture<Event> snapshotAfterNow() {
    CompletableFuture<Event> next = new CompletableFuture<>();
    synchronized (snapshots) {
      snapshots.add(next);
    }
    return next;
  }

  private RaftNode<SessionResult<Long>, SessionMachine<Long, Counter>> startOne(int node) {
    NodeId id = new NodeId(node + 1L);
    NodeConfig config =
        Patient.config(id, members, directory.resolve(id.toString()))
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(100));
    NodeListener listener =
        new NodeListener() {
          @Override
          public void event(Event event) {
            if (event instanceof Event.SnapshotTaken) {
              synchronized (snapshots) {
                snapshots.forEach(waiting -> waiting.complete(event));
              }
            }
          }
        };
    return RaftNode.start(config, new SessionMachine<>(new Counter(), ResultCodec.LONG), listener);
  }
}
