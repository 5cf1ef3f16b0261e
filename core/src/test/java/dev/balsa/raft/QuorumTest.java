package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumTest {
  private static Membership voters(int size) {
    return new Membership(LongStream.rangeClosed(1, size).mapToObj(NodeId::new).toList());
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,2", "4,3", "5,3", "6,4", "7,4", "8,5", "9,5"})
  void aQuorumIsMoreThanHalf(int voters, int quorum) {
    assertThat(new Quorum(voters(voters)).tally(node -> false).needed()).isEqualTo(quorum);
  }

  @Property
  void whatIsReachedIsHeldByAQuorumAndNothingGreaterIs(
      @ForAll @IntRange(min = 1, max = 9) int size, @ForAll long seed) {
    Membership membership = voters(size);
    SplitMix random = new SplitMix(seed);
    TreeMap<NodeId, Long> values = new TreeMap<>();
    membership.voters().forEach(node -> values.put(node, random.nextBetween(0, 6)));

    long reached = new Quorum(membership).reached(node -> Objects.requireNonNull(values.get(node)));

    assertThat(holders(values, reached)).isGreaterThan(size / 2);
    assertThat(holders(values, reached + 1)).isLessThanOrEqualTo(size / 2);
    assertThat(new Quorum(membership).agrees(node -> Objects.requireNonNull(values.get(node)) >= 3))
        .isEqualTo(holders(values, 3) > size / 2);
  }

  @ParameterizedTest
  @CsvSource({"1,1,0", "3,3,1", "3,2,0", "3,1,-1", "4,4,1", "5,5,2", "5,3,0", "5,2,-1", "9,7,2"})
  void whatIsSpareIsWhatMayStillFail(int voters, int alive, int spare) {
    assertThat(voters(voters).spare(node -> node.value() <= alive)).isEqualTo(spare);
  }

  @Property
  void whereSomeAreSpareAnyOneMayFailAndWhereNoneIsOneStopsTheGroup(
      @ForAll @IntRange(min = 0, max = 46655) int seats, @ForAll @IntRange(max = 63) int alive) {
    Membership membership = seated(seats);
    int spare = membership.spare(node -> isIn(alive, node));
    boolean survivesAny =
        membership.electorate().stream()
            .allMatch(
                failed ->
                    new Quorum(membership)
                        .agrees(node -> isIn(alive, node) && !node.equals(failed)));

    assertThat(new Quorum(membership).agrees(node -> isIn(alive, node))).isEqualTo(spare >= 0);
    assertThat(survivesAny).isEqualTo(spare > 0);
  }

  @Property
  void aJointQuorumIsAMajorityOfEitherSideAndNothingElseCounts(
      @ForAll @IntRange(min = 0, max = 46655) int seats, @ForAll @IntRange(max = 63) int agreeing) {
    Membership membership = seated(seats);
    Quorum quorum = new Quorum(membership);

    boolean naive =
        naiveMajority(membership.voters(), agreeing)
            && (!membership.isJoint() || naiveMajority(membership.outgoing(), agreeing));

    assertThat(quorum.agrees(node -> isIn(agreeing, node))).isEqualTo(naive);
    assertThat(quorum.reached(node -> isIn(agreeing, node) ? 1 : 0)).isEqualTo(naive ? 1 : 0);
  }

  /** Seven nodes: a voter, and six with any seats. */
  private static Membership seated(int seats) {
    List<Member> members = new ArrayList<>();
    members.add(new Member(new NodeId(7), Seat.VOTER));
    int rest = seats;
    for (int node = 1; node <= 6; node++) {
      members.add(new Member(new NodeId(node), List.of(Seat.values()).get(rest % 6)));
      rest /= 6;
    }
    return new Membership(members, List.of());
  }

  private static boolean isIn(int set, NodeId node) {
    return (set >> (node.value() - 1) & 1) == 1;
  }

  private static boolean naiveMajority(List<NodeId> voters, int set) {
    return 2 * voters.stream().filter(node -> isIn(set, node)).count() > voters.size();
  }

  @Test
  void aQuorumIsReadable() {
    Membership joint =
        new Membership(
            List.of(
                new Member(new NodeId(1), Seat.VOTER),
                new Member(new NodeId(2), Seat.OUTGOING),
                new Member(new NodeId(3), Seat.INCOMING),
                new Member(new NodeId(4), Seat.INCOMING)),
            List.of());

    assertThat(new Quorum(joint)).hasToString("2 of {1 2} and 2 of {1 3 4}");
    assertThat(new Quorum(joint).tolerance()).isZero();
    assertThat(new Quorum(voters(5)).tolerance()).isEqualTo(2);
    assertThat(new Quorum(Membership.UNKNOWN).agrees(node -> true)).isFalse();
  }

  private static long holders(Map<NodeId, Long> values, long least) {
    return values.values().stream().filter(value -> value >= least).count();
  }

  @Test
  void whereNobodyVotesNothingIsReachedAndNothingMayFail() {
    Quorum nobody = new Quorum(Membership.UNKNOWN);

    assertThat(nobody.reached(node -> 7)).isZero();
    assertThat(nobody.tolerance()).isZero();
    assertThat(nobody.spare(node -> true)).isZero();
    assertThat(nobody.tally(node -> true)).isEqualTo(new Quorum.Tally(0, 1));
    assertThat(nobody).hasToString("");
  }

  @Test
  void ofTwoSidesTheOneThatLacksMostIsToldAndTheOutgoingOneIfBothLackAlike() {
    Membership joint =
        new Membership(
            List.of(
                new Member(new NodeId(1), Seat.OUTGOING),
                new Member(new NodeId(2), Seat.INCOMING),
                new Member(new NodeId(3), Seat.INCOMING)),
            List.of());
    Quorum quorum = new Quorum(joint);

    assertThat(quorum.tally(node -> false)).isEqualTo(new Quorum.Tally(0, 2));
    assertThat(quorum.tally(node -> node.value() == 2)).isEqualTo(new Quorum.Tally(0, 1));
    assertThat(quorum.tally(node -> node.value() == 1)).isEqualTo(new Quorum.Tally(0, 2));
  }
}
