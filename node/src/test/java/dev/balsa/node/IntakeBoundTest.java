package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for a leader is bounded, and refused by name beyond that. */
class IntakeBoundTest {
  private static final Bytes COMMAND = Bytes.utf8("1");
  private static final int ROOM = 10;
  private static final int READS = 200_000; // twice as many as may wait

  @TempDir Path folder;

  /** One of three members, the others of which never come: it has no leader. */
  private NodeConfig alone() {
    TreeMap<NodeId, PeerAddress> members = new TreeMap<>();
    Iterator<Integer> ports = FreePorts.take(3).iterator();
    for (int id = 1; id <= 3; id++) {
      members.put(new NodeId(id), PeerAddress.loopback(ports.next()));
    }
    return NodeConfig.of(new NodeId(1), members, folder.resolve("node"));
  }

  @Test
  void commandsBeyondTheBoundAreRefusedAndThoseWithinItWait() {
    long bytesMax = (long) ROOM * (Entry.OVERHEAD_BYTES + COMMAND.length());
    NodeConfig config = alone().withIntakeBytesMax(bytesMax);
    List<CompletableFuture<Outcome<Long>>> outcomes = new ArrayList<>();

    try (RaftNode<Long, Counter> node = RaftNode.start(config, new Counter())) {
      for (int i = 0; i < ROOM + 2; i++) {
        outcomes.add(node.submit(COMMAND));
      }

      assertThat(outcomes.subList(0, ROOM)).noneMatch(CompletableFuture::isDone);
      assertThat(outcomes.subList(ROOM, ROOM + 2))
          .allMatch(it -> it.join().equals(new Outcome.Refused<>(Refusal.QUEUE_FULL)));
    }

    assertThat(outcomes.subList(0, ROOM)).allMatch(it -> it.join() instanceof Outcome.Stopped);
  }

  @Test
  void readsThatWereGivenUpLeaveRoomForThoseThatNeedNoLeader() {
    try (RaftNode<Long, Counter> node = RaftNode.start(alone(), new Counter())) {
      for (int i = 0; i < READS; i++) {
        node.<Long>read(Consistency.LINEARIZABLE, Counter::sum)
            .complete(new ReadOutcome.Stopped<>());
      }

      Await.until(
          () ->
              node.<Long>read(Consistency.STALE, Counter::sum).join()
                  instanceof ReadOutcome.Served);
      CompletableFuture<ReadOutcome<Long>> waiting =
          node.read(Consistency.LINEARIZABLE, Counter::sum);
      assertThat(waiting).isNotDone();
    }
  }

  @Test
  void aBoundThatLetsNothingInIsRefused() {
    NodeConfig config = alone();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withIntakeBytesMax(0))
        .withMessage("intakeBytesMax is 0, must be positive");
  }
}
