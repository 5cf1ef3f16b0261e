package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumTest {
  private static Membership voters(int size) {
    return new Membership(LongStream.rangeClosed(1, size).mapToObj(NodeId::new).toList());
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,2", "4,3", "5,3", "6,4", "7,4", "8,5", "9,5"})
  void aQuorumIsMoreThanHalf(int voters, int quorum) {
    assertThat(Quorum.size(voters(voters))).isEqualTo(quorum);
  }

  @Property
  void whatIsReachedIsHeldByAQuorumAndNothingGreaterIs(
      @ForAll @IntRange(min = 1, max = 9) int size, @ForAll long seed) {
    Membership membership = voters(size);
    SplitMix random = new SplitMix(seed);
    TreeMap<NodeId, Long> values = new TreeMap<>();
    membership.voters().forEach(node -> values.put(node, random.nextBetween(0, 6)));

    long reached = Quorum.reached(membership, node -> Objects.requireNonNull(values.get(node)));

    assertThat(holders(values, reached)).isGreaterThan(size / 2);
    assertThat(holders(values, reached + 1)).isLessThanOrEqualTo(size / 2);
    assertThat(Quorum.agrees(membership, node -> Objects.requireNonNull(values.get(node)) >= 3))
        .isEqualTo(holders(values, 3) > size / 2);
  }

  private static long holders(Map<NodeId, Long> values, long least) {
    return values.values().stream().filter(value -> value >= least).count();
  }
}
