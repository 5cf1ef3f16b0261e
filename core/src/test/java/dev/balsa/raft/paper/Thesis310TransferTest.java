package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Group;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Message;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.Outgoing;
import dev.balsa.raft.Ready.ProposalOutcome;
import dev.balsa.raft.Ready.ReadOutcome;
import dev.balsa.raft.Ready.TransferOutcome;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.raft.TransferFailure;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leader hands over to a chosen node, or leads on. */
class Thesis310TransferTest {
  private static final long MILLISECOND = 1_000_000;
  private final Group group = Group.preVoting(3);

  @BeforeEach
  void electOne() {
    group.elect(1);
  }

  private static Message order(int leader, long term) {
    return new Message.TimeoutNow(Group.id(leader), term);
  }

  private List<TransferFailure> failures() {
    return group.transfers(1).stream()
        .map(outcome -> ((TransferOutcome.Failed) outcome).reason())
        .toList();
  }

  @Test
  @Paper("thesis §3.10")
  void aTargetThatHoldsTheWholeLogIsToldAtOnceAndLeads() {
    var ready = group.transfer(1, 2);

    group.deliver();

    assertThat(ready.sendNow()).containsExactly(new Outgoing(Group.id(2), order(1, 1)));
    assertThat(group.leaders()).containsExactly(2);
    assertThat(group.status(1).leader()).isEqualTo(Group.id(2));
    assertThat(group.transfers(1)).containsExactly(new TransferOutcome.Done(1, Group.id(2), 2));
  }

  @Test
  @Paper("thesis §3.10")
  void meanwhileTheLeaderTakesNoProposalsOfAnybodys() {
    group.transfer(1, 2);
    group.dropAll();

    group.propose(1, "a");
    var forwarded =
        group.receive(1, new Message.Forward(Group.id(3), 1, 7, List.of(Bytes.utf8("b"))));

    assertThat(group.proposals(1))
        .containsExactly(new ProposalOutcome.Refused(2, Refusal.TRANSFERRING));
    assertThat(forwarded.sendNow())
        .containsExactly(
            new Outgoing(
                Group.id(3), new Message.ForwardRefused(Group.id(1), 1, 7, Refusal.TRANSFERRING)));
    assertThat(group.terms(1)).containsExactly(1L);
  }

  @Test
  @Paper("thesis §3.10")
  void aTargetThatLacksEntriesGetsThemFirst() {
    group.isolate(2);
    group.propose(1, "a");
    group.deliver();
    group.heal();

    var ready = group.transfer(1, 2);
    group.run(300 * MILLISECOND);

    assertThat(ready.sendNow()).isEmpty();
    assertThat(group.leaders()).containsExactly(2);
    assertThat(group.applied(2)).containsExactly("a");
    assertThat(group.transfers(1)).containsExactly(new TransferOutcome.Done(2, Group.id(2), 2));
  }

  @Test
  @Paper("thesis §3.10")
  void aLostOrderIsRepeated() {
    group.transfer(1, 2);
    group.dropAll();

    group.run(200 * MILLISECOND);

    assertThat(group.leaders()).containsExactly(2);
  }

  @Test
  @Paper("thesis §3.10")
  void anOrderIsRepeatedAfterAHeartbeatsTimeAndNotBefore() {
    group.transfer(1, 2);
    group.dropAll();
    Message ack = new Message.AppendAck(Group.id(3), 1, 1, 0);

    group.advance(50 * MILLISECOND - 1);
    var early = group.receive(1, ack);
    group.advance(1);
    var due = group.receive(1, ack);

    assertThat(early.sendNow()).isEmpty();
    assertThat(due.sendNow()).containsExactly(new Outgoing(Group.id(2), order(1, 1)));
  }

  @Test
  @Paper("thesis §3.10")
  void anOrderThatIsNotObeyedInTimeIsTakenBack() {
    group.isolate(2);
    group.transfer(1, 2);

    group.run(300 * MILLISECOND);
    group.propose(1, "a");
    group.deliver();

    assertThat(failures()).containsExactly(TransferFailure.TIMED_OUT);
    assertThat(group.leaders()).containsExactly(1);
    assertThat(group.status(1).term()).isEqualTo(1);
    assertThat(group.applied(1)).containsExactly("a");
  }

  @Test
  @Paper("thesis §3.10")
  void aTargetThatDoesNotCatchUpInTimeIsNotTold() {
    group.isolate(2);
    group.propose(1, "a");
    group.deliver();
    group.transfer(1, 2);

    group.run(300 * MILLISECOND);

    assertThat(failures()).containsExactly(TransferFailure.TARGET_BEHIND);
    assertThat(group.events(1)).doesNotContain(new Event.TransferTold(Group.id(2), 1));
  }

  @Test
  @Paper("thesis §3.10")
  void readsDoNotKeepATransferToADeadTargetAlive() {
    group.isolate(2);
    group.transfer(1, 2);
    for (int i = 0; i < 40; i++) {
      group.read(1);
      group.run(10 * MILLISECOND);
    }
    group.propose(1, "a");
    group.deliver();

    assertThat(group.reads(1)).hasSize(40).allMatch(ReadOutcome.Confirmed.class::isInstance);
    assertThat(group.applied(1)).containsExactly("a");
  }

  @Test
  @Paper("thesis §3.10")
  void whatCannotBeDoneIsRefusedByName() {
    group.transfer(1, 1);
    group.transfer(1, 9);
    group.transfer(1, 2);
    group.dropAll();
    group.transfer(1, 3);
    group.transfer(3, 2);

    assertThat(failures())
        .containsExactly(
            TransferFailure.ALREADY_LEADER,
            TransferFailure.NOT_A_VOTER,
            TransferFailure.IN_PROGRESS);
    assertThat(group.transfers(3))
        .containsExactly(new TransferOutcome.Failed(5, TransferFailure.NOT_LEADER));
  }

  @Test
  @Paper("thesis §3.10")
  void aTargetThatHasBeenSilentIsRefusedAtOnce() {
    group.isolate(2);
    group.run(300 * MILLISECOND);

    group.transfer(1, 2);
    group.propose(1, "a");
    group.deliver();

    assertThat(failures()).containsExactly(TransferFailure.TARGET_SILENT);
    assertThat(group.applied(1)).containsExactly("a");
  }

  @Test
  @Paper("thesis §3.10")
  void aLeaderThatIsElectedAgainTakesProposals() {
    group.isolate(2);
    group.transfer(1, 2);
    group.receive(1, new Message.VoteReply(Group.id(3), 7, false));

    group.elect(1);
    group.propose(1, "a");
    group.deliver();

    assertThat(failures()).containsExactly(TransferFailure.OTHER_LEADER);
    assertThat(group.leaders()).containsExactly(1);
    assertThat(group.status(1).term()).isEqualTo(8);
    assertThat(group.proposals(1)).hasSize(1).allMatch(ProposalOutcome.Accepted.class::isInstance);
  }

  @Test
  @Paper("thesis §3.10")
  void whenAnotherTakesOverTheOutcomeSaysSo() {
    group.transfer(1, 2);
    group.dropAll();

    group.receive(
        1, new Message.Append(Group.id(3), 2, new LogSlice(EntryId.ZERO, List.of()), 0, 0));

    assertThat(failures()).containsExactly(TransferFailure.OTHER_LEADER);
  }

  @Test
  @Paper("thesis §3.10")
  void onlyTheLeaderOfThisTermMayOrderACampaign() {
    group.receive(2, order(3, 1));
    group.receive(2, order(1, 0));
    RoleName afterStrangers = group.status(2).role();

    group.receive(2, order(1, 1));
    group.receive(2, order(1, 1));

    assertThat(afterStrangers).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.status(2).role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(group.status(2).term()).isEqualTo(2);
    assertThat(group.events(2)).contains(new Event.ToldToCampaign(Group.id(1), 1));
  }

  @Test
  @Paper("thesis §3.10")
  void meanwhileTheMembershipStaysAsItIs() {
    group.isolate(2);
    group.transfer(1, 2);

    Ready ready = group.change(1, new Change.Remove(Group.id(3)));

    assertThat(ready.changes())
        .containsExactly(new Ready.ChangeOutcome.Refused(2, Refusal.TRANSFERRING));
  }
}
