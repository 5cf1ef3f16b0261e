package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Event;
import dev.balsa.raft.Group;
import dev.balsa.raft.Status.RoleName;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Inconsistent logs are brought to the leader's, skipping whole terms (figure 7). */
class Paper53RepairTest {
  private static final long[] LEADER = {1, 1, 1, 4, 4, 5, 5, 6, 6, 6};

  static Stream<Arguments> figure7() {
    return Stream.of(
        Arguments.of("a", new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6}),
        Arguments.of("b", new long[] {1, 1, 1, 4}),
        Arguments.of("c", new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6}),
        Arguments.of("d", new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7}),
        Arguments.of("e", new long[] {1, 1, 1, 4, 4, 4, 4}),
        Arguments.of("f", new long[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3}));
  }

  @Paper("§5.3")
  @ParameterizedTest(name = "figure 7 ({0})")
  @MethodSource("figure7")
  void everyFollowerOfFigure7ComesToTheLeadersLog(String name, long[] follower) {
    Group group = Group.of(3).logAt(1, 7, LEADER).logAt(2, 7, follower).logAt(3, 7, LEADER);

    group.elect(1);
    group.wake(1);
    group.deliver();

    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
    assertThat(group.terms(1)).containsExactly(1L, 1L, 1L, 4L, 4L, 5L, 5L, 6L, 6L, 6L, 8L);
    assertThat(group.disk(2).log()).isEqualTo(group.disk(1).log());
    assertThat(group.status(2).commit()).isEqualTo(11);
  }

  @Test
  @Paper("§5.3")
  void aLongDivergenceTakesOneRoundForEachTermAndNotForEachEntry() {
    long[] leader = LongStream.range(0, 100_000).map(i -> i < 100 ? 1 : 3 + i / 25_000).toArray();
    long[] follower = LongStream.range(0, 100_000).map(i -> i < 100 ? 1 : 2).toArray();
    Group group = Group.of(3).log(1, leader).log(2, follower).log(3, leader);

    group.elect(1);

    assertThat(group.disk(2).log()).isEqualTo(group.disk(1).log());
    assertThat(group.events(1).stream().filter(Event.Backtracked.class::isInstance))
        .hasSizeLessThanOrEqualTo(5);
  }

  @Test
  @Paper("§5.3")
  void manyShortTermsOnBothSidesTakeNoMoreRoundsThanTerms() {
    long[] leader = LongStream.range(0, 1_000).map(i -> 1 + 2 * (i / 10)).toArray();
    long[] follower = LongStream.range(0, 1_000).map(i -> i < 10 ? 1 : 2 * (i / 10)).toArray();
    Group group = Group.of(3).log(1, leader).logAt(2, 200, follower).log(3, leader);

    group.elect(1);

    assertThat(group.disk(2).log()).isEqualTo(group.disk(1).log());
    assertThat(group.events(1).stream().filter(Event.Backtracked.class::isInstance))
        .hasSizeLessThanOrEqualTo(101);
  }
}
