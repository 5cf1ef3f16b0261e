package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.GroupException.Reason;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Event;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.SnapshotRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole nodes with many groups: real log on a simulated disk, real sockets, real threads. */
class RaftHostTest {
  private static final GroupId SEVEN = new GroupId(7);
  private static final GroupId EIGHT = new GroupId(8);

  private final List<FaultyDirectory> disks = new ArrayList<>();
  private final List<RaftHost> hosts = new ArrayList<>();
  private final AtomicInteger forces = new AtomicInteger();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private volatile CountDownLatch gate = new CountDownLatch(0); // written by the test's thread
  private Map<NodeId, PeerAddress> addresses = Map.of();

  private final Set<String> asleep = new ConcurrentSkipListSet<>(); // node and group
  private long restNanos = RaftConfig.NEVER;

  private HostListener listener(int node) {
    return new HostListener() {
      @Override
      public void event(GroupId group, Event event) {
        if (event instanceof Event.SleepChanged(boolean now)) {
          String name = node + "/" + group;
          boolean changed = now ? asleep.add(name) : asleep.remove(name);
          assertThat(changed).isTrue();
        }
      }

      @Override
      public void turn() {
        try {
          gate.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public void forced(long nanos) {
        forces.incrementAndGet();
      }

      @Override
      public void failed(Throwable cause) {
        failure.complete(cause);
      }
    };
  }

  @AfterEach
  void closeAll() {
    hosts.forEach(RaftHost::close);
  }

  @Test
  void everyGroupOnThreeNodesKeepsItsOwnStateAcrossARestart() throws Exception {
    prepare(3);
    for (int i = 0; i < 3; i++) {
      hosts.add(start(i));
    }
    for (GroupId id : ids(30)) {
      for (RaftHost host : hosts) {
        host.create(id, new Counter());
      }
    }
    for (GroupId id : ids(30)) {
      assertThat(add(0, id, id.value())).isEqualTo(id.value());
    }

    for (int i = 0; i < 3; i++) {
      hosts.get(i).close();
      hosts.set(i, start(i));
    }

    for (GroupId id : ids(30)) {
      for (RaftHost host : hosts) {
        assertThat(host.groups()).contains(id);
        host.open(id, new Counter());
      }
    }
    for (GroupId id : ids(30)) {
      assertThat(add(1, id, 1)).isEqualTo(id.value() + 1);
    }
  }

  @Test
  void oneForceMakesDurableWhatManyGroupsWrote() throws Exception {
    startAlone();
    for (GroupId id : ids(50)) {
      host().create(id, new Counter());
    }
    for (GroupId id : ids(50)) {
      add(0, id, 1);
    }

    int before = forces.get();
    gate = new CountDownLatch(1);
    List<CompletableFuture<Outcome<Long>>> outcomes = new ArrayList<>();
    for (GroupId id : ids(50)) {
      outcomes.add(counter(0, id).submit(Bytes.utf8("2")));
    }
    gate.countDown();
    for (var outcome : outcomes) {
      assertThat(outcome.get()).isInstanceOf(Outcome.Applied.class);
    }

    // One turn may have been under way, and have taken what was submitted by then.
    assertThat(forces.get() - before).isBetween(1, 2);
  }

  @Test
  void whatAGroupIsAskedForThatIsNotThereIsRefusedByName() throws Exception {
    startAlone();
    host().create(SEVEN, new Counter());

    assertRefused(() -> host().group(EIGHT), Reason.UNKNOWN, "group 8 is not on this node");
    assertRefused(() -> host().remove(EIGHT), Reason.UNKNOWN, "group 8 is not on this node");
    assertRefused(() -> host().open(EIGHT, new Counter()), Reason.UNKNOWN, "group 8");
    assertRefused(() -> host().create(SEVEN, new Counter()), Reason.EXISTS, "group 7 exists");
    assertRefused(() -> host().open(SEVEN, new Counter()), Reason.OPEN, "group 7 is open");

    host().close();
    assertRefused(() -> host().create(EIGHT, new Counter()), Reason.STOPPED, "group 8");
    hosts.set(0, start(0));
    assertThat(host().groups()).containsExactly(SEVEN);
    assertRefused(() -> host().group(SEVEN), Reason.NOT_OPEN, "open it with its state machine");
    assertRefused(() -> host().create(SEVEN, new Counter()), Reason.EXISTS, "group 7 exists");
  }

  @Test
  void aRemovedGroupIsGoneWithItsFilesAndItsIdNeverComesBack() throws Exception {
    startAlone();
    host().create(SEVEN, new Counter());
    host().create(EIGHT, new Counter());
    add(0, EIGHT, 5);
    for (int i = 0; i < 120; i++) {
      add(0, SEVEN, 1);
    }
    RaftGroup<Long, Counter> gone = counter(0, SEVEN);

    host().remove(SEVEN);

    assertThat(host().groups()).containsExactly(EIGHT);
    assertThat(gone.submit(Bytes.utf8("1")).get()).isInstanceOf(Outcome.Stopped.class);
    assertThat(gone.read(Consistency.STALE, Counter::sum).get())
        .isInstanceOf(ReadOutcome.Stopped.class);
    assertRefused(() -> host().create(SEVEN, new Counter()), Reason.REMOVED, "for ever");
    host().close();
    hosts.set(0, start(0));
    assertThat(disks.getFirst().list())
        .noneMatch(name -> name.startsWith("g" + "0".repeat(15) + "7"));
    assertThat(host().groups()).containsExactly(EIGHT);
    assertRefused(() -> host().create(SEVEN, new Counter()), Reason.REMOVED, "for ever");
    host().open(EIGHT, new Counter());
    assertThat(add(0, EIGHT, 1)).isEqualTo(6);
  }

  @Test
  void aGroupThatWasNotOpenedSinceTheStartCanBeRemoved() throws Exception {
    startAlone();
    host().create(SEVEN, new Counter());
    host().close();
    hosts.set(0, start(0));

    host().remove(SEVEN);

    assertThat(host().groups()).isEmpty();
  }

  @Test
  void everyGroupHasItsOwnSnapshotsAndABusyOneDoesNotKeepTheLogForAnIdleOne() throws Exception {
    startAlone();
    host().create(SEVEN, new Counter());
    host().create(EIGHT, new Counter());
    add(0, SEVEN, 41);
    add(0, SEVEN, 1);
    for (int i = 0; i < 2_000; i++) {
      add(0, EIGHT, 1);
    }

    List<String> files = disks.getFirst().list();
    host().close();
    hosts.set(0, start(0));
    host().open(SEVEN, new Counter());
    RaftGroup<Long, Counter> eight = host().open(EIGHT, new Counter());

    assertThat(files).anyMatch(name -> name.matches("g0{15}8-.*[.]snapshot"));
    assertThat(files.stream().filter(name -> name.endsWith(".wal")).count()).isLessThan(7);
    assertThat(add(0, SEVEN, 1)).isEqualTo(43);
    assertThat(add(0, EIGHT, 1)).isEqualTo(2_001);
    var replayed = eight.read(Consistency.STALE, Counter::applied).get();
    assertThat(replayed)
        .isInstanceOfSatisfying(
            ReadOutcome.Served.class, read -> assertThat((Long) read.value()).isLessThan(500));
  }

  @Test
  void aGroupThatFellIdleWithALargeLogDoesNotKeepTheLogForABusyOne() throws Exception {
    startAlone();
    host().create(SEVEN, new Counter());
    host().create(EIGHT, new Counter());
    for (int i = 0; i < 160; i++) {
      // The last of them, many bytes, are fewer than another snapshot is due for.
      counter(0, SEVEN).submit(Bytes.utf8("0".repeat(400) + "1")).get();
    }
    for (int i = 0; i < 3_000; i++) {
      add(0, EIGHT, 1);
    }

    List<String> files = disks.getFirst().list();
    host().close();
    hosts.set(0, start(0));
    host().open(SEVEN, new Counter());

    assertThat(files.stream().filter(name -> name.endsWith(".wal")).count()).isLessThan(8);
    assertThat(files).anyMatch(name -> name.matches("g0{15}7-.*[.]snapshot"));
    assertThat(add(0, SEVEN, 1)).isEqualTo(161);
  }

  @Test
  void allGroupsOfANodeWithoutSpaceRefuseCommandsAndTakeThemAgainOnceThereIsSome()
      throws Exception {
    startAlone();
    host().create(SEVEN, new Counter());
    host().create(EIGHT, new Counter());
    add(0, SEVEN, 1);
    add(0, EIGHT, 1);

    disks.getFirst().full(true);
    Bytes zero = Bytes.utf8("0".repeat(500));
    Outcome<Long> refused = counter(0, SEVEN).submit(zero).get();
    while (refused instanceof Outcome.Applied) {
      refused = counter(0, SEVEN).submit(zero).get();
    }
    Await.until(() -> !counter(0, EIGHT).status().why().isEmpty());
    Outcome<Long> other = counter(0, EIGHT).submit(zero).get();
    assertRefused(() -> fillWithGroups(), Reason.DISK_FULL, "disk is full");
    host().remove(SEVEN);
    disks.getFirst().full(false);
    Await.until(() -> counter(0, EIGHT).status().why().isEmpty());

    assertThat(refused).isEqualTo(new Outcome.Refused<Long>(Refusal.DISK_FULL));
    assertThat(other).isEqualTo(refused);
    assertThat(add(0, EIGHT, 2)).isEqualTo(3);
    assertThat(host().failure()).isNull();
  }

  private void fillWithGroups() {
    for (long id = 100; id < 1_000; id++) {
      host().create(new GroupId(id), new Counter());
    }
  }

  @Test
  void messagesToAGroupThatIsNotHereYetAreCountedAndItLivesOnceItIs() throws Exception {
    prepare(2);
    hosts.add(start(0));
    hosts.add(start(1));
    RaftGroup<Long, Counter> first = host().create(SEVEN, new Counter());
    var waiting = first.submit(Bytes.utf8("9"));
    Await.until(() -> hosts.get(1).unknownGroupMessages() > 0);

    hosts.get(1).create(SEVEN, new Counter());

    assertThat(waiting.get()).isInstanceOf(Outcome.Applied.class);
    assertThat(add(1, SEVEN, 1)).isEqualTo(10);
  }

  @Test
  void aGroupIsFoundedByTheMembersItNamesOnly() throws Exception {
    prepare(3);
    for (int i = 0; i < 3; i++) {
      hosts.add(start(i));
    }
    Membership alone = new Membership(List.of(new NodeId(2)));

    hosts.get(1).create(SEVEN, alone, new Counter());

    assertThat(add(1, SEVEN, 3)).isEqualTo(3);
    hosts.get(1).close();
    hosts.set(1, start(1));
    hosts.get(1).open(SEVEN, new Counter());
    assertThat(add(1, SEVEN, 3)).isEqualTo(6);
    assertThat(hosts.get(1).group(SEVEN).members().voters()).containsExactly(new NodeId(2));
  }

  @Test
  void idleGroupsFallSilentAndAnswerAgainWithoutAnElection() throws Exception {
    prepare(3);
    restNanos = 300_000_000;
    for (int i = 0; i < 3; i++) {
      hosts.add(start(i));
    }
    for (GroupId id : ids(20)) {
      for (RaftHost host : hosts) {
        host.create(id, new Counter());
      }
    }
    for (GroupId id : ids(20)) {
      add(0, id, 1);
    }
    Await.until(() -> asleep.size() == 60);
    long term = counter(2, SEVEN).status().raft().term();

    assertThat(add(2, SEVEN, 2)).isEqualTo(3);

    assertThat(counter(2, SEVEN).status().raft().term()).isEqualTo(term);
    Await.until(() -> asleep.size() == 60);
    assertThat(add(1, EIGHT, 2)).isEqualTo(3);
  }

  @Test
  void groupsWhoseLeaderDiesInSilenceElectAnother() throws Exception {
    prepare(3);
    restNanos = 300_000_000;
    for (int i = 0; i < 3; i++) {
      hosts.add(start(i));
    }
    for (RaftHost host : hosts) {
      host.create(SEVEN, new Counter());
    }
    add(0, SEVEN, 1);
    Await.until(() -> asleep.size() == 3);
    int leader =
        (int) Objects.requireNonNull(counter(0, SEVEN).status().raft().leader()).value() - 1;

    hosts.get(leader).close();

    int other = (leader + 1) % 3;
    NodeId dead = new NodeId(leader + 1L);
    Await.until(() -> !dead.equals(counter(other, SEVEN).status().raft().leader()));
    assertThat(add(other, SEVEN, 2)).isEqualTo(3);
  }

  @Test
  void aMachineThatThrowsStopsTheNodeWithAllItsGroups() throws Exception {
    startAlone();
    host().create(SEVEN, new Counter());
    host().create(EIGHT, new Counter());
    add(0, EIGHT, 1);

    var broken = counter(0, SEVEN).submit(Bytes.utf8("no number"));

    assertThat(broken.get()).isInstanceOf(Outcome.Stopped.class);
    assertThat(failure.get()).isInstanceOf(NumberFormatException.class);
    assertThat(counter(0, EIGHT).submit(Bytes.utf8("1")).get()).isInstanceOf(Outcome.Stopped.class);
    assertThat(host().failure()).isInstanceOf(NumberFormatException.class);
  }

  private static void assertRefused(ThrowingCallable call, Reason reason, String text) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(GroupException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(text);
  }

  private static List<GroupId> ids(int count) {
    return LongStream.rangeClosed(1, count).mapToObj(GroupId::new).toList();
  }

  private long add(int node, GroupId group, long number) throws Exception {
    var outcome = counter(node, group).submit(Bytes.utf8(Long.toString(number))).get();
    if (outcome instanceof Outcome.Applied<Long>(var id, Long sum)) {
      return sum;
    }
    throw new AssertionError(outcome);
  }

  @SuppressWarnings("unchecked") // all groups here count
  private RaftGroup<Long, Counter> counter(int node, GroupId group) {
    return (RaftGroup<Long, Counter>) hosts.get(node).group(group);
  }

  private RaftHost host() {
    return hosts.getFirst();
  }

  private void startAlone() {
    prepare(1);
    hosts.add(start(0));
  }

  private void prepare(int count) {
    addresses = new TreeMap<>();
    for (int port : FreePorts.take(count)) {
      addresses.put(new NodeId(addresses.size() + 1L), PeerAddress.loopback(port));
      disks.add(new FaultyDirectory());
    }
  }

  private RaftHost start(int node) {
    NodeId self = new NodeId(node + 1);
    NodeConfig config =
        addresses.size() == 1
            ? NodeConfig.of(self, addresses, Path.of("unused"))
            : Patient.config(self, addresses, Path.of("unused"));
    return RaftHost.start(
        config
            .withRaft(
                config
                    .raft()
                    .withRestAfter(restNanos)
                    .withSnapshots(new SnapshotRules(10, 1 << 20, 1 << 18, 1L << 30)))
            .withWal(new WalConfig(1 << 15, 4096))
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(100)),
        disks.get(node),
        listener(node));
  }
}
