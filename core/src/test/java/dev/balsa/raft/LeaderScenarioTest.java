package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Ready.ProposalOutcome;
import dev.balsa.raft.Ready.ReadOutcome;
import dev.balsa.raft.Status.RoleName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a leader or candidate does under slow disks, full windows and many readers. */
class LeaderScenarioTest {
  private static final NodeId ONE = Group.id(1);
  private static final Membership THREE =
      new Membership(List.of(Group.id(1), Group.id(2), Group.id(3)));

  private static final class Solo {
    final TestDisk disk = new TestDisk();
    final Raft raft;

    Solo(RaftConfig config, long now) {
      raft = Raft.start(config.withPreVote(false), THREE, Restored.NOTHING, disk, now);
    }

    Ready step(long now, Input input) {
      Ready ready = raft.step(now, input);
      if (ready.persist() != null) {
        disk.write(ready.persist());
        disk.force(ready.persist().sequence());
        raft.step(now, new Input.Persisted(ready.persist().sequence()));
      }
      return ready;
    }

    Ready receive(long now, Message message) {
      return step(now, new Input.Receive(message));
    }

    /** Leads term 1 with its no-op committed. */
    Solo lead() {
      long now = raft.deadline();
      step(now, new Input.Wake());
      receive(now, new Message.VoteReply(Group.id(2), 1, true));
      receive(now, new Message.AppendAck(Group.id(2), 1, 1, 0));
      return this;
    }

    Ready propose(long name, int bytes) {
      return step(
          raft.deadline() - 1, new Input.Propose(name, List.of(Bytes.copyOf(new byte[bytes]))));
    }

    static long entriesTo(Ready ready, int node) {
      return ready.sendNow().stream()
          .filter(outgoing -> outgoing.to().equals(Group.id(node)))
          .filter(
              outgoing ->
                  outgoing.message() instanceof Message.Append append && !append.slice().isEmpty())
          .count();
    }
  }

  @Test
  void aCandidateWhoseOwnVoteIsNotOnDiskDoesNotRaiseTheTermAgain() {
    Group group = Group.of(3);
    group.hold(1);
    for (int i = 0; i < 10; i++) {
      group.wake(1);
    }
    long whileHanging = group.status(1).term();

    group.release(1);

    assertThat(whileHanging).isEqualTo(1);
    assertThat(group.deadline(1)).isGreaterThanOrEqualTo(group.now() + 150_000_000);
    group.deliver();
    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void whoeverCampaignsWaitsForATimeoutBeforeItLooksAgain() {
    Group slow = Group.of(3);
    slow.hold(1);
    for (int i = 0; i < 3; i++) {
      slow.wake(1);
      assertThat(slow.deadline(1)).isGreaterThanOrEqualTo(slow.now() + 150_000_000);
    }

    Group told = Group.of(3);
    told.elect(1);
    told.hold(2);
    told.advance(140_000_000);
    told.receive(2, new Message.TimeoutNow(ONE, 1));

    assertThat(told.status(2).term()).isEqualTo(2);
    assertThat(told.deadline(2)).isGreaterThanOrEqualTo(told.now() + 150_000_000);
  }

  @Test
  void aCandidateWaitsForAnswersFromWhenItsQuestionsLeave() {
    Group group = Group.of(3);
    group.hold(1);
    group.wake(1);
    group.advance(group.deadline(1) - group.now() - 1);

    group.release(1);

    assertThat(group.deadline(1)).isGreaterThanOrEqualTo(group.now() + 150_000_000);
  }

  @Test
  void proposalsBeyondTheUncommittedBytesAreRefusedAndTakenAgainAfterTheCommit() {
    Solo solo = new Solo(RaftConfig.of(ONE, 1).withMemory(300, 1000), 0).lead();

    Ready first = solo.propose(1, 200);
    Ready second = solo.propose(2, 200);
    solo.receive(solo.raft.deadline() - 1, new Message.AppendAck(Group.id(3), 1, 2, 0));
    Ready third = solo.propose(3, 200);

    assertThat(first.proposals()).hasSize(1).first().isInstanceOf(ProposalOutcome.Accepted.class);
    assertThat(second.proposals())
        .containsExactly(new ProposalOutcome.Refused(2, Refusal.UNCOMMITTED_BYTES));
    assertThat(second.persist()).isNull();
    assertThat(third.proposals())
        .containsExactly(new ProposalOutcome.Accepted(3, new EntryId(1, 3)));
  }

  @Test
  void whatAnEarlierTermLeftUncommittedIsNotCountedInTheNext() {
    Solo solo = new Solo(RaftConfig.of(ONE, 1).withMemory(300, 1000), 0).lead();
    solo.propose(1, 200);
    solo.receive(solo.raft.deadline() - 1, new Message.VoteReply(Group.id(2), 2, false));
    long now = solo.raft.deadline();
    solo.step(now, new Input.Wake());
    solo.receive(now, new Message.VoteReply(Group.id(2), 3, true));
    solo.receive(now, new Message.AppendAck(Group.id(2), 3, 3, 0));

    Ready first = solo.propose(2, 200);
    Ready second = solo.propose(3, 200);

    assertThat(first.proposals())
        .containsExactly(new ProposalOutcome.Accepted(2, new EntryId(3, 4)));
    assertThat(second.proposals())
        .containsExactly(new ProposalOutcome.Refused(3, Refusal.UNCOMMITTED_BYTES));
  }

  @Test
  void oneBatchGreaterThanTheBoundIsTakenWhenNothingElseIsUncommitted() {
    Solo solo = new Solo(RaftConfig.of(ONE, 1).withMemory(10, 1000), 0).lead();

    assertThat(solo.propose(1, 5000).proposals())
        .containsExactly(new ProposalOutcome.Accepted(1, new EntryId(1, 2)));
  }

  @Test
  void aFullWindowHoldsEntriesBackUntilAnAnswer() {
    Solo solo = new Solo(RaftConfig.of(ONE, 1).withWindow(1000, 2, 100_000), 0).lead();
    long one = Solo.entriesTo(solo.propose(1, 10), 2);
    long two = Solo.entriesTo(solo.propose(2, 10), 2);
    long three = Solo.entriesTo(solo.propose(3, 10), 2);

    Ready answered =
        solo.receive(solo.raft.deadline() - 1, new Message.AppendAck(Group.id(2), 1, 2, 0));

    assertThat(List.of(one, two, three)).containsExactly(1L, 1L, 0L);
    assertThat(Solo.entriesTo(answered, 2)).isEqualTo(1);
  }

  @Test
  void readsThatArriveDuringARoundShareTheNextOne() {
    Group group = Group.of(3);
    group.elect(1);
    group.read(1);
    group.dropAll();

    Ready second = group.read(1);
    Ready third = group.read(1);
    group.receive(1, new Message.AppendAck(Group.id(2), 1, 1, 1));
    List<ReadOutcome> first = List.copyOf(group.reads(1));
    group.deliver();

    assertThat(second.sendNow()).isEmpty();
    assertThat(third.sendNow()).isEmpty();
    assertThat(first).containsExactly(group.confirmed(1, 1));
    assertThat(group.reads(1)).hasSize(3);
    assertThat(group.events(1))
        .contains(new Event.ReadsConfirmed(1, 1, 1), new Event.ReadsConfirmed(2, 2, 1));
  }

  @Test
  void anAnswerToAnEarlierRoundConfirmsNoLaterRead() {
    Group group = Group.of(3);
    group.elect(1);
    group.read(1);
    group.deliver();
    group.read(1);
    group.dropAll();

    group.receive(1, new Message.AppendAck(Group.id(2), 1, 1, 1));
    group.receive(1, new Message.AppendAck(Group.id(3), 1, 1, 1));

    assertThat(group.reads(1)).containsExactly(group.confirmed(1, 1));
  }

  @Test
  void aReadWhoseRoundWasLostIsConfirmedByAHeartbeat() {
    Group group = Group.of(3);
    group.elect(1);
    group.read(1);
    group.dropAll();

    group.advance(50_000_000);
    group.wake(1);
    group.deliver();

    assertThat(group.reads(1)).containsExactly(group.confirmed(1, 1));
  }

  @Test
  void anUnreachableFollowerIsProbedAndCatchesUpWithoutNewEntries() {
    Group group = Group.of(3);
    group.elect(1);
    group.propose(1, "a");
    group.dropAll();
    group.step(1, new Input.Unreachable(Group.id(2)));

    group.advance(50_000_000);
    group.wake(1);
    group.deliver();

    assertThat(group.terms(2)).containsExactly(1L, 1L);
    assertThat(group.status(1).followers()).allMatch(Status.Follower::pipelined);
  }

  @Test
  void whatIsDurableAndBeyondTheCacheIsNotKeptInMemory() {
    TestDisk disk = new TestDisk();
    List<Long> read = new ArrayList<>();
    StoredLog counted =
        (from, to, bytesMax) -> {
          read.add(from);
          return disk.read(from, to, bytesMax);
        };
    RaftConfig config = RaftConfig.of(ONE, 1).withPreVote(false).withMemory(1000, 1);
    Raft raft = Raft.start(config, new Membership(List.of(ONE)), Restored.NOTHING, counted, 0);
    List<Input> inputs = List.of(new Input.Wake(), new Input.Propose(1, List.of(Bytes.utf8("a"))));

    for (Input input : inputs) {
      Ready ready = raft.step(0, input);
      while (ready.persist() != null) {
        disk.write(ready.persist());
        disk.force(ready.persist().sequence());
        ready = raft.step(0, new Input.Persisted(ready.persist().sequence()));
      }
    }

    assertThat(raft.committed(0, 1000)).hasSize(2);
    assertThat(read).containsExactly(1L);
  }

  @Test
  void aClockFarFromZeroOnEitherSideWorks() {
    for (long origin : new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE - 10_000_000_000L}) {
      Solo solo = new Solo(RaftConfig.of(ONE, 1), origin).lead();

      assertThat(solo.raft.status().role()).isEqualTo(RoleName.LEADER);
    }
  }

  @Test
  void aClockAtItsEndStopsTheNodeAndDoesNotWrap() {
    assertThatThrownBy(() -> new Solo(RaftConfig.of(ONE, 1), Long.MAX_VALUE - 1))
        .isInstanceOf(ArithmeticException.class);
  }
}
