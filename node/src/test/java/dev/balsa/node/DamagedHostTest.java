package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.GroupException.Reason;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.DamagedGroups;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.LogScan.Content;
import dev.balsa.node.wal.LogScan.Spot;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Event;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Membership;
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

/** Whole nodes of many groups, one of which finds a part of its log damaged when it starts. */
class DamagedHostTest {
  private static final GroupId HIT = new GroupId(7);
  private static final GroupId SPARED = new GroupId(8);
  private static final GroupId ALONE = new GroupId(9);
  private static final String PROMISES = "repair.groups";

  private final Map<NodeId, PeerAddress> members = new TreeMap<>();
  private final List<FaultyDirectory> disks = new ArrayList<>();
  private final Map<Integer, RaftHost> hosts = new TreeMap<>();
  private final List<GroupId> lost = new CopyOnWriteArrayList<>();
  private final Map<GroupId, CompletableFuture<GroupId>> regained = new ConcurrentHashMap<>();

  /** Three nodes with two groups each, and on the second one a group that nobody else has. */
  private void startAll() throws Exception {
    for (int port : FreePorts.take(3)) {
      members.put(new NodeId(members.size() + 1L), PeerAddress.loopback(port));
      disks.add(new FaultyDirectory());
    }
    for (int node = 0; node < 3; node++) {
      start(node);
      host(node).create(HIT, new Counter());
      host(node).create(SPARED, new Counter());
    }
    host(1).create(ALONE, new Membership(List.of(new NodeId(2))), new Counter());
    for (int i = 1; i <= 20; i++) {
      assertThat(add(0, HIT, 1)).isEqualTo(i);
      assertThat(add(0, SPARED, 1)).isEqualTo(i);
      assertThat(add(1, ALONE, 1)).isEqualTo(i);
    }
    assertThat(add(1, HIT, 1)).isEqualTo(21); // the second node holds all before
    assertThat(add(1, SPARED, 1)).isEqualTo(21);
  }

  @AfterEach
  void closeAll() {
    hosts.values().forEach(RaftHost::close);
  }

  @Test
  void aGroupGetsBackWhatItLostAndTheOthersOnTheNodeKeepTheirs() throws Exception {
    startAll();
    stop(1);
    damage(HIT);

    start(1);
    openAll();
    regained.computeIfAbsent(HIT, id -> new CompletableFuture<>()).get();
    Await.until(() -> !disks.get(1).list().contains(PROMISES));

    assertThat(lost).containsExactly(HIT);
    assertThat(add(1, HIT, 100)).isEqualTo(121);
    assertThat(add(1, SPARED, 100)).isEqualTo(121);
    assertThat(add(1, ALONE, 100)).isEqualTo(120);
    stop(1);
    start(1);
    openAll();
    assertThat(add(1, HIT, 1)).isEqualTo(122);
    assertThat(lost).containsExactly(HIT);
    assertThat(disks.get(1).list()).noneMatch(name -> name.endsWith(".damaged"));
  }

  @Test
  void aGroupWithoutAnotherVoterIsRefusedByNameAndTheOthersLiveOn() throws Exception {
    startAll();
    stop(1);
    damage(ALONE);

    start(1);

    assertThatThrownBy(() -> host(1).open(ALONE, new Counter()))
        .isInstanceOfSatisfying(
            GroupException.class, it -> assertThat(it.reason()).isEqualTo(Reason.ENTRIES_LOST))
        .hasMessageContaining("group 9 lost entries to damage");
    host(1).open(HIT, new Counter());
    host(1).open(SPARED, new Counter());
    assertThat(add(1, HIT, 100)).isEqualTo(121);
    assertThat(disks.get(1).list()).contains(PROMISES, "0000000000000001.wal.damaged");
    host(1).remove(ALONE);
    assertThat(disks.get(1).list())
        .doesNotContain(PROMISES)
        .noneMatch(name -> name.endsWith(".damaged"));
    assertThat(lost).isEmpty();
    assertThat(host(1).failure()).isNull();
  }

  @Test
  void aGroupWhoseVoteIsLostIsRefusedByNameAndTheOthersLiveOn() throws Exception {
    startAll();
    FaultyDirectory killed = disks.get(1).copy();
    stop(1);
    disks.set(1, killed);
    for (Spot spot : records(HIT, Content.Term.class)) {
      disks.get(1).flip(name(spot), (int) spot.offset() + 64, 1);
    }

    start(1);

    assertThatThrownBy(() -> host(1).open(HIT, new Counter()))
        .isInstanceOfSatisfying(
            GroupException.class, it -> assertThat(it.reason()).isEqualTo(Reason.VOTE_LOST))
        .hasMessageContaining("group 7 lost its term and vote to damage");
    host(1).open(SPARED, new Counter());
    assertThat(add(1, SPARED, 100)).isEqualTo(121);
    assertThat(add(0, HIT, 100)).isEqualTo(121); // by the two others
    assertThat(host(1).failure()).isNull();
  }

  @Test
  void aGroupWhoseSnapshotsAreAllDamagedGetsEverythingFromItsPeers() throws Exception {
    startAll();
    long written = 21;
    while (disks.get(1).list().stream().noneMatch(name -> isSnapshotOf(HIT, name))
        || disks.get(1).list().contains("0000000000000001.wal")) {
      add(0, HIT, 1);
      add(1, ALONE, 1);
      add(0, SPARED, 1);
      written++;
    }
    stop(1);
    FaultyDirectory disk = disks.get(1);
    disk.list().stream()
        .filter(name -> isSnapshotOf(HIT, name))
        .forEach(name -> disk.flip(name, 40, 1));

    start(1);
    openAll();
    regained.computeIfAbsent(HIT, id -> new CompletableFuture<>()).get();

    assertThat(add(1, HIT, 100)).isEqualTo(written + 100);
    assertThat(lost).containsExactly(HIT);
  }

  private static boolean isSnapshotOf(GroupId group, String name) {
    return name.startsWith(RaftHost.prefix(group)) && name.endsWith(".snapshot");
  }

  /** One bit in the body of an early record of entries; those after it stay whole. */
  private void damage(GroupId group) {
    Spot spot = records(group, Content.Entries.class).get(3);
    disks.get(1).flip(name(spot), (int) spot.offset() + 64 + 30, 4);
  }

  private List<Spot> records(GroupId group, Class<? extends Content> kind) {
    FaultyDirectory disk = disks.get(1);
    Identity identity = DataDirectory.look(disk).orElseThrow().identity();
    return DamagedGroups.records(disk, identity, group, kind);
  }

  private static String name(Spot spot) {
    return spot.file().substring("/simulated/".length());
  }

  private void openAll() {
    host(1).groups().forEach(id -> host(1).open(id, new Counter()));
  }

  private RaftHost host(int node) {
    return Objects.requireNonNull(hosts.get(node));
  }

  private void stop(int node) {
    host(node).close();
    hosts.remove(node);
  }

  /** Once a leader has answered: what is sent to one that was stopped stays unknown for good. */
  private long add(int node, GroupId group, long number) throws Exception {
    RaftGroup<Long, Counter> counter = counter(node, group);
    assertThat(counter.read(Consistency.LINEARIZABLE, Counter::sum).get())
        .isInstanceOf(ReadOutcome.Served.class);
    Outcome<Long> outcome = counter.submit(Bytes.utf8("%d".formatted(number))).get();
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Long>) outcome).result();
  }

  @SuppressWarnings("unchecked") // all groups here count
  private RaftGroup<Long, Counter> counter(int node, GroupId group) {
    return (RaftGroup<Long, Counter>) host(node).group(group);
  }

  private void start(int node) {
    NodeConfig config =
        Patient.config(new NodeId(node + 1L), members, Path.of("unused"))
            .withWal(new WalConfig(1 << 15, 4096))
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(100));
    config =
        config.withRaft(
            config.raft().withSnapshots(new SnapshotRules(10, 1 << 20, 1 << 18, 1L << 30)));
    HostListener listener =
        new HostListener() {
          @Override
          public void event(GroupId group, Event event) {
            if (event instanceof Event.EntriesLost) {
              lost.add(group);
            } else if (event instanceof Event.EntriesRegained) {
              regained.computeIfAbsent(group, id -> new CompletableFuture<>()).complete(group);
            }
          }

          @Override
          public void failed(Throwable cause) {
            regained.values().forEach(it -> it.completeExceptionally(cause));
          }
        };
    hosts.put(node, RaftHost.start(config, disks.get(node), listener));
  }
}
