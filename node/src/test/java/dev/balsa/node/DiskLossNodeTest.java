package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.net.Inquiry;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Event;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Seat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes lose their data directories, and members that were removed end. */
class DiskLossNodeTest {
  @TempDir Path directory;
  private final TreeMap<NodeId, PeerAddress> addresses = new TreeMap<>();
  private final TreeMap<Long, RaftNode<Long, Counter>> nodes = new TreeMap<>();
  private final TreeMap<Long, BlockingQueue<Membership>> taken = new TreeMap<>();
  private final TreeMap<Long, BlockingQueue<Throwable>> ends = new TreeMap<>();

  @BeforeEach
  void startThree() {
    for (int port : FreePorts.take(3)) {
      addresses.put(new NodeId(addresses.size() + 1L), PeerAddress.loopback(port));
    }
    for (long id = 1; id <= 3; id++) {
      taken.put(id, new LinkedBlockingQueue<>());
      ends.put(id, new LinkedBlockingQueue<>());
      start(id);
    }
  }

  @AfterEach
  void closeAll() {
    nodes.values().forEach(RaftNode::close);
  }

  private void start(long id) {
    BlockingQueue<Membership> memberships = Objects.requireNonNull(taken.get(id));
    BlockingQueue<Throwable> causes = Objects.requireNonNull(ends.get(id));
    NodeListener listener =
        new NodeListener() {
          @Override
          public void event(Event event) {
            if (event instanceof Event.ConfigurationTaken(var at, Membership membership)) {
              memberships.add(membership);
            }
          }

          @Override
          public void failed(Throwable cause) {
            causes.add(cause);
          }
        };
    NodeConfig config = Patient.config(new NodeId(id), addresses, directory.resolve("" + id));
    nodes.put(id, RaftNode.start(config, new Counter(), listener));
  }

  private RaftNode<Long, Counter> node(long id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  private void stop(long id) {
    Objects.requireNonNull(nodes.remove(id)).close();
  }

  private void wipe(long id) {
    try (Stream<Path> files = Files.walk(directory.resolve("" + id))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a node's membership names the directories of all three, all of them voters. */
  private Membership awaitWhole(long id) throws InterruptedException {
    Membership latest = Objects.requireNonNull(taken.get(id)).take();
    while (latest.voters().size() < 3
        || latest.members().stream().anyMatch(member -> member.incarnation() == null)) {
      latest = Objects.requireNonNull(taken.get(id)).take();
    }
    return latest;
  }

  private static IncarnationId named(Membership membership, long node) {
    Member member = Objects.requireNonNull(membership.member(new NodeId(node)));
    return Objects.requireNonNull(member.incarnation());
  }

  @Test
  void aMemberWhoseDirectoryWasDeletedComesBackAsALearnerAndThenAsAVoter() throws Exception {
    assertThat(node(1).submit(Bytes.utf8("7")).get()).isInstanceOf(Outcome.Applied.class);
    Membership before = awaitWhole(1);
    awaitWhole(3);

    stop(3);
    wipe(3);
    start(3);
    List<Seat> seats = new ArrayList<>();
    Membership latest = before;
    while (seats.isEmpty()
        || latest.voters().size() < 3
        || named(latest, 3).equals(named(before, 3))) {
      latest = Objects.requireNonNull(taken.get(1L)).take();
      seats.add(Objects.requireNonNull(latest.member(new NodeId(3))).seat());
    }

    assertThat(seats).containsSubsequence(Seat.JOINING, Seat.VOTER);
    assertThat(node(3).read(Consistency.LINEARIZABLE, Counter::sum).get())
        .isInstanceOfSatisfying(
            ReadOutcome.Served.class, served -> assertThat(served.value()).isEqualTo(7L));
  }

  @Test
  void aRemovedMemberEndsAndIsRefusedUnderItsOldIdWhateverItHolds() throws Exception {
    assertThat(node(1).submit(Bytes.utf8("7")).get()).isInstanceOf(Outcome.Applied.class);
    awaitWhole(1);
    awaitWhole(2);
    awaitWhole(3);

    assertThat(removeThree()).isInstanceOf(ChangeOutcome.Done.class);
    Throwable atOnce = Objects.requireNonNull(ends.get(3L)).take();
    stop(3);
    start(3);
    Throwable withItsData = Objects.requireNonNull(ends.get(3L)).take();
    stop(3);
    wipe(3);
    start(3);
    Throwable withoutData = Objects.requireNonNull(ends.get(3L)).take();

    assertThat(List.of(atOnce, withItsData, withoutData))
        .allSatisfy(
            cause ->
                assertThat(cause)
                    .isInstanceOf(RemovedException.class)
                    .hasMessageContaining("node 3")
                    .hasMessageContaining("add it anew"));
  }

  /** Asks until no other change is in the way. */
  private ChangeOutcome removeThree() throws Exception {
    while (true) {
      ChangeOutcome outcome = node(1).reconfigure(List.of(new Change.Remove(new NodeId(3)))).get();
      if (!(outcome instanceof ChangeOutcome.Refused)) {
        return outcome;
      }
      Thread.onSpinWait();
    }
  }

  @Test
  void whoAsksIsToldTheMembers() throws Exception {
    assertThat(node(1).submit(Bytes.utf8("7")).get()).isInstanceOf(Outcome.Applied.class);
    awaitWhole(1);
    PeerAddress first = Objects.requireNonNull(addresses.get(new NodeId(1)));

    Inquiry.Answer answer = Inquiry.ask(first, Duration.ofSeconds(60), null);

    assertThat(answer.node()).isEqualTo(new NodeId(1));
    assertThat(answer.membership().voters())
        .containsExactly(new NodeId(1), new NodeId(2), new NodeId(3));
  }
}
