package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Ready.Outgoing;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a leader sends to whom, by what the follower has answered (paper §5.3). */
class LeaderSpeaksTest {
  private static final NodeId ONE = Group.id(1);
  private static final NodeId TWO = Group.id(2);
  private static final NodeId THREE = Group.id(3);

  /** Node 1 leads, and 2 and 3 hold its first entry. */
  private static Group led() {
    Group group = Group.of(3);
    group.elect(1);
    group.beat(1, 1);
    return group;
  }

  private static List<Message> to(NodeId peer, Ready ready) {
    return ready.sendNow().stream()
        .filter(outgoing -> outgoing.to().equals(peer))
        .map(Outgoing::message)
        .toList();
  }

  private static Message.Append append(Group group, long after, String... commands) {
    EntryId prev = new EntryId(1, after);
    List<Entry> entries =
        IntStream.range(0, commands.length)
            .mapToObj(
                i ->
                    new Entry(
                        new EntryId(1, after + 1 + i),
                        new Payload.Command(Bytes.utf8(commands[i]))))
            .toList();
    long commit = group.status(1).commit();
    return new Message.Append(ONE, 1, new LogSlice(prev, entries), commit, 0);
  }

  @Test
  void aHeartbeatToWhoIsProbedCarriesTheEntryItMayLack() {
    Group group = led();
    group.propose(1, "a");
    group.dropAll();
    group.step(1, new Input.Unreachable(TWO));

    Ready beat = group.wake(1);

    assertThat(to(TWO, beat)).containsExactly(append(group, 1, "a"));
    assertThat(to(THREE, beat)).containsExactly(append(group, 2));
  }

  @Test
  void aHeartbeatReachesAlsoWhoIsProbedAndLacksNothing() {
    Group group = led();
    group.step(1, new Input.Unreachable(TWO));

    Ready beat = group.wake(1);

    assertThat(to(TWO, beat)).containsExactly(append(group, 1));
  }

  @Test
  void aHeartbeatReachesAlsoWhoMayBeSentNoMoreEntries() {
    Group group = Group.of(3).tune(config -> config.withWindow(1 << 20, 1, 1 << 20));
    group.elect(1);
    group.beat(1, 1);
    group.propose(1, "a");
    group.propose(1, "b");
    group.dropAll();

    Ready beat = group.wake(1);

    assertThat(to(TWO, beat)).containsExactly(append(group, 2));
  }

  @Test
  void aHeartbeatAsksWhoIsSentASnapshotHowMuchItHas() {
    Group group = Group.of(3).rules(0, 300, 100);
    group.isolate(3);
    group.elect(1);
    group.propose(1, "a");
    group.deliver();
    group.snapshot(1, 1_000);
    group.beat(1, 1); // tells of the commit
    group.receive(1, new Message.AppendReject(THREE, 1, 0, EntryId.ZERO, 0));

    Ready beat = group.wake(1);

    assertThat(to(THREE, beat))
        .singleElement()
        .isInstanceOfSatisfying(
            Message.SnapshotChunk.class, chunk -> assertThat(chunk.data()).isEqualTo(Bytes.EMPTY));
  }

  @Test
  void anAnswerOfNoPeerChangesNothing() {
    Group group = led();
    Status before = group.status(1);
    NodeId stranger = Group.id(9);

    group.receive(1, new Message.AppendAck(stranger, 1, 1, 0));
    group.receive(1, new Message.AppendReject(stranger, 1, 1, EntryId.ZERO, 0));
    group.receive(1, new Message.SnapshotAck(stranger, 1, 0, 1, 0));

    assertThat(group.status(1)).isEqualTo(before);
  }

  @Test
  void whoAcknowledgesWhatTheLeaderDoesNotHaveStopsIt() {
    Group group = led();

    assertThatThrownBy(() -> group.receive(1, new Message.AppendAck(TWO, 1, 9, 0)))
        .isInstanceOf(InvariantViolation.class)
        .hasMessage("2 acknowledges 9, the log ends at 1/1");
  }

  @Test
  void aRejectionThatComesLateDoesNotLeadBackToProbing() {
    Group group = led();
    group.propose(1, "a");
    group.deliver();
    Status before = group.status(1);

    group.receive(1, new Message.AppendReject(TWO, 1, 1, EntryId.ZERO, 0));

    assertThat(group.status(1)).isEqualTo(before);
  }

  @Test
  void aRejectionIsAnAnswerToTheReadThatTravelledWithTheRequest() {
    Group group = led();
    group.read(1);

    group.receive(1, new Message.AppendReject(TWO, 1, 5, new EntryId(1, 1), 1));

    assertThat(group.reads(1)).containsExactly(group.confirmed(1, 1));
  }

  @Test
  void whoLostNoneOfWhatItAcknowledgedIsNotSaidTo() {
    Group group = led();

    group.receive(1, new Message.AppendReject(TWO, 1, 2, new EntryId(1, 1), 0, true));

    assertThat(group.events(1)).noneMatch(Event.PeerLostEntries.class::isInstance);
  }

  @Test
  void aBatchMayFillTheRoomForUncommittedEntriesToTheLastByte() {
    long room = 2 * (1 + Entry.OVERHEAD_BYTES);
    Group group = Group.of(3).tune(config -> config.withMemory(room, 1 << 20));
    group.elect(1);
    group.beat(1, 1);
    group.isolate(2, 3);

    group.propose(1, "a");
    group.propose(1, "b");
    group.propose(1, "c");

    assertThat(group.proposals(1))
        .containsExactly(
            new Ready.ProposalOutcome.Accepted(1, new EntryId(1, 2)),
            new Ready.ProposalOutcome.Accepted(2, new EntryId(1, 3)),
            new Ready.ProposalOutcome.Refused(3, Refusal.UNCOMMITTED_BYTES));
  }
}
