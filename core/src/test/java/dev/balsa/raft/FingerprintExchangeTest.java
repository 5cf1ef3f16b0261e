package dev.balsa.raft;

import static dev.balsa.raft.FingerprintTest.append;
import static dev.balsa.raft.FingerprintTest.differ;
import static dev.balsa.raft.FingerprintTest.heartbeat;
import static dev.balsa.raft.FingerprintTest.leader;
import static dev.balsa.raft.FingerprintTest.opening;
import static dev.balsa.raft.FingerprintTest.preVoteRound;
import static dev.balsa.raft.FingerprintTest.print;
import static dev.balsa.raft.FingerprintTest.resting;
import static dev.balsa.raft.FingerprintTest.settle;
import static dev.balsa.raft.FingerprintTest.told;
import static dev.balsa.raft.FingerprintTest.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes with as many of a kind, but others, have different fingerprints. */
class FingerprintExchangeTest {
  private static final NodeId TWO = Group.id(2);
  private static final NodeId THREE = Group.id(3);

  static Stream<Arguments> exchanges() {
    return Stream.of(
        differ("whose vote it has", campaigning(voted(TWO)), campaigning(voted(THREE))),
        differ("who would vote for it", preVoted(TWO), preVoted(THREE)),
        differ(
            "the bytes that are uncommitted",
            with(opening(), group -> group.propose(1, "a")),
            with(opening(), group -> group.propose(1, "bb"))),
        differ(
            "whose read waits",
            with(opening(), group -> told(group, new Message.ReadIndex(TWO, 1, 5))),
            with(opening(), group -> told(group, new Message.ReadIndex(THREE, 1, 5)))),
        differ(
            "whose read a round is open for",
            with(leader(), group -> told(group, new Message.ReadIndex(TWO, 1, 5))),
            with(leader(), group -> told(group, new Message.ReadIndex(THREE, 1, 5)))),
        differ(
            "which command was passed on",
            passed(0, FingerprintExchangeTest::propose),
            passed(1, FingerprintExchangeTest::propose)),
        differ(
            "which change was passed on",
            passed(0, FingerprintExchangeTest::change),
            passed(1, FingerprintExchangeTest::change)),
        differ(
            "which read was passed on",
            passed(0, FingerprintExchangeTest::read),
            passed(1, FingerprintExchangeTest::read)),
        differ("who holds the log", held(TWO), held(THREE)),
        differ(
            "who is a member",
            configured(new Membership(List.of(TWO))),
            configured(new Membership(List.of(THREE)))),
        differ(
            "who was one",
            configured(new Membership(seats(), List.of(TWO))),
            configured(new Membership(seats(), List.of(THREE)))),
        differ("where a term begins", Group.of(3).log(1, 1, 1, 2), Group.of(3).log(1, 1, 2, 2)),
        differ("who sleeps", asleep(TWO), asleep(THREE)),
        differ("what each write ends with", written(true), written(false)));
  }

  private static void propose(Group group) {
    group.propose(1, "a");
  }

  private static void change(Group group) {
    group.change(1, new Change.Remove(TWO));
  }

  private static void read(Group group) {
    group.read(1);
  }

  private static Message voted(NodeId voter) {
    return new Message.VoteReply(voter, 1, true);
  }

  private static Group campaigning(Message then) {
    Group group = Group.of(5);
    group.wake(1);
    group.receive(1, then);
    return group;
  }

  private static Group preVoted(NodeId voter) {
    Group group = Group.preVoting(5);
    long round = preVoteRound(group.wake(1));
    group.receive(1, new Message.PreVoteReply(voter, 0, true, round));
    return group;
  }

  /** Asks of a leader after so many requests of the same kind that nobody was there for. */
  private static Group passed(int before, Consumer<Group> request) {
    Group group = Group.of(3);
    for (int i = 0; i < before; i++) {
      request.accept(group);
    }
    told(group, heartbeat());
    request.accept(group);
    return group;
  }

  private static Group held(NodeId follower) {
    Group group = campaigning(voted(TWO));
    told(group, voted(THREE));
    told(group, new Message.AppendAck(follower, 1, 1, 0));
    return group;
  }

  private static Group configured(Membership membership) {
    Entry entry = new Entry(new EntryId(1, 1), new Payload.Configuration(membership));
    return with(
        Group.of(3), group -> told(group, append(new LogSlice(EntryId.ZERO, List.of(entry)), 0)));
  }

  private static List<Member> seats() {
    return List.of(new Member(Group.id(1), Seat.VOTER));
  }

  /** Node 1 has asked whether all sleep, and one does. */
  private static Group asleep(NodeId follower) {
    Group group = resting();
    group.elect(1);
    group.beat(1, 1);
    group.wake(1);
    told(group, new Message.Quiet(follower, 1, new EntryId(1, 1), 1, true));
    return group;
  }

  /** Three writes are on their way, the vote's after the entries' or between them. */
  private static Group written(boolean after) {
    Group group = Group.of(3);
    group.hold(1);
    told(group, append(TestDisk.slice(1), 0));
    Message more = append(TestDisk.slice(1, 1), 0);
    Message vote = new Message.Vote(TWO, 1, new EntryId(1, 9), true);
    told(group, after ? more : vote);
    told(group, after ? vote : more);
    return group;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("exchanges")
  void asManyOfAKindAreNotTheSameOnes(String what, Group one, Group other) {
    settle(one);
    settle(other);

    assertThat(print(one, 1)).as(what).isNotEqualTo(print(other, 1));
  }
}
