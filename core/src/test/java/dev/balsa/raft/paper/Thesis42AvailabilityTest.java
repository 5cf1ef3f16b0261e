package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Event;
import dev.balsa.raft.Event.StepDown;
import dev.balsa.raft.Group;
import dev.balsa.raft.Input;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.ChangeOutcome;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Seat;
import dev.balsa.raft.Status.RoleName;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Newcomers catch up before they count; a leader can be removed (thesis §4.2). */
class Thesis42AvailabilityTest {
  private static Change add(int node, Seat seat) {
    return new Change.Add(Group.id(node), seat, Bytes.utf8("at " + node));
  }

  private static Change remove(int node) {
    return new Change.Remove(Group.id(node));
  }

  private static List<NodeId> ids(long... nodes) {
    return LongStream.of(nodes).mapToObj(NodeId::new).toList();
  }

  private static Group of(int size) {
    Group group = Group.of(size);
    group.elect(1);
    group.beat(1, 1);
    return group;
  }

  @Test
  @Paper("thesis §4.2.1")
  void aLearnerGetsTheLogAndDoesNotCount() {
    Group group = of(2).join(3);
    group.change(1, add(3, Seat.LEARNER));
    group.deliver();
    group.isolate(2);

    group.propose(1, "a");
    group.deliver();

    assertThat(group.terms(3)).hasSize(3);
    assertThat(group.status(1).commit()).isEqualTo(2);
    assertThat(group.deadline(3)).as("a learner does not campaign").isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @Paper("thesis §4.2.1")
  void aLearnerIsNotPromotedBeforeItHasCaughtUp() {
    Group group = of(1).join(2);
    group.isolate(2);
    group.change(1, add(2, Seat.LEARNER));
    group.propose(1, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    group.beat(1, 2);

    group.change(1, new Change.Promote(Group.id(2)));
    group.heal();
    group.beat(1, 3);
    group.change(1, new Change.Promote(Group.id(2)));

    assertThat(group.changes(1).get(1))
        .isEqualTo(new ChangeOutcome.Refused(3, Refusal.NOT_CAUGHT_UP));
    assertThat(group.changes(1).get(2)).isInstanceOf(ChangeOutcome.Accepted.class);
    group.deliver();
    assertThat(group.membership(2).voters()).isEqualTo(ids(1, 2));
  }

  @Test
  @Paper("thesis §4.2.1")
  void oneThatJoinsIsPromotedByItselfOnceItHasCaughtUp() {
    Group group = of(1).join(2);
    group.isolate(2);
    group.change(1, add(2, Seat.JOINING));
    group.beat(1, 20);
    List<NodeId> whileAway = group.membership(1).voters();

    group.heal();
    group.beat(1, 4);

    assertThat(whileAway).isEqualTo(ids(1));
    assertThat(group.membership(1).voters()).isEqualTo(ids(1, 2));
    assertThat(group.membership(2)).isEqualTo(group.membership(1));
    assertThat(group.events(1)).anyMatch(event -> event instanceof Event.LearnerPromoted);
  }

  @Test
  @Paper("thesis §4.2.2")
  void aRemovedLeaderDoesNotCountItselfAndStepsDownWhenItsRemovalIsCommitted() {
    Group group = of(3);
    group.isolate(3);
    group.change(1, remove(1));
    group.deliver();
    RoleName whileOpen = group.status(1).role();
    long commit = group.status(1).commit(); // 1 and 2 hold it, but of {2 3} only one

    group.heal();
    group.beat(1, 2);

    assertThat(whileOpen).isEqualTo(RoleName.LEADER);
    assertThat(commit).isEqualTo(1);
    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.status(1).commit()).isEqualTo(2);
    assertThat(group.events(1)).contains(new Event.SteppedDown(1, StepDown.REMOVED));
    assertThat(group.deadline(1)).as("it stays passive").isEqualTo(Long.MAX_VALUE);
    group.elect(2);
    assertThat(group.status(2).role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  @Paper("thesis §4.2.2")
  void aNodeWhoseRemovalIsNotCommittedStillCampaigns() {
    Group group = of(2);
    group.isolate(2);
    group.change(1, remove(1));
    group.deliver();
    group.crash(1);
    group.heal();
    group.elect(2); // its log is behind: only node 1 can lead, outside its own configuration
    group.elect(1);
    group.elect(1);

    assertThat(group.membership(2).voters()).isEqualTo(ids(2));
    assertThat(group.status(1).role()).as("done, it steps down").isEqualTo(RoleName.FOLLOWER);
    group.elect(2);
    assertThat(group.status(2).role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  @Paper("thesis §4.2.2")
  void aRemovedFollowerLearnsOfItsRemovalAndStaysPassive() {
    Group group = of(3);

    group.change(1, remove(3));
    group.deliver();

    assertThat(group.membership(3).voters()).isEqualTo(ids(1, 2));
    assertThat(group.status(3).commit()).isEqualTo(2);
    assertThat(group.deadline(3)).isEqualTo(Long.MAX_VALUE);
    assertThat(group.status(1).followers()).hasSize(1);
  }

  @Test
  @Paper("thesis §4.2")
  void aLearnerThatDoesNotKnowOfItsPromotionGrantsItsVote() {
    Group group = of(2).join(3);
    group.change(1, add(3, Seat.LEARNER));
    group.beat(1, 2);
    group.isolate(3);
    group.change(1, new Change.Promote(Group.id(3)));
    group.deliver();
    group.crash(1);
    group.isolate(1);
    group.heal();
    group.isolate(1);

    group.elect(2); // needs 2 of {1 2 3}

    assertThat(group.status(2).role()).isEqualTo(RoleName.LEADER);
    group.beat(2, 2);
    assertThat(group.membership(3).voters()).isEqualTo(ids(1, 2, 3));
  }

  @Test
  @Paper("thesis §4.2")
  void whatIsKeptWithAMemberIsReplacedWithoutTouchingItsSeat() {
    Group group = of(2).join(3);
    group.change(1, add(3, Seat.LEARNER));
    group.beat(1, 2);

    group.change(1, new Change.Update(Group.id(3), Bytes.utf8("elsewhere")));
    group.deliver();

    assertThat(group.membership(2).learners()).isEqualTo(ids(3));
    assertThat(group.membership(2).members().getLast().context())
        .isEqualTo(Bytes.utf8("elsewhere"));
  }

  @Test
  @Paper("thesis §6.4")
  void aReadThatWaitsForAMemberIsAnsweredWhenThatMemberHasLeft() {
    Group group = of(2);
    group.isolate(2);
    group.read(1);
    assertThat(group.reads(1)).isEmpty();

    group.change(1, remove(2));

    assertThat(group.reads(1)).containsExactly(group.confirmed(1, group.status(1).commit() - 1));
  }

  @Test
  @Paper("thesis §4.2.2")
  void aLeaderThatIsRemovedHandsOverToOneThatHoldsItsWholeLog() {
    Group group = of(3);

    group.change(1, remove(1));
    group.deliver();

    assertThat(group.leaders()).hasSize(1).doesNotContain(1);
    assertThat(group.now()).as("nobody waited").isLessThan(group.deadline(3));
  }

  /** Node 1 alone votes, and node 2, which joins, has answered but holds only the first entry. */
  private static Group joining() {
    Group group = of(1).join(2);
    group.isolate(2);
    group.change(1, add(2, Seat.JOINING));
    group.propose(1, "a", "b", "c");
    group.receive(1, new Message.AppendAck(Group.id(2), 1, 1, 0));
    return group;
  }

  @Test
  @Paper("thesis §4.2.1")
  void oneThatJoinsIsNotPromotedForBeingAlive() {
    Group group = joining();

    group.receive(1, new Message.AppendAck(Group.id(2), 1, 2, 0));
    group.receive(1, new Message.AppendAck(Group.id(2), 1, 3, 0));

    assertThat(group.membership(1).voters()).isEqualTo(ids(1));
  }

  @ParameterizedTest
  @CsvSource({"150000000,true", "150000001,false"})
  @Paper("thesis §4.2.1")
  void oneThatJoinsIsPromotedAfterARoundNoLongerThanAnElectionTimeout(long nanos, boolean is) {
    Group group = joining();
    long last = group.status(1).last().index();

    group.advance(nanos);
    group.receive(1, new Message.AppendAck(Group.id(2), 1, last, 0));
    boolean atOnce = group.membership(1).votes(Group.id(2));
    group.receive(1, new Message.AppendAck(Group.id(2), 1, last, 0));
    boolean asTheNextBegins = group.membership(1).votes(Group.id(2));
    group.receive(1, new Message.AppendAck(Group.id(2), 1, last, 0));

    assertThat(List.of(atOnce, asTheNextBegins)).containsOnly(is);
    assertThat(group.membership(1).votes(Group.id(2))).as("after the next round").isTrue();
  }

  @Test
  @Paper("thesis §4.2.1")
  void oneThatJoinsAndFallsSilentIsNotPromoted() {
    Group group = joining();
    long last = group.status(1).last().index();
    group.advance(160_000_000);
    group.receive(1, new Message.AppendAck(Group.id(2), 1, last, 0)); // too late for the round

    group.advance(160_000_000);
    group.step(1, new Input.Unreachable(Group.id(9)));
    group.step(1, new Input.Unreachable(Group.id(9)));

    assertThat(group.membership(1).voters()).isEqualTo(ids(1));
    assertThat(group.events(1)).noneMatch(Event.LearnerPromoted.class::isInstance);
  }

  @Test
  @Paper("thesis §4.1")
  void whoRestartsCountsByTheConfigurationInItsLog() {
    Group group = of(2);
    group.change(1, remove(2));
    group.deliver();
    group.isolate(2);

    group.crash(1);
    group.elect(1);

    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
  }

  @ParameterizedTest
  @CsvSource({"8,false", "9,true"})
  @Paper("thesis §4.2.1")
  void aLearnerIsPromotedOnRequestFromNineTenthsOfTheLeadersLogOn(long match, boolean is) {
    Group group = of(1).join(2);
    group.isolate(2);
    group.change(1, add(2, Seat.LEARNER));
    group.propose(1, "a", "b", "c", "d", "e", "f", "g", "h");
    group.receive(1, new Message.AppendAck(Group.id(2), 1, match, 0));

    group.change(1, new Change.Promote(Group.id(2)));

    assertThat(group.status(1).durable()).as("at the end").isBetween(10L, 11L);
    assertThat(group.membership(1).votes(Group.id(2))).isEqualTo(is);
  }

  @Test
  @Paper("thesis §4.2.2")
  void aLeaderThatIsRemovedHandsOverToNobodyThatLacksEntriesAndTellsAllOfTheCommit() {
    Group group = of(4);
    group.isolate(2);
    group.change(1, remove(1));
    group.deliver(2); // 3 and 4 get the entry

    group.deliver(1); // 3 has it, of {2 3 4} one
    List<Ready.Outgoing> open = group.queue();
    group.dropAll();
    Ready last = group.receive(1, new Message.AppendAck(Group.id(4), 1, 2, 0));

    assertThat(open).noneMatch(it -> it.message() instanceof Message.TimeoutNow);
    assertThat(last.sendNow())
        .filteredOn(it -> it.message() instanceof Message.TimeoutNow)
        .extracting(Ready.Outgoing::to)
        .containsExactly(Group.id(3));
    assertThat(last.sendNow())
        .filteredOn(it -> it.message() instanceof Message.Append append && append.commit() == 2)
        .extracting(Ready.Outgoing::to)
        .contains(Group.id(3), Group.id(4));
  }

  @Test
  @Paper("thesis §4.2.2")
  void aNodeWhoseRemovalIsNotCommittedCampaignsThoughItsLogNamesItsDirectoryNoMore() {
    Group group = Group.of(2).tracked();
    group.elect(1);
    group.beat(1, 4);
    group.isolate(2);
    group.change(1, remove(1));
    group.deliver();
    group.crash(1);
    group.heal();

    group.elect(1);
    group.elect(1);

    assertThat(group.membership(2).voters()).isEqualTo(ids(2));
    assertThat(group.membership(2).removed()).isEqualTo(ids(1));
  }
}
