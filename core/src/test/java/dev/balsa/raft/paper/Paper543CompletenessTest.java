package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Group;
import dev.balsa.raft.Status.RoleName;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A committed entry is in the log of every later leader: the two majorities share a voter. */
class Paper543CompletenessTest {

  /** All sets of three of five nodes that hold the entry, with every candidate. */
  static Stream<Arguments> holders() {
    return IntStream.range(0, 32)
        .filter(set -> Integer.bitCount(set) == 3)
        .boxed()
        .flatMap(set -> IntStream.rangeClosed(1, 5).mapToObj(node -> Arguments.of(set, node)));
  }

  @Paper("§5.4.3")
  @ParameterizedTest(name = "holders {0}, candidate {1}")
  @MethodSource("holders")
  void onlyAHolderOfACommittedEntryCanWin(int holders, int candidate) {
    Group group = Group.of(5);
    for (int node = 1; node <= 5; node++) {
      if ((holders >> (node - 1) & 1) == 1) {
        group.log(node, 1, 2);
      } else {
        group.logAt(node, 2, 1);
      }
    }

    group.elect(candidate);

    boolean holds = (holders >> (candidate - 1) & 1) == 1;
    assertThat(group.status(candidate).role())
        .isEqualTo(holds ? RoleName.LEADER : RoleName.CANDIDATE);
  }
}
