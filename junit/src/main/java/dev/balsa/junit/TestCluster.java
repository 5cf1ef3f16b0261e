package dev.balsa.junit;

import dev.balsa.node.NodeStatus;
import dev.balsa.raft.NodeId;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in this JVM, for tests, whose members can be killed, restarted, paused and cut off from
 * each other. Data is in memory; clients and members speak over real sockets of loopback.
 * Thread-safe.
 */
public final class TestCluster implements AutoCloseable {
  /** More than this a cluster has no use for. */
  private static final int MEMBERS_MAX = 9;

  private final Network network;
  private final LeaseTime leaseTime = new LeaseTime();
  private final List<TestMember> members = new ArrayList<>();

  private TestCluster(List<String> names) {
    network = new Network(names);
    List<Integer> ports = Ports.free(names.size());
    for (int i = 0; i < names.size(); i++) {
      members.add(new TestMember(names.get(i), ports.get(i), network, leaseTime));
    }
  }

  /**
   * Starts {@code count} members, 1 to 9, and returns when all know a leader.
   *
   * @throws dev.balsa.server.StartException if one cannot start
   */
  public static TestCluster start(int count) {
    if (count < 1 || count > MEMBERS_MAX) {
      throw new IllegalArgumentException(
          "a cluster of %d members cannot be; say 1 to %d".formatted(count, MEMBERS_MAX));
    }
    TestCluster cluster =
        new TestCluster(IntStream.rangeClosed(1, count).mapToObj(it -> "m" + it).toList());
    try {
      cluster.members.forEach(TestMember::start);
      cluster.awaitAllFollow();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** All of them, in the order of their names. */
  public List<TestMember> members() {
    return List.copyOf(members);
  }

  /** The one called {@code m1} if {@code number} is 1, and so on. */
  public TestMember member(int number) {
    return members.get(number - 1);
  }

  /** Where clients come in, of all members, whether they run or not. */
  public List<URI> endpoints() {
    return members.stream().map(TestMember::endpoint).toList();
  }

  /** The clock by which leases end, on all members. */
  public LeaseTime leaseTime() {
    return leaseTime;
  }

  /**
   * The member that leads, by the word of a majority that hears it; waits for one if there is none.
   *
   * @throws IllegalStateException if none is elected within a minute
   */
  public TestMember awaitLeader() {
    AtomicReference<@Nullable TestMember> found = new AtomicReference<>();
    Await.until(
        "a majority of %s has a leader".formatted(members),
        () -> {
          members.stream().filter(this::isFollowed).findFirst().ifPresent(found::set);
          return found.get() != null;
        });
    return Objects.requireNonNull(found.get());
  }

  private boolean isFollowed(TestMember member) {
    NodeId id = member.id();
    NodeStatus status = member.status();
    if (id == null || status == null || !member.isAwake() || !member.leads()) {
      return false;
    }
    long followers =
        awake()
            .filter(other -> network.connects(member.name(), other.name()))
            .map(TestMember::status)
            .filter(
                it ->
                    it != null
                        && id.equals(it.raft().leader())
                        && it.raft().term() == status.raft().term())
            .count();
    return 2 * followers > members.size();
  }

  private Stream<TestMember> awake() {
    return members.stream().filter(TestMember::isAwake);
  }

  private void awaitAllFollow() {
    Await.until(
        "all of %s know a leader".formatted(members),
        () ->
            awake()
                .map(TestMember::status)
                .allMatch(it -> it != null && it.raft().leader() != null));
  }

  /**
   * Cuts {@code side} off from the other members: whatever one says to the other is lost, and
   * nobody is told. Clients still reach all. Adds to the cuts there are.
   */
  public void partition(TestMember... side) {
    network.cutOff(Stream.of(side).map(TestMember::name).collect(Collectors.toSet()));
  }

  /** The same for several. */
  public void partition(Set<TestMember> side) {
    partition(side.toArray(TestMember[]::new));
  }

  /**
   * Makes whole what was broken: restarts who was killed, resumes who was paused, joins what was
   * cut, lets the time of leases run, and returns when all know a leader.
   */
  public void heal() {
    network.heal();
    members.forEach(TestMember::resume);
    members.stream().filter(member -> !member.isRunning()).forEach(TestMember::restart);
    leaseTime.run();
    awaitAllFollow();
  }

  /** Ends all; the data is gone. Idempotent. */
  @Override
  public void close() {
    members.forEach(TestMember::close);
    network.close();
  }
}
