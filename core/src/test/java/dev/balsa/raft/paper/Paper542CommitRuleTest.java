package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Event;
import dev.balsa.raft.Group;
import dev.balsa.raft.Message;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.raft.TestDisk;
import org.junit.jupiter.api.Test;

/** An entry of an earlier term is not committed by counting its copies. */
class Paper542CommitRuleTest {

  /** Figure 8 at (c): 1 leads term 4 and brings 2/2 of an earlier term to a majority. */
  private static Group figure8c() {
    Group group =
        Group.of(5)
            .logAt(1, 3, 1, 2)
            .logAt(2, 3, 1, 2)
            .logAt(3, 3, 1)
            .logAt(4, 3, 1)
            .logAt(5, 4, 1, 3);
    group.wake(1);
    group.receive(1, new Message.VoteReply(Group.id(2), 4, true));
    group.receive(1, new Message.VoteReply(Group.id(3), 4, true));
    group.receive(2, new Message.Append(Group.id(1), 4, TestDisk.slice(1, 2), 0, 0));
    group.receive(3, new Message.Append(Group.id(1), 4, TestDisk.slice(1, 2), 0, 0));
    group.receive(1, new Message.AppendAck(Group.id(2), 4, 2, 0));
    group.receive(1, new Message.AppendAck(Group.id(3), 4, 2, 0));
    group.dropAll();
    return group;
  }

  @Test
  @Paper("§5.4.2")
  void aLeaderDoesNotCommitAnOlderTermByCounting() {
    Group group = figure8c();

    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
    assertThat(group.status(1).commit()).isZero();
    assertThat(group.events(1)).contains(new Event.CommitWithheld(2, 2, 4));
  }

  @Test
  @Paper("§5.4.2")
  void figure8dAnEntryOnAMajorityMayYetBeOverwritten() {
    Group group = figure8c();
    group.crash(1);
    group.isolate(1);

    group.elect(5);

    assertThat(group.status(5).role()).isEqualTo(RoleName.LEADER);
    assertThat(group.status(5).term()).isEqualTo(5);
    assertThat(group.terms(2)).containsExactly(1L, 3L, 5L);
    assertThat(group.terms(3)).containsExactly(1L, 3L, 5L);
  }

  @Test
  @Paper("§5.4.2")
  void figure8eAnEntryOfTheLeadersOwnTermCommitsAllBeforeIt() {
    Group group = figure8c();

    group.receive(1, new Message.AppendAck(Group.id(2), 4, 3, 0));
    group.receive(1, new Message.AppendAck(Group.id(3), 4, 3, 0));

    assertThat(group.status(1).commit()).isEqualTo(3);
    assertThat(group.applied(1)).containsExactly("1/1", "2/2");
  }
}
