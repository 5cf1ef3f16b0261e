package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Denied;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.Group;
import dev.balsa.raft.Message;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Status;
import dev.balsa.raft.Status.RoleName;
import org.junit.jupiter.api.Test;

/** What a node must find again after a crash, and what it may lose. */
class Thesis38RestartTest {

  @Test
  @Paper("thesis §3.8")
  void termVoteAndLogSurviveACrash() {
    Group group = Group.of(3);
    group.log(1, 1, 1, 2);
    group.receive(1, new Message.Vote(Group.id(2), 5, new EntryId(2, 3)));
    Status before = group.status(1);

    group.crash(1);
    Ready second = group.receive(1, new Message.Vote(Group.id(3), 5, new EntryId(2, 3)));

    assertThat(group.status(1).term()).isEqualTo(before.term()).isEqualTo(5);
    assertThat(group.status(1).last()).isEqualTo(new EntryId(2, 3));
    assertThat(second.sendDurable())
        .containsExactly(
            new Ready.Outgoing(
                Group.id(3),
                new Message.VoteReply(
                    Group.id(1),
                    5,
                    false,
                    new Denied(Denial.ALREADY_VOTED, new EntryId(2, 3), Group.id(2)))));
  }

  @Test
  @Paper("thesis §3.8")
  void aLeaderThatRestartsIsAFollowerThatKnowsNoLeader() {
    Group group = Group.of(3);
    group.elect(1);

    group.crash(1);

    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.status(1).leader()).isNull();
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  @Paper("thesis §3.8")
  void theCommitIndexMayBeLostAndIsLearnedAgain() {
    Group group = Group.of(3);
    group.elect(1);
    group.propose(1, "a");
    group.deliver();
    group.wake(1);
    group.deliver();
    long before = group.status(2).commit();

    group.crash(2);
    long after = group.status(2).commit();
    group.wake(1);
    group.deliver();
    group.wake(1);
    group.deliver();

    assertThat(before).isEqualTo(2);
    assertThat(after).isZero();
    assertThat(group.status(2).commit()).isEqualTo(2);
  }
}
