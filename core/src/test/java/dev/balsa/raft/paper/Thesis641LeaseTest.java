package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Group;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Message;
import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.ReadBasis.Path;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.Ready.ReadOutcome;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Status;
import dev.balsa.raft.Status.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader answers reads alone for as long as those who heard it elect nobody else. */
class Thesis641LeaseTest {
  private static final long MILLISECOND = 1_000_000;

  @Test
  @Paper("thesis §6.4.1")
  void withinItsLeaseALeaderAsksNobody() {
    Group group = leading(0);
    group.dropAll();

    group.read(1, ReadMode.LEASE);

    assertThat(group.reads(1)).containsExactly(onLease(1, 1, group.now()));
    assertThat(group.deliver()).isZero();
  }

  @Test
  @Paper("thesis §6.4.1")
  void theLeaseCountsFromWhenItSpokeAndEndsTheDriftEarlier() {
    Group group = leading(500); // 150 ms / 1.5 = 100 ms
    long spoke = group.now();
    group.isolate(1);

    group.advance(spoke + 100 * MILLISECOND - 1 - group.now());
    group.read(1, ReadMode.LEASE);
    group.advance(1);
    group.read(1, ReadMode.LEASE);

    assertThat(group.reads(1)).containsExactly(onLease(1, 1, group.now() - 1));
  }

  @Test
  @Paper("thesis §6.4.1")
  void whatIsAnsweredLateGivesALeaseFromTheQuestionOn() {
    Group group = Group.of(3).leasing(0);
    group.run(0); // starts all
    group.elect(1);
    group.beat(1, 1); // tells of the no-op's commit
    group.wake(1); // a heartbeat, round 1, on its way to both
    long spoke = group.now();
    group.dropAll();
    group.advance(140 * MILLISECOND);
    group.receive(1, new Message.AppendAck(Group.id(2), 1, 1, 1));

    group.read(1, ReadMode.LEASE);
    group.advance(spoke + 150 * MILLISECOND - group.now());
    group.read(1, ReadMode.LEASE);

    assertThat(group.reads(1)).containsExactly(onLease(1, 1, spoke + 140 * MILLISECOND));
  }

  @Test
  @Paper("thesis §6.4.1")
  void aLeaderSaysUntilWhenItsLeaseHoldsAndOthersHaveNone() {
    Group group = leading(500);
    long spoke = group.now();

    assertThat(group.status(1).leaseUntil()).isEqualTo(spoke + 100 * MILLISECOND);
    assertThat(group.status(2).leaseUntil()).isEqualTo(Status.NO_LEASE);
    group.transfer(1, 2);
    assertThat(group.status(1).leaseUntil()).isEqualTo(Status.NO_LEASE);
  }

  @Test
  @Paper("thesis §6.4.1")
  void withoutALeaseTheReadIsConfirmedByAMajority() {
    Group group = leading(0);
    group.advance(150 * MILLISECOND);
    group.read(1, ReadMode.LEASE);

    group.deliver();

    assertThat(group.reads(1)).containsExactly(group.confirmed(1, 1));
  }

  @Test
  @Paper("thesis §6.4.1")
  void leasesAreOffUnlessSet() {
    Group group = Group.of(3);
    group.elect(1);
    group.beat(1, 2);
    group.read(1, ReadMode.LEASE);

    assertThat(group.reads(1)).isEmpty();
    group.deliver();
    assertThat(group.reads(1)).containsExactly(group.confirmed(1, 1));
  }

  @Test
  @Paper("thesis §6.4.1")
  void noLeaseServesBeforeTheTermsFirstCommit() {
    Group group = Group.of(3).leasing(0);
    group.log(1, 1).log(2, 1).log(3, 1);
    group.wake(1);
    group.receive(1, new Message.VoteReply(Group.id(2), 2, true));
    group.dropAll();
    group.wake(1);
    group.dropAll();
    // Others hear the leader but lack its entries: they reject, and that is an answer to a round.
    group.receive(1, new Message.AppendReject(Group.id(2), 2, 1, EntryId.ZERO, 1));

    group.read(1, ReadMode.LEASE);

    assertThat(group.reads(1)).isEmpty();
  }

  @Test
  @Paper("thesis §6.4.1")
  void whileLeadershipMovesAndEverAfterInThatTermNoLeaseServes() {
    Group group = leading(0);
    group.beat(1, 1);
    group.isolate(2);
    group.transfer(1, 2);
    group.read(1, ReadMode.LEASE);
    boolean during = group.reads(1).isEmpty();
    group.run(320 * MILLISECOND); // the transfer is given up; its order may still be under way
    group.read(1, ReadMode.LEASE);
    int asked = group.reads(1).size();
    group.deliver();

    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
    assertThat(during).isTrue();
    assertThat(asked).isLessThan(group.reads(1).size());
    assertThat(group.reads(1))
        .allMatch(
            outcome ->
                outcome instanceof ReadOutcome.Confirmed c && c.basis().path() == Path.READ_INDEX);
  }

  @Test
  @Paper("thesis §6.4.1")
  void whoHeardALeaderKeepsItsPromiseThroughALaterTermAndThroughARestart() {
    for (boolean restart : new boolean[] {false, true}) {
      Group group = leading(0);
      long heard = group.now();
      if (restart) {
        group.crash(2);
        group.status(2); // starts anew
      } else {
        // An answer to an old question of its own raises its term.
        group.receive(2, new Message.VoteReply(Group.id(3), 7, false));
      }
      Message.Vote vote = new Message.Vote(Group.id(3), 8, new EntryId(1, 1));

      group.advance(heard + 150 * MILLISECOND - 1 - group.now());
      group.receive(2, vote);
      group.advance(1);
      boolean early = group.events(2).contains(new Event.VoteGranted(Group.id(3), 8));
      group.receive(2, vote);

      assertThat(early).isFalse();
      assertThat(group.events(2)).contains(new Event.VoteGranted(Group.id(3), 8));
    }
  }

  @Test
  @Paper("thesis §6.4.1")
  void aBoundedReadIsServedOnWhatWasConfirmedBeforeUntilThatIsTooOld() {
    Group group = leading(0);
    long age = 40 * MILLISECOND;
    ReadMode bounded = new ReadMode.Bounded(age, Long.MAX_VALUE);
    group.read(3);
    group.deliver();
    long asked = group.now();
    group.isolate(1);

    group.advance(age);
    group.read(3, bounded);
    group.advance(1);
    group.read(3, bounded);

    assertThat(group.reads(3))
        .containsExactly(
            group.confirmed(1, 1),
            new ReadOutcome.Confirmed(2, 1, new ReadBasis(Path.BOUNDED, asked)));
    group.run(400 * MILLISECOND); // its leader is lost
    assertThat(group.reads(3)).contains(new ReadOutcome.Refused(3, Refusal.LEADER_CHANGED));
  }

  @Test
  @Paper("thesis §6.4.1")
  void whatALeaseServedIsAsFreshForABoundedRead() {
    Group group = leading(0);
    group.dropAll();
    ReadMode now = new ReadMode.Bounded(0, Long.MAX_VALUE);
    group.read(1, ReadMode.LEASE);

    group.read(1, now);

    assertThat(group.reads(1))
        .containsExactly(
            onLease(1, 1, group.now()),
            new ReadOutcome.Confirmed(2, 1, new ReadBasis(Path.BOUNDED, group.now())));
  }

  @Test
  @Paper("thesis §6.4.1")
  void aBoundedReadWithoutALeaderIsRefusedByNameOnceItsBoundCannotBeKept() {
    Group group = Group.of(3);

    group.read(2, new ReadMode.Bounded(1_000 * MILLISECOND, Long.MAX_VALUE));
    group.read(2, new ReadMode.Bounded(Long.MAX_VALUE, 5));

    assertThat(group.reads(2))
        .containsExactly(
            new ReadOutcome.Refused(1, Refusal.TOO_STALE),
            new ReadOutcome.Refused(2, Refusal.TOO_STALE));
  }

  @Test
  @Paper("thesis §6.4.1")
  void aReadBoundedInEntriesWaitsForNoMoreThanTheBoundAllows() {
    Group group = leading(0);
    group.propose(1, "a", "b", "c", "d");
    group.deliver();
    group.beat(1, 1);

    group.read(2, new ReadMode.Bounded(Long.MAX_VALUE, 3));

    assertThat(group.reads(2))
        .hasSize(1)
        .allMatch(
            outcome ->
                outcome instanceof ReadOutcome.Confirmed c
                    && c.index() == 2
                    && c.basis().path() == Path.BOUNDED);
  }

  private static ReadOutcome onLease(long read, long index, long now) {
    return new ReadOutcome.Confirmed(read, index, new ReadBasis(Path.LEASE, now));
  }

  /** Node 1 leads three, has committed its no-op, and has just spoken and been answered. */
  private static Group leading(int driftPerMille) {
    Group group = Group.of(3).leasing(driftPerMille);
    group.run(0); // starts all: who has just started votes for nobody
    group.elect(1);
    if (group.status(1).role() != RoleName.LEADER) {
      throw new AssertionError("node 1 does not lead");
    }
    group.beat(1, 2); // the first tells of the no-op's commit, the second is a heartbeat
    return group;
  }

  /** Node 1 leads again, without a moment in which it could have heard of a round of its own. */
  @Test
  @Paper("thesis §6.4.1")
  void aLeaseEndsWithTheTermItWasGainedIn() {
    Group group = leading(0);
    EntryId end = group.status(1).last();
    group.dropAll();
    group.receive(1, new Message.VoteReply(Group.id(2), 2, false));
    group.receive(1, new Message.Append(Group.id(2), 2, new LogSlice(end, List.of()), 0, 0));
    group.receive(1, new Message.TimeoutNow(Group.id(2), 2));
    group.receive(1, new Message.VoteReply(Group.id(2), 3, true));
    group.receive(1, new Message.AppendAck(Group.id(2), 3, end.index() + 1, 0));
    long commit = group.status(1).commit();

    group.read(1, ReadMode.LEASE);

    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
    assertThat(commit).isEqualTo(end.index() + 1);
    assertThat(group.reads(1)).isEmpty();
  }

  /** Rounds count anew in each term: those that nobody answered in the last one are forgotten. */
  @Test
  @Paper("thesis §6.4.1")
  void whoLeadsAgainHasALeaseOnceItIsHeardAgain() {
    Group group = leading(0);
    for (int unheard = 0; unheard < 3; unheard++) {
      group.wake(1);
      group.dropAll();
    }
    EntryId end = group.status(1).last();
    group.receive(1, new Message.VoteReply(Group.id(2), 2, false));
    group.receive(1, new Message.Append(Group.id(2), 2, new LogSlice(end, List.of()), 0, 0));
    group.receive(1, new Message.TimeoutNow(Group.id(2), 2));
    group.receive(1, new Message.VoteReply(Group.id(2), 3, true));
    group.receive(1, new Message.AppendAck(Group.id(2), 3, end.index() + 1, 0));
    group.dropAll();
    group.wake(1); // tells of the commit
    group.wake(1); // a heartbeat, the first round
    long round =
        group.queue().stream()
            .map(outgoing -> ((Message.Append) outgoing.message()).round())
            .max(Long::compare)
            .orElseThrow();
    group.receive(1, new Message.AppendAck(Group.id(2), 3, end.index() + 1, round));

    group.read(1, ReadMode.LEASE);

    assertThat(round).isOne();
    assertThat(group.reads(1)).containsExactly(onLease(1, end.index() + 1, group.now()));
  }

  @Test
  @Paper("thesis §6.4.1")
  void theOnlyVoterNeedsNobodyForItsLease() {
    Group group = Group.of(1).leasing(0);
    group.run(0);
    group.elect(1);
    group.wake(1);

    group.read(1, ReadMode.LEASE);

    assertThat(group.reads(1)).containsExactly(onLease(1, 1, group.now()));
  }

  @Test
  @Paper("thesis §6.4.1")
  void whatAMajorityConfirmedForALeaderIsAsFreshForItsBoundedReads() {
    Group group = leading(0);
    group.read(1);
    group.deliver();
    long asked = group.now();
    group.advance(MILLISECOND);

    group.read(1, new ReadMode.Bounded(MILLISECOND, Long.MAX_VALUE));

    assertThat(group.reads(1).getLast())
        .isEqualTo(new ReadOutcome.Confirmed(2, 1, new ReadBasis(Path.BOUNDED, asked)));
  }

  @Test
  @Paper("thesis §6.4.1")
  void everyReadThatIsConfirmedMakesTheNextOnesFresher() {
    Group group = leading(0);
    group.read(3);
    group.deliver();
    group.advance(10 * MILLISECOND);
    group.read(3);
    group.deliver();
    long asked = group.now();
    group.advance(10 * MILLISECOND);

    group.read(3, new ReadMode.Bounded(10 * MILLISECOND, Long.MAX_VALUE));

    assertThat(group.reads(3).getLast())
        .isEqualTo(new ReadOutcome.Confirmed(3, 1, new ReadBasis(Path.BOUNDED, asked)));
  }

  @Test
  @Paper("thesis §6.4.1")
  void howManyEntriesAReadIsBehindNobodyKnowsWithoutALeader() {
    Group group = leading(0);
    group.read(3);
    group.deliver();
    long asked = group.now();
    group.receive(3, new Message.VoteReply(Group.id(2), 7, false));

    group.read(3, new ReadMode.Bounded(40 * MILLISECOND, 3));
    group.read(3, new ReadMode.Bounded(40 * MILLISECOND, Long.MAX_VALUE));

    assertThat(group.reads(3))
        .endsWith(
            new ReadOutcome.Refused(2, Refusal.TOO_STALE),
            new ReadOutcome.Confirmed(3, 1, new ReadBasis(Path.BOUNDED, asked)));
  }
}
