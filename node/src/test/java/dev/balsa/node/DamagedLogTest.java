package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SnapshotRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole nodes that find a part of their log damaged when they start. */
class DamagedLogTest {
  private static final String SEGMENT = "0000000000000001.wal";

  private final Map<NodeId, PeerAddress> members = new TreeMap<>();
  private final List<FaultyDirectory> disks = new ArrayList<>();
  private final Map<Integer, List<Event>> events = new ConcurrentHashMap<>();
  private final Map<Integer, CompletableFuture<Event.EntriesRegained>> regained =
      new ConcurrentHashMap<>();
  private final Map<Integer, CompletableFuture<Event.PreVoteDenied>> denied =
      new ConcurrentHashMap<>();
  private final Map<Integer, RaftNode<Long, Counter>> nodes = new TreeMap<>();

  @AfterEach
  void closeAll() {
    nodes.values().forEach(RaftNode::close);
  }

  @Test
  void aFollowerThatLostEntriesGetsThemFromTheLeaderAndTakesPartAgain() throws Exception {
    prepare(3);
    for (int node = 0; node < 3; node++) {
      start(node);
    }
    int leader = writeAndFindLeader(0);
    int damaged = (leader + 1) % 3;
    stop(damaged);
    damage(damaged);

    start(damaged);
    Event.EntriesRegained event = regained(damaged).get();
    long sum = add(node(damaged), 100);

    assertThat(sum).isEqualTo(120);
    assertThat(events(damaged).getFirst()).isInstanceOf(Event.EntriesLost.class);
    assertThat(untilRegained(damaged))
        .noneMatch(e -> e instanceof Event.PreVoteStarted || e instanceof Event.ElectionStarted);
    assertThat(event.last()).isGreaterThanOrEqualTo(event.end());
    stop(damaged);
    assertThat(disks.get(damaged).list()).doesNotContain("repair");
    start(damaged);
    assertThat(add(node(damaged), 1)).isEqualTo(121);
    assertThat(events(damaged)).noneMatch(e -> e instanceof Event.EntriesLost);
  }

  /** The third node lacks what the two damaged ones had acknowledged: nobody may lead. */
  @Test
  void twoDamagedNodesOfThreeDoNotElectTheOneThatLacksTheirEntries() throws Exception {
    prepare(3);
    start(0);
    start(1);
    writeAndFindLeader(0);
    stop(0);
    stop(1);
    damage(0);
    damage(1);

    start(0);
    start(1);
    start(2);
    Event.PreVoteDenied first = denied(0).get();
    Event.PreVoteDenied second = denied(1).get();

    assertThat(List.of(first.candidate(), second.candidate())).containsOnly(new NodeId(3));
    for (int node = 0; node < 3; node++) {
      assertThat(node(node).status().raft().leader()).isNull();
      assertThat(events(node)).noneMatch(e -> e instanceof Event.VoteGranted);
      assertThat(events(node)).noneMatch(e -> e instanceof Event.BecameLeader);
    }
    assertThat(disks.get(0).list()).contains("repair");
  }

  @Test
  void theOnlyMemberOfAGroupIsRefusedByName() throws Exception {
    prepare(1);
    start(0);
    writeAndFindLeader(0);
    stop(0);
    damage(0);
    byte[] before = disks.getFirst().bytes(SEGMENT);

    assertThatThrownBy(() -> start(0))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(SEGMENT + " at offset ")
        .hasMessageContaining("a forced record is damaged");
    assertThat(disks.getFirst().bytes(SEGMENT)).isEqualTo(before);
  }

  @Test
  void aNodeWhoseSnapshotsAreAllDamagedGetsEverythingFromItsPeers() throws Exception {
    prepare(3);
    for (int node = 0; node < 3; node++) {
      start(node);
    }
    int leader = writeAndFindLeader(0);
    int damaged = (leader + 1) % 3;
    long written = 20;
    while (disks.get(damaged).list().contains(SEGMENT)) {
      add(node(leader), 1);
      written++;
    }
    stop(damaged);
    FaultyDirectory disk = disks.get(damaged);
    disk.list().stream()
        .filter(name -> name.endsWith(".snapshot"))
        .forEach(name -> disk.flip(name, 40, 1));

    start(damaged);
    regained(damaged).get();

    assertThat(add(node(damaged), 100)).isEqualTo(written + 100);
  }

  private RaftNode<Long, Counter> node(int node) {
    return Objects.requireNonNull(nodes.get(node));
  }

  private List<Event> events(int node) {
    return Objects.requireNonNull(events.get(node));
  }

  private CompletableFuture<Event.EntriesRegained> regained(int node) {
    return Objects.requireNonNull(regained.get(node));
  }

  private CompletableFuture<Event.PreVoteDenied> denied(int node) {
    return Objects.requireNonNull(denied.get(node));
  }

  /** One bit in the body of the record with the first commands; those after it stay whole. */
  private void damage(int node) {
    disks.get(node).flip(SEGMENT, 4096 + 128 + 128 + 64 + 40, 4);
  }

  private List<Event> untilRegained(int node) {
    List<Event> all = events(node);
    return all.subList(0, all.indexOf(regained(node).join()) + 1);
  }

  private int writeAndFindLeader(int node) throws Exception {
    long sum = 0;
    for (int i = 0; i < 20; i++) {
      sum = add(node(node), 1);
    }
    assertThat(sum).isEqualTo(20);
    return (int) Objects.requireNonNull(node(node).status().raft().leader()).value() - 1;
  }

  private void prepare(int count) {
    for (int port : FreePorts.take(count)) {
      members.put(new NodeId(members.size() + 1L), PeerAddress.loopback(port));
      disks.add(new FaultyDirectory());
    }
  }

  private void stop(int node) {
    node(node).close();
    nodes.remove(node);
  }

  private void start(int node) {
    List<Event> seen = new CopyOnWriteArrayList<>();
    CompletableFuture<Event.EntriesRegained> whole = new CompletableFuture<>();
    CompletableFuture<Event.PreVoteDenied> denial = new CompletableFuture<>();
    events.put(node, seen);
    regained.put(node, whole);
    denied.put(node, denial);
    NodeConfig config =
        Patient.config(new NodeId(node + 1L), members, Path.of("unused"))
            .withWal(new WalConfig(1 << 16, 1 << 14))
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(300));
    config =
        config.withRaft(
            config.raft().withSnapshots(new SnapshotRules(10, 1 << 20, 1 << 18, 1L << 30)));
    NodeListener listener =
        new NodeListener() {
          @Override
          public void event(Event event) {
            seen.add(event);
            if (event instanceof Event.EntriesRegained again) {
              whole.complete(again);
            } else if (event instanceof Event.PreVoteDenied no
                && no.reason() == Event.Denial.BEHIND_LOST_ENTRIES) {
              denial.complete(no);
            }
          }

          @Override
          public void failed(Throwable cause) {
            whole.completeExceptionally(cause);
            denial.completeExceptionally(cause);
          }
        };
    nodes.put(node, RaftNode.start(config, disks.get(node), new Counter(), listener));
  }

  private static long add(RaftNode<Long, Counter> node, long number) throws Exception {
    Outcome<Long> outcome = node.submit(Bytes.utf8(Long.toString(number))).get();
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Long>) outcome).result();
  }
}
