package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Group;
import dev.balsa.raft.Message;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
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

  /**
   * Rounds count anew in each term, and the leader of an earlier one may be that of this: what it
   * said then comes late, and the answer to it, which tells the new term, confirms nothing.
   */
  @Test
  @Paper({"§8", "thesis §6.4"})
  void theAnswerToAChunkOfAnEarlierTermConfirmsNoRead() {
    Group group = Group.of(3).rules(0, 300, 100);
    group.isolate(3);
    group.elect(1);
    group.propose(1, "a");
    group.deliver();
    group.snapshot(1, 1_000);
    for (int i = 0; i < 3; i++) {
      group.read(1);
      group.deliver();
    }
    group.beat(1, 3);
    group.wake(1);
    Message late = chunkTo(group, 3);
    leadAgain(group);
    group.receive(3, new Message.PreVoteReply(Group.id(2), 2, false, 9)); // tells node 3 the term

    group.heal();
    group.receive(3, late);
    group.deliver();
    group.isolate(1);
    group.elect(2);
    group.propose(2, "new");
    group.deliver();
    List<ReadOutcome> before = List.copyOf(group.reads(1));
    group.read(1);

    assertThat(group.status(2).commit()).isGreaterThan(group.status(1).commit());
    assertThat(group.leaders()).containsExactly(1, 2);
    assertThat(group.reads(1)).isEqualTo(before);
  }

  private static Message chunkTo(Group group, int node) {
    return group.queue().stream()
        .filter(outgoing -> outgoing.to().equals(Group.id(node)))
        .map(Ready.Outgoing::message)
        .filter(Message.SnapshotChunk.class::isInstance)
        .findFirst()
        .orElseThrow();
  }

  /** Node 1 hears nobody, steps down, and is elected by node 2; node 3 hears none of it. */
  private static void leadAgain(Group group) {
    group.dropAll();
    group.isolate(1);
    while (!group.leaders().isEmpty()) {
      group.wake(1);
    }
    group.heal();
    group.isolate(3);
    group.elect(1);
    assertThat(group.status(1).term()).isEqualTo(2);
    assertThat(group.leaders()).containsExactly(1);
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
