package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Ready.Outgoing;
import dev.balsa.raft.Ready.ProposalOutcome;
import dev.balsa.raft.Ready.ReadOutcome;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests passed on to a leader: each is answered once, and by the answer to it. */
class ForwardingTest {
  private static Group ledBy1() {
    Group group = Group.of(3);
    group.elect(1);
    group.wake(1);
    group.deliver();
    return group;
  }

  private static Message forwardedBy(Ready ready) {
    return ready.sendNow().getFirst().message();
  }

  @Test
  void theAnswerToAFormerProcessIsNotTakenForOneToThis() {
    Group group = ledBy1();
    Raft former = started(group, 2, 77);
    Message.Forward lost =
        (Message.Forward) forwardedBy(former.step(0, propose(1, "of the former process")));
    Raft present = started(group, 2, 78);
    present.step(0, propose(1, "of this process"));

    Ready answered =
        present.step(
            0,
            new Input.Receive(
                new Message.Forwarded(Group.id(1), 1, lost.proposal(), new EntryId(1, 9))));

    assertThat(answered.proposals()).isEmpty();
  }

  private static Raft started(Group group, int node, long seed) {
    Raft raft =
        Raft.start(
            RaftConfig.of(Group.id(node), seed),
            new Membership(List.of(Group.id(1), Group.id(2), Group.id(3))),
            group.disk(node).restored(),
            group.disk(node),
            0);
    LogSlice nothing = new LogSlice(EntryId.ZERO, List.of());
    raft.step(0, new Input.Receive(new Message.Append(Group.id(1), 1, nothing, 0, 0)));
    return raft;
  }

  private static Input propose(long name, String command) {
    return new Input.Propose(name, List.of(Bytes.utf8(command)));
  }

  @Test
  void aForwardWithoutAnAnswerEndsAsUnknownThoughTheLeaderStays() {
    Group group = ledBy1();
    group.propose(2, "lost");
    group.dropAll();

    for (int i = 0; i < 60; i++) {
      group.wake(1);
      group.deliver();
    }
    Ready woken = group.wake(2);

    assertThat(woken.proposals()).containsExactly(new ProposalOutcome.Unknown(1));
    assertThat(group.status(2).leader()).isEqualTo(Group.id(1));
  }

  /** A read takes no effect, so its host may ask again as soon as a leader would have answered. */
  @Test
  void aReadWithoutAnAnswerIsRefusedAfterOneElectionTimeoutThoughTheLeaderStays() {
    Group group = ledBy1();
    group.propose(2, "lost");
    group.read(2);
    group.dropAll();
    long asked = group.now();
    RaftConfig config = RaftConfig.of(Group.id(2), 1);

    while (group.reads(2).isEmpty()) {
      group.beat(1, 1);
      if (group.deadline(2) <= group.now()) {
        group.wake(2);
      }
    }

    assertThat(group.reads(2)).containsExactly(new ReadOutcome.Refused(2, Refusal.LEADER_CHANGED));
    assertThat(group.now() - asked)
        .isBetween(
            config.electionTimeoutMaxNanos(),
            config.electionTimeoutMaxNanos() + config.heartbeatNanos());
    assertThat(group.proposals(2)).isEmpty();
    assertThat(group.status(2).leader()).isEqualTo(Group.id(1));
  }

  @Test
  void anAnswerIsGivenOnceThoughItArrivesTwice() {
    Group group = ledBy1();
    Ready asked = group.propose(2, "a");
    Message.Forward forward = (Message.Forward) forwardedBy(asked);
    Message reply = new Message.Forwarded(Group.id(1), 1, forward.proposal(), new EntryId(1, 2));

    group.receive(2, reply);
    group.receive(2, reply);

    assertThat(group.proposals(2))
        .containsExactly(new ProposalOutcome.Accepted(1, new EntryId(1, 2)));
  }

  @Test
  void whatABrokenConnectionMayHaveLostIsUnknown() {
    Group group = ledBy1();
    group.propose(2, "a");
    group.read(2);

    Ready broken = group.step(2, new Input.Unreachable(Group.id(1)));

    assertThat(broken.proposals()).containsExactly(new ProposalOutcome.Unknown(1));
    assertThat(broken.reads()).containsExactly(new ReadOutcome.Refused(2, Refusal.LEADER_CHANGED));
  }

  @Test
  void aChangeWithoutAnAnswerIsUnknownLikewise() {
    Group group = ledBy1();
    group.change(2, new Change.Remove(Group.id(3)));
    Ready broken = group.step(2, new Input.Unreachable(Group.id(1)));
    group.change(2, new Change.Remove(Group.id(3)));
    group.dropAll();
    for (int i = 0; i < 60; i++) {
      group.beat(1, 1);
    }

    Ready woken = group.wake(2);

    assertThat(broken.changes()).containsExactly(new Ready.ChangeOutcome.Unknown(1));
    assertThat(woken.changes()).containsExactly(new Ready.ChangeOutcome.Unknown(2));
  }

  @Test
  void theAnswerToAReadTellsWhatIsCommitted() {
    Group group = ledBy1();
    group.propose(1, "a");
    group.deliver();
    Message.ReadIndex asked = (Message.ReadIndex) forwardedBy(group.read(3));
    group.dropAll();
    long before = group.status(3).commit();

    group.receive(3, new Message.ReadIndexReply(Group.id(1), 1, asked.read(), 2));

    assertThat(before).isEqualTo(1);
    assertThat(group.status(3).commit()).isEqualTo(2);
    assertThat(group.reads(3)).containsExactly(group.confirmed(2, 2));
  }

  @Test
  void aLeaderThatIsOneNoMoreRefusesWhatItIsPassed() {
    Group group = ledBy1();
    group.receive(1, new Message.VoteReply(Group.id(3), 9, false));

    Ready ready = group.receive(1, new Message.Forward(Group.id(2), 1, 5, List.of(Bytes.EMPTY)));

    assertThat(ready.persist()).isNull();
    assertThat(ready.sendNow())
        .containsExactly(
            new Outgoing(
                Group.id(2),
                new Message.ForwardRefused(Group.id(1), 9, 5, Refusal.LEADER_CHANGED)));
  }

  @Test
  void theOriginLearnsThePlaceBeforeTheEntriesArrive() {
    Group group = ledBy1();
    group.propose(2, "a");

    Outgoing forward = group.queue().getFirst();
    Ready taken = group.receive(1, forward.message());

    assertThat(taken.sendNow().getFirst().message()).isInstanceOf(Message.Forwarded.class);
    assertThat(taken.sendNow().get(1).message()).isInstanceOf(Message.Append.class);
  }

  @Test
  void theOriginLearnsTheCommitWithoutWaitingForAHeartbeat() {
    Group group = ledBy1();

    group.propose(2, "a");
    group.deliver();

    assertThat(group.applied(2)).containsExactly("a");
  }

  @Test
  void theOthersLearnTheCommitSoonAfter() {
    Group group = ledBy1();
    group.propose(1, "a");
    group.deliver();
    long before = group.now();

    group.wake(1);
    group.deliver();

    assertThat(group.now() - before).isLessThanOrEqualTo(1_000_000);
    assertThat(group.applied(3)).containsExactly("a");
  }

  static Stream<Message> requestsOfTwo() {
    List<Change> changes = List.of(new Change.Remove(Group.id(3)));
    return LongStream.of(1, 9)
        .boxed()
        .flatMap(
            term ->
                Stream.of(
                    new Message.Forward(Group.id(2), term, 5, List.of(Bytes.EMPTY)),
                    new Message.ForwardChange(Group.id(2), term, 5, changes),
                    new Message.ReadIndex(Group.id(2), term, 5)));
  }

  @ParameterizedTest
  @MethodSource("requestsOfTwo")
  void whoDoesNotLeadRefusesWhatItIsAskedInThisTermOrAnEarlierOne(Message request) {
    Group group = ledBy1();
    group.receive(1, new Message.VoteReply(Group.id(3), 9, false));

    Ready ready = group.receive(1, request);

    Message answer =
        request instanceof Message.ReadIndex
            ? new Message.ReadIndexRefused(Group.id(1), 9, 5, Refusal.LEADER_CHANGED)
            : new Message.ForwardRefused(Group.id(1), 9, 5, Refusal.LEADER_CHANGED);
    assertThat(ready.persist()).isNull();
    assertThat(ready.sendNow()).containsExactly(new Outgoing(Group.id(2), answer));
  }

  @Test
  void aReadThatTheLeaderRefusesIsRefusedOnce() {
    Group group = ledBy1();
    Message.ReadIndex asked = (Message.ReadIndex) forwardedBy(group.read(3));
    Message refusal =
        new Message.ReadIndexRefused(Group.id(1), 1, asked.read(), Refusal.LEADER_CHANGED);

    group.receive(3, refusal);
    group.receive(3, refusal);

    assertThat(group.reads(3)).containsExactly(new ReadOutcome.Refused(1, Refusal.LEADER_CHANGED));
  }

  /** One waits for the answers to its round, the other for the next round. */
  @Test
  void allReadsThatALeaderHasNotAnsweredAreRefusedWhenItIsDeposed() {
    Group group = ledBy1();
    group.receive(1, new Message.ReadIndex(Group.id(2), 1, 5));
    group.read(1);
    group.receive(1, new Message.ReadIndex(Group.id(3), 1, 6));

    Ready deposed = group.receive(1, new Message.VoteReply(Group.id(3), 9, false));

    assertThat(deposed.reads()).containsExactly(new ReadOutcome.Refused(1, Refusal.LEADER_CHANGED));
    assertThat(deposed.sendNow())
        .containsExactly(
            new Outgoing(
                Group.id(2),
                new Message.ReadIndexRefused(Group.id(1), 9, 5, Refusal.LEADER_CHANGED)),
            new Outgoing(
                Group.id(3),
                new Message.ReadIndexRefused(Group.id(1), 9, 6, Refusal.LEADER_CHANGED)));
  }

  @Test
  void aChangeWithoutALeaderIsRefused() {
    Group group = Group.of(3);

    Ready ready = group.change(1, new Change.Remove(Group.id(3)));

    assertThat(ready.changes())
        .containsExactly(new Ready.ChangeOutcome.Refused(1, Refusal.NO_LEADER));
  }

  @Test
  void whoseClientsKnowOfACommitIsNotToldItAgain() {
    Group group = ledBy1();
    group.propose(2, "a");
    group.deliver();

    group.wake(1);

    assertThat(group.queue()).extracting(Outgoing::to).containsExactly(Group.id(3));
  }
}
