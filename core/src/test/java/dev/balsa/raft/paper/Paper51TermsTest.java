package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Denied;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.Group;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Message;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.Outgoing;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.raft.TestDisk;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Terms, a logical clock that every message carries (figure 2, rules for all servers). */
class Paper51TermsTest {
  private static final LogSlice NOTHING = new LogSlice(EntryId.ZERO, List.of());

  @Test
  @Paper("§5.1")
  void aNodeStartsAsAFollowerThatKnowsNoLeader() {
    Group group = Group.of(3);

    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.status(1).leader()).isNull();
    assertThat(group.status(1).term()).isZero();
  }

  @Test
  @Paper("§5.1")
  void aLeaderThatMeetsAHigherTermAdoptsItAndFollows() {
    Group group = Group.of(3);
    group.elect(1);

    group.receive(1, new Message.VoteReply(Group.id(3), 7, false));

    assertThat(group.status(1).term()).isEqualTo(7);
    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.disk(1).forcedHardState()).isEqualTo(new HardState(7, null));
    assertThat(group.events(1)).contains(new Event.SteppedDown(1, Event.StepDown.HIGHER_TERM));
  }

  @Test
  @Paper("§5.1")
  void aCandidateThatMeetsAHigherTermAdoptsItAndFollows() {
    Group group = Group.of(3);
    group.wake(1);

    group.receive(1, new Message.Vote(Group.id(3), 2, EntryId.ZERO));

    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.disk(1).forcedHardState()).isEqualTo(new HardState(2, Group.id(3)));
  }

  @Test
  @Paper("§5.1")
  void aVoteRequestOfAnEarlierTermIsDeniedAndToldTheTerm() {
    Group group = Group.of(3).logAt(1, 5, 1);

    Ready ready = group.receive(1, new Message.Vote(Group.id(2), 4, new EntryId(4, 9)));

    assertThat(ready.sendDurable())
        .containsExactly(
            new Outgoing(
                Group.id(2),
                new Message.VoteReply(
                    Group.id(1),
                    5,
                    false,
                    new Denied(Denial.STALE_TERM, new EntryId(1, 1), null))));
    assertThat(ready.persist()).isNull();
  }

  @Test
  @Paper("§5.1")
  void anAppendOfAnEarlierTermChangesNothingAndIsToldTheTerm() {
    Group group = Group.of(3).logAt(1, 5, 1);
    long deadline = group.deadline(1);
    group.advance(1);

    Ready ready = group.receive(1, new Message.Append(Group.id(2), 4, TestDisk.slice(4), 1, 0));

    assertThat(ready.persist()).isNull();
    assertThat(ready.sendDurable())
        .hasSize(1)
        .allSatisfy(outgoing -> assertThat(outgoing.message().term()).isEqualTo(5));
    assertThat(group.terms(1)).containsExactly(1L);
    assertThat(group.deadline(1)).isEqualTo(deadline);
    assertThat(group.status(1).leader()).isNull();
  }

  @Test
  @Paper("§5.1")
  void anAnswerOfAnEarlierTermCountsForNothing() {
    Group group = Group.of(3);
    group.wake(1);
    group.wake(1);

    group.receive(1, new Message.VoteReply(Group.id(2), 1, true));

    assertThat(group.status(1).role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(group.status(1).term()).isEqualTo(2);
  }

  @Test
  @Paper("§5.1")
  void noAnswerLeavesBeforeTheNewTermIsOnDisk() {
    Group group = Group.of(3);
    group.hold(1);

    group.receive(1, new Message.Append(Group.id(2), 3, NOTHING, 0, 0));

    assertThat(group.queue()).isEmpty();
    group.release(1);
    assertThat(group.disk(1).forcedHardState().term()).isEqualTo(3);
    assertThat(group.queue()).hasSize(1);
  }

  @Test
  @Paper("§5.1")
  void aChunkOfAnEarlierTermIsRefusedAndToldTheTerm() {
    Group group = Group.of(3).logAt(1, 5, 1);
    Membership members = new Membership(List.of(Group.id(2)));
    SnapshotMeta snapshot = new SnapshotMeta(new EntryId(4, 9), members, 3, 7);

    Ready ready =
        group.receive(
            1,
            new Message.SnapshotChunk(
                Group.id(2), 4, snapshot, 0, Bytes.copyOf(new byte[3]), 6, 8));

    assertThat(ready.snapshots()).isEmpty();
    assertThat(ready.sendDurable())
        .containsExactly(
            new Outgoing(Group.id(2), new Message.SnapshotAck(Group.id(1), 5, 0, 0, 0)));
  }
}
