package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Group;
import dev.balsa.raft.Status.RoleName;
import org.junit.jupiter.api.Test;

/** Safety does not depend on time; a steady leader does: broadcast time ≪ election timeout. */
class Paper56TimingTest {

  @Test
  @Paper("§5.6")
  void aLeaderThatIsHeardInTimeStays() {
    Group group = Group.of(3);
    group.elect(1);
    for (int i = 0; i < 1000; i++) {
      group.wake(1);
      group.deliver();
      assertThat(group.now()).isLessThan(Math.min(group.deadline(2), group.deadline(3)));
    }

    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  @Paper("§5.6")
  void aClockThatRunsBackwardsChangesNothing() {
    Group group = Group.of(3);
    long deadline = group.deadline(1);
    group.advance(-1_000_000_000_000L);

    group.step(1, new dev.balsa.raft.Input.Wake());

    assertThat(group.deadline(1)).isEqualTo(deadline);
    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
  }
}
