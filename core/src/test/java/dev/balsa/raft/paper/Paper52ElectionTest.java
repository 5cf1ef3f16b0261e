package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Denied;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.Group;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Message;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.Outgoing;
import dev.balsa.raft.Status.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leader election: timeouts, one vote a term, a majority. */
class Paper52ElectionTest {
  private static final LogSlice NOTHING = new LogSlice(EntryId.ZERO, List.of());
  private static final long MILLISECOND = 1_000_000;

  private static Outgoing granted(int from, int to) {
    return new Outgoing(Group.id(to), new Message.VoteReply(Group.id(from), 1, true));
  }

  /** Since the vote of term 1 went to node 1. */
  private static Outgoing denied(int from, int to) {
    Denied denied = new Denied(Denial.ALREADY_VOTED, EntryId.ZERO, Group.id(1));
    return new Outgoing(Group.id(to), new Message.VoteReply(Group.id(from), 1, false, denied));
  }

  @Test
  @Paper("§5.2")
  void silenceMakesAFollowerCampaignInTheNextTerm() {
    Group group = Group.of(3);

    Ready ready = group.wake(1);

    assertThat(group.status(1).role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(group.disk(1).forcedHardState()).isEqualTo(new HardState(1, Group.id(1)));
    assertThat(ready.sendDurable())
        .containsExactly(
            new Outgoing(Group.id(2), new Message.Vote(Group.id(1), 1, EntryId.ZERO)),
            new Outgoing(Group.id(3), new Message.Vote(Group.id(1), 1, EntryId.ZERO)));
  }

  @Test
  @Paper("§5.2")
  void aWakeBeforeTheTimeoutDoesNothing() {
    Group group = Group.of(3);
    group.advance(group.deadline(1) - 1);

    Ready ready = group.step(1, new dev.balsa.raft.Input.Wake());

    assertThat(ready.persist()).isNull();
    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  @Paper("§5.2")
  void aMajorityElectsALeaderAndLessDoesNot() {
    Group group = Group.of(5);
    group.wake(1);

    group.receive(1, new Message.VoteReply(Group.id(2), 1, true));
    group.receive(1, new Message.VoteReply(Group.id(2), 1, true));
    group.receive(1, new Message.VoteReply(Group.id(3), 1, false));
    RoleName withTwo = group.status(1).role();
    group.receive(1, new Message.VoteReply(Group.id(4), 1, true));

    assertThat(withTwo).isEqualTo(RoleName.CANDIDATE);
    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  @Paper("§5.2")
  void theOnlyVoterElectsItselfOnceItsVoteIsOnDisk() {
    Group group = Group.of(1);
    group.hold(1);
    group.wake(1);
    RoleName before = group.status(1).role();

    group.release(1);

    assertThat(before).isEqualTo(RoleName.CANDIDATE);
    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  @Paper("§5.2")
  void aNodeVotesForTheFirstWhoAsksInATermAndForNobodyElse() {
    Group group = Group.of(3);

    Ready first = group.receive(3, new Message.Vote(Group.id(1), 1, EntryId.ZERO));
    Ready second = group.receive(3, new Message.Vote(Group.id(2), 1, EntryId.ZERO));
    Ready again = group.receive(3, new Message.Vote(Group.id(1), 1, EntryId.ZERO));

    assertThat(first.sendDurable()).containsExactly(granted(3, 1));
    assertThat(second.sendDurable()).containsExactly(denied(3, 2));
    assertThat(again.sendDurable()).containsExactly(granted(3, 1));
    assertThat(group.events(3))
        .contains(new Event.VoteDenied(Group.id(2), 1, Denial.ALREADY_VOTED));
  }

  @Test
  @Paper("§5.2")
  void aVoteIsNotForgottenInACrash() {
    Group group = Group.of(3);
    group.receive(3, new Message.Vote(Group.id(1), 1, EntryId.ZERO));

    group.crash(3);

    Ready ready = group.receive(3, new Message.Vote(Group.id(2), 1, EntryId.ZERO));
    assertThat(ready.sendDurable()).containsExactly(denied(3, 2));
  }

  @Test
  @Paper("§5.2")
  void aVoteIsOnlyToldOnceItIsOnDisk() {
    Group group = Group.of(3);
    group.hold(3);

    Ready ready = group.receive(3, new Message.Vote(Group.id(1), 1, EntryId.ZERO));

    assertThat(ready.sendNow()).isEmpty();
    assertThat(group.queue()).isEmpty();
    group.release(3);
    assertThat(group.queue()).containsExactly(granted(3, 1));
  }

  @Test
  @Paper("§5.2")
  void aCandidateFollowsTheLeaderOfItsTermAndIgnoresOneOfAnEarlierTerm() {
    Group group = Group.of(3);
    group.wake(1);
    group.wake(1);

    group.receive(1, new Message.Append(Group.id(2), 1, NOTHING, 0, 0));
    RoleName afterEarlier = group.status(1).role();
    group.receive(1, new Message.Append(Group.id(3), 2, NOTHING, 0, 0));

    assertThat(afterEarlier).isEqualTo(RoleName.CANDIDATE);
    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.status(1).leader()).isEqualTo(Group.id(3));
    assertThat(group.status(1).term()).isEqualTo(2);
  }

  @Test
  @Paper("§5.2")
  void aSplitVoteEndsInAnotherTerm() {
    Group group = Group.of(2);
    group.wake(1);
    group.wake(2);
    group.deliver();
    RoleName split = group.status(1).role();

    group.elect(1);

    assertThat(split).isEqualTo(RoleName.CANDIDATE);
    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
    assertThat(group.status(1).term()).isEqualTo(2);
  }

  @Test
  @Paper("§5.2")
  void aNewLeaderSpeaksAtOnceAndThenAtEveryHeartbeat() {
    Group group = Group.of(3);
    group.elect(1);
    group.advance(10 * MILLISECOND);
    group.wake(1);
    group.deliver();
    long before = group.now();

    Ready heartbeat = group.wake(1);

    assertThat(group.status(2).leader()).isEqualTo(Group.id(1));
    assertThat(group.now() - before).isBetween(1L, 50 * MILLISECOND);
    assertThat(heartbeat.sendNow()).extracting(Outgoing::to).contains(Group.id(2), Group.id(3));
  }

  @Test
  @Paper("§5.2")
  void hearingTheLeaderOrGrantingAVotePutsTheElectionOff() {
    Group group = Group.of(3);
    long drawn = group.deadline(2);
    group.advance(drawn - 1);

    group.receive(2, new Message.Append(Group.id(1), 1, NOTHING, 0, 0));
    long afterLeader = group.deadline(2);
    group.advance(150 * MILLISECOND); // until then the leader counts as alive
    group.receive(2, new Message.Vote(Group.id(3), 2, EntryId.ZERO));

    assertThat(afterLeader).isGreaterThanOrEqualTo(drawn - 1 + 150 * MILLISECOND);
    assertThat(group.deadline(2)).isGreaterThanOrEqualTo(group.now() + 150 * MILLISECOND);
  }

  @Test
  @Paper("§5.2")
  void denyingAVoteDoesNotPutTheElectionOff() {
    Group group = Group.of(3).log(2, 1, 1);
    long drawn = group.deadline(2);
    group.advance(drawn - 1);

    group.receive(2, new Message.Vote(Group.id(3), 1, EntryId.ZERO));

    assertThat(group.deadline(2)).isEqualTo(drawn);
  }

  @Test
  @Paper("§5.2")
  void timeoutsAreDrawnAnewFromTheWholeRange() {
    Group group = Group.of(3);
    for (int i = 0; i < 200; i++) {
      group.wake(1);
    }

    List<Long> drawn =
        group.events(1).stream()
            .filter(Event.ElectionTimeoutDrawn.class::isInstance)
            .map(event -> ((Event.ElectionTimeoutDrawn) event).nanos() / MILLISECOND)
            .toList();

    assertThat(drawn).allSatisfy(ms -> assertThat(ms).isBetween(150L, 299L));
    assertThat(drawn).anyMatch(ms -> ms < 170).anyMatch(ms -> ms > 280);
  }

  /** No higher term comes with it, so nothing but the vote itself makes the node write. */
  @Test
  @Paper("§5.2")
  void aVoteInATermThatIsOnDiskAlreadyIsWrittenToo() {
    Group group = Group.of(3).logAt(1, 5, 1);

    group.receive(1, new Message.Vote(Group.id(2), 5, new EntryId(1, 1)));
    group.crash(1);
    group.receive(1, new Message.Vote(Group.id(3), 5, new EntryId(1, 1)));

    assertThat(group.disk(1).forcedHardState()).isEqualTo(new HardState(5, Group.id(2)));
  }
}
