package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every way in which three nodes can be linked one-way, and five both ways; a thousand of the ways
 * in which five can be linked one-way.
 *
 * <p>The condition: some node whose log is as complete as any has links both ways to enough others
 * to be a quorum with them. Where it holds, within {@link #TIMEOUTS} of the longest election
 * timeouts one node leads, and from then on no term grows and the leader stays. Where no node has
 * such links, nobody leads and no term grows at all. Links do not change meanwhile, all nodes ask
 * before they campaign, and no leader is told to hand over.
 *
 * <p>Not promised: a leader where every node with such links has a log that is behind (the
 * "constrained election" of the Omni-Paxos authors); it needs a link to be mended.
 */
class ConnectivityTest {
  private static final int TIMEOUTS = 10;
  private static final long TIMEOUT = 300_000_000;
  private static final int SAMPLES = 1000;

  @Test
  @Tag("exploration")
  void threeNodesAgreeOnALeaderInEveryDirectedGraphThatAllowsOne() {
    int possible = 0;
    for (int graph = 0; graph < 64; graph++) {
      BiPredicate<Integer, Integer> links = directed(graph, 3);
      for (int seed = 0; seed < 10; seed++) {
        String name = "graph " + Integer.toBinaryString(graph) + ", seed " + seed;
        possible += judge(Group.seeded(3, 100L * seed), 3, links, name);
        possible += judge(running(3, 100L * seed), 3, links, name + ", cut while running");
      }
    }
    print("64 directed graphs of 3", possible / 20);
    assertThat(possible).isPositive();
  }

  @Test
  @Tag("exploration")
  void fiveNodesAgreeOnALeaderInEveryGraphThatAllowsOne() {
    int possible = 0;
    for (int graph = 0; graph < 1024; graph++) {
      BiPredicate<Integer, Integer> links = undirected(graph);
      String name = "graph " + Integer.toBinaryString(graph);
      possible += judge(Group.seeded(5, graph), 5, links, name);
      possible += judge(running(5, graph), 5, links, name + ", cut while running");
    }
    print("1024 undirected graphs of 5", possible / 2);
    assertThat(possible).isPositive();
  }

  @Test
  @Tag("exploration")
  void fiveNodesAgreeOnALeaderInSampledDirectedGraphsThatAllowOne() {
    SplitMix random = new SplitMix(5);
    int possible = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      int graph = (int) random.nextBetween(0, 1 << 20);
      BiPredicate<Integer, Integer> links = directed(graph, 5);
      String name = "graph " + Integer.toBinaryString(graph) + ", sample " + sample;
      possible += judge(Group.seeded(5, sample), 5, links, name);
      possible += judge(running(5, sample), 5, links, name + ", cut while running");
    }
    print(SAMPLES + " of the directed graphs of 5", possible / 2);
    assertThat(possible).isGreaterThan(SAMPLES);
  }

  /** Only the hub can reach a quorum, and the leader is not the hub. */
  @Test
  void theHubTakesOverFromALeaderThatLostItsQuorum() {
    Group group = running(5, 1);
    int leader = group.leaders().getFirst();
    int hub = leader % 5 + 1;

    group.links((from, to) -> from == hub || to == hub);
    group.run(TIMEOUTS * TIMEOUT);

    assertThat(group.leaders()).containsExactly(hub);
    assertThat(group.status(hub).term()).isEqualTo(2);
  }

  /** In a chain the ends do not hear each other; the middle keeps to the leader it has. */
  @Test
  void inAChainTheLeaderStays() {
    Group group = running(3, 1);
    int leader = group.leaders().getFirst();
    int middle = leader % 3 + 1;

    group.links((from, to) -> from == middle || to == middle);
    group.run(2 * TIMEOUTS * TIMEOUT);

    assertThat(group.leaders()).containsExactly(leader);
    assertThat(group.status(leader).term()).isEqualTo(1);
  }

  /** The hub alone can reach a quorum, but lacks what is committed: it must not win. */
  @Test
  void aHubWithoutTheWholeLogDoesNotLeadAndRaisesNoTerm() {
    Group group = Group.preVoting(5).log(2, 1, 1).log(3, 1, 1).log(4, 1, 1).log(5, 1, 1);
    group.logAt(1, 1, 1);

    group.links((from, to) -> from == 1 || to == 1);
    group.run(2 * TIMEOUTS * TIMEOUT);
    List<Integer> leaders = group.leaders();
    long term = group.status(1).term();
    group.heal();
    group.run(TIMEOUTS * TIMEOUT);

    assertThat(leaders).isEmpty();
    assertThat(term).isEqualTo(1);
    assertThat(group.leaders()).hasSize(1);
    assertThat(group.status(1).term()).isEqualTo(2);
  }

  /** Returns 1 where the graph allows a leader, 0 where it does not. */
  private static int judge(
      Group group, int size, BiPredicate<Integer, Integer> links, String name) {
    group.links(links);
    long before = highestTerm(group, size);
    group.run(TIMEOUTS * TIMEOUT);
    List<Integer> leaders = group.leaders();
    long term = highestTerm(group, size);
    group.run(TIMEOUTS * TIMEOUT);

    boolean possible =
        IntStream.rangeClosed(1, size).anyMatch(node -> reachesQuorum(node, size, links));
    assertThat(leaders).as(name).hasSize(possible ? 1 : 0);
    assertThat(group.leaders()).as(name).isEqualTo(leaders);
    assertThat(highestTerm(group, size)).as(name).isEqualTo(possible ? term : before);
    return possible ? 1 : 0;
  }

  private static boolean reachesQuorum(int node, int size, BiPredicate<Integer, Integer> links) {
    long both =
        IntStream.rangeClosed(1, size)
            .filter(other -> other == node || (links.test(node, other) && links.test(other, node)))
            .count();
    return both > size / 2;
  }

  private static long highestTerm(Group group, int size) {
    return IntStream.rangeClosed(1, size)
        .mapToLong(node -> group.status(node).term())
        .max()
        .orElseThrow();
  }

  /** A whole group with a leader that every node follows. */
  private static Group running(int size, long seed) {
    Group group = Group.seeded(size, seed);
    group.run(3 * TIMEOUT);
    assertThat(group.leaders()).hasSize(1);
    return group;
  }

  private static BiPredicate<Integer, Integer> directed(int graph, int size) {
    return (from, to) -> {
      int link = (from - 1) * (size - 1) + (to > from ? to - 2 : to - 1);
      return ((graph >> link) & 1) == 1;
    };
  }

  private static BiPredicate<Integer, Integer> undirected(int graph) {
    return (from, to) -> {
      int low = Math.min(from, to) - 1;
      int high = Math.max(from, to) - 1;
      return ((graph >> (high * (high - 1) / 2 + low)) & 1) == 1;
    };
  }

  private static void print(String graphs, int possible) {
    System.out.println(
        String.format(Locale.ROOT, "connectivity: %s, %d allow a leader", graphs, possible));
  }
}
