package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SnapshotRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A state machine that keeps its state by itself, and what its node gives it at the next start. */
class KeptStateTest {
  private static final NodeId SELF = new NodeId(1);

  private final FaultyDirectory disk = new FaultyDirectory();
  private final AtomicInteger snapshots = new AtomicInteger();
  private long tailEntries = 10;

  @Test
  void onlyWhatFollowsIsApplied() throws Exception {
    KeepingCounter counter = new KeepingCounter(EntryId.ZERO, 0);
    KeepingCounter kept;
    try (RaftNode<Long, KeepingCounter> node = start(counter, 1_000_000)) {
      write(node, 300);
      kept = kept(node);
      write(node, 20);
    }

    try (RaftNode<Long, KeepingCounter> node = start(kept, 1_000_000)) {
      assertThat(sum(node)).isEqualTo(320);
      write(node, 5);
      assertThat(sum(node)).isEqualTo(325);
    }
    assertThat(kept.commands).isEqualTo(25);
    assertThat(kept.restores).isZero();
  }

  @Test
  void anOlderSnapshotIsNotRestored() throws Exception {
    KeepingCounter kept;
    try (RaftNode<Long, KeepingCounter> node = start(new KeepingCounter(EntryId.ZERO, 0), 200)) {
      writeUntilSnapshots(node, 3);
      write(node, 10);
      kept = kept(node);
    }

    try (RaftNode<Long, KeepingCounter> node = start(kept, 200)) {
      assertThat(sum(node)).isEqualTo(kept.sum);
    }
    assertThat(kept.commands).isZero();
    assertThat(kept.restores).isZero();
  }

  @Test
  void aNewerSnapshotIsRestored() throws Exception {
    KeepingCounter early;
    long written = 50;
    try (RaftNode<Long, KeepingCounter> node = start(new KeepingCounter(EntryId.ZERO, 0), 200)) {
      write(node, 50);
      early = kept(node);
      written += writeUntilSnapshots(node, 3);
    }

    try (RaftNode<Long, KeepingCounter> node = start(early, 200)) {
      assertThat(sum(node)).isEqualTo(written);
    }
    assertThat(early.restores).isEqualTo(1);
    assertThat(early.commands).isLessThan(written);
  }

  /** As when its last entries were no commands, or a crash took what it had not made durable. */
  @Test
  void aNewerSnapshotIsNotReadWhereTheLogLeadsThere() throws Exception {
    KeepingCounter early;
    long written = 50;
    try (RaftNode<Long, KeepingCounter> node = start(new KeepingCounter(EntryId.ZERO, 0), 200)) {
      write(node, 50);
      early = kept(node);
      written += writeUntilSnapshots(node, 1);
    }

    tailEntries = 10_000;
    try (RaftNode<Long, KeepingCounter> node = start(early, 200)) {
      assertThat(sum(node)).isEqualTo(written);
      write(node, 100);
      writeUntilSnapshots(node, snapshots.get() + 1);
    }
    assertThat(early.restores).isZero();
    assertThat(early.sum).isGreaterThan(written);
  }

  @Test
  void snapshotsGoOnAfterAStartWithKeptState() throws Exception {
    KeepingCounter kept;
    try (RaftNode<Long, KeepingCounter> node = start(new KeepingCounter(EntryId.ZERO, 0), 200)) {
      write(node, 150);
      kept = kept(node);
    }
    int before = snapshots.get();

    try (RaftNode<Long, KeepingCounter> node = start(kept, 200)) {
      writeUntilSnapshots(node, before + 2);
    }

    assertThat(snapshots.get()).isGreaterThanOrEqualTo(before + 2);
  }

  @Test
  void aStateThatTheLogDoesNotReachIsRefused() {
    try (RaftNode<Long, KeepingCounter> node = start(new KeepingCounter(EntryId.ZERO, 0), 200)) {
      write(node, 10);
    }
    KeepingCounter foreign = new KeepingCounter(new EntryId(1, 5_000), 7);

    assertThatThrownBy(() -> start(foreign, 200))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("kept its state after entry 1/5000, but the log holds")
        .hasMessageContaining("remove what it kept");
  }

  @Test
  void aStateOfAnotherTermIsRefused() {
    try (RaftNode<Long, KeepingCounter> node = start(new KeepingCounter(EntryId.ZERO, 0), 200)) {
      write(node, 10);
    }
    KeepingCounter foreign = new KeepingCounter(new EntryId(77, 5), 7);

    assertThatThrownBy(() -> start(foreign, 200))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("kept its state after entry 77/5");
  }

  private RaftNode<Long, KeepingCounter> start(KeepingCounter counter, long entries) {
    NodeConfig config =
        NodeConfig.of(SELF, Map.of(SELF, PeerAddress.loopback(0)), Path.of("unused"))
            .withWal(new WalConfig(1 << 18, 1 << 16))
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(entries));
    config =
        config.withRaft(
            config
                .raft()
                .withSnapshots(new SnapshotRules(tailEntries, 1 << 20, 1 << 18, 1L << 30)));
    NodeListener listener =
        new NodeListener() {
          @Override
          public void event(Event event) {
            if (event instanceof Event.SnapshotTaken) {
              snapshots.incrementAndGet();
            }
          }
        };
    return RaftNode.start(config, disk, counter, listener);
  }

  private static KeepingCounter kept(RaftNode<Long, KeepingCounter> node) throws Exception {
    return served(node.read(Consistency.LINEARIZABLE, KeepingCounter::reopened).get());
  }

  private static long sum(RaftNode<Long, KeepingCounter> node) throws Exception {
    return served(node.read(Consistency.LINEARIZABLE, counter -> counter.sum).get());
  }

  private static <T> T served(ReadOutcome<T> outcome) {
    assertThat(outcome).isInstanceOf(ReadOutcome.Served.class);
    return ((ReadOutcome.Served<T>) outcome).value();
  }

  private long writeUntilSnapshots(RaftNode<Long, KeepingCounter> node, int count) {
    long written = 0;
    while (snapshots.get() < count) {
      write(node, 100);
      written += 100;
    }
    return written;
  }

  private static void write(RaftNode<Long, KeepingCounter> node, int count) {
    List<CompletableFuture<Outcome<Long>>> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(node.submit(Bytes.utf8("1")));
    }
    outcomes.forEach(outcome -> assertThat(outcome.join()).isInstanceOf(Outcome.Applied.class));
  }
}
