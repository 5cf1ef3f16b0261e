package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Group;
import dev.balsa.raft.Message;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready.ProposalOutcome;
import dev.balsa.raft.Ready.ReadOutcome;
import dev.balsa.raft.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients find the leader; a read is served only by one that still leads. */
class Paper8ClientsTest {

  @Test
  @Paper("§8")
  void aLeaderOpensItsTermWithANoOpThatCommitsWhatItFound() {
    Group group = Group.of(3);
    group.elect(1);
    group.propose(1, "found");
    group.isolate(1);
    group.deliver();

    group.elect(2);

    assertThat(group.disk(2).entry(3).payload()).isEqualTo(new Payload.NoOp());
    assertThat(group.status(2).commit()).isEqualTo(3);
    assertThat(group.applied(2)).containsExactly("found");
  }

  @Test
  @Paper({"§8", "thesis §6.2"})
  void anyNodePassesACommandToTheLeader() {
    Group group = Group.of(3);
    group.elect(1);

    group.propose(2, "a", "b");
    group.deliver();

    assertThat(group.proposals(2))
        .containsExactly(new ProposalOutcome.Accepted(1, new EntryId(1, 2)));
    assertThat(group.applied(1)).containsExactly("a", "b");
  }

  @Test
  @Paper({"§8", "thesis §6.2"})
  void withoutALeaderACommandIsRefused() {
    Group group = Group.of(3);

    group.propose(1, "a");
    group.read(1);

    assertThat(group.proposals(1))
        .containsExactly(new ProposalOutcome.Refused(1, Refusal.NO_LEADER));
    assertThat(group.reads(1)).containsExactly(new ReadOutcome.Refused(2, Refusal.NO_LEADER));
  }

  @Test
  @Paper({"§8", "thesis §6.4"})
  void aReadWaitsForAMajorityThatStillKnowsTheLeader() {
    Group group = Group.of(3);
    group.elect(1);
    group.propose(1, "a");
    group.deliver();

    group.read(1);
    List<ReadOutcome> before = List.copyOf(group.reads(1));
    group.deliver();

    assertThat(before).isEmpty();
    assertThat(group.reads(1)).containsExactly(group.confirmed(2, 2));
  }

  @Test
  @Paper({"§8", "thesis §6.4"})
  void aDeposedLeaderThatDoesNotKnowItServesNoRead() {
    Group group = Group.of(3);
    group.elect(1);
    group.isolate(1);
    group.elect(2);
    group.propose(2, "new");
    group.deliver();

    group.read(1);
    group.wake(1);
    group.deliver();
    List<ReadOutcome> whileCutOff = List.copyOf(group.reads(1));
    group.heal();
    group.wake(1);
    group.deliver();

    assertThat(whileCutOff).isEmpty();
    assertThat(group.reads(1)).containsExactly(new ReadOutcome.Refused(2, Refusal.LEADER_CHANGED));
  }

  @Test
  @Paper({"§8", "thesis §6.4"})
  void aNewLeaderServesNoReadBeforeItsNoOpIsCommitted() {
    Group group = Group.of(3);
    group.wake(1);
    group.receive(1, new Message.VoteReply(Group.id(2), 1, true));
    group.dropAll();

    group.read(1);
    group.receive(1, new Message.AppendReject(Group.id(2), 1, 0, EntryId.ZERO, 5));
    List<ReadOutcome> before = List.copyOf(group.reads(1));
    group.dropAll();
    group.wake(1);
    group.deliver();

    assertThat(before).isEmpty();
    assertThat(group.reads(1)).containsExactly(group.confirmed(1, 1));
  }
}
