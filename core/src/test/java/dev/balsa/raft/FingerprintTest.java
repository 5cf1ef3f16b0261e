package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes that would go on alike have the same fingerprint, and no others. */
class FingerprintTest {
  private static final long MILLISECOND = 1_000_000;
  private static final NodeId TWO = Group.id(2);
  private static final NodeId STRANGER = Group.id(9);

  private static Fingerprint of(long... numbers) {
    Fingerprint print = new Fingerprint();
    for (long number : numbers) {
      print.add(number);
    }
    return print;
  }

  @Test
  void numbersCountInTheirOrder() {
    assertThat(of(1, 2)).isEqualTo(of(1, 2)).hasSameHashCodeAs(of(1, 2));
    assertThat(of(1, 2)).isNotEqualTo(of(2, 1)).isNotEqualTo(of(1)).isNotEqualTo("[1, 2]");
    assertThat(of(1, 2).hashCode()).isNotEqualTo(of(2, 1).hashCode());
    assertThat(of(1, 2)).isLessThan(of(1, 3)).isGreaterThan(of(1)).hasToString("[1, 2]");
  }

  @Test
  void thereIsRoomForAnyNumberOfNumbersAndNoneIsKeptEmpty() {
    long[] many = new long[1000];
    many[47] = 1;
    many[999] = 2;

    assertThat(of(many).trim()).isEqualTo(of(many)).hasSameHashCodeAs(of(many));
    assertThat(of(many)).isNotEqualTo(of(new long[1000]));
    assertThat(of(1).trim().add(2)).isEqualTo(of(1, 2));
  }

  @Test
  void timesCountFromNow() {
    Fingerprint print =
        new Fingerprint().deadline(15, 10).deadline(10, 10).deadline(9, 10).past(3, 10, 8);

    assertThat(print.past(2, 10, 8).past(1, 10, 8)).isEqualTo(of(5, 0, 0, 7, 8, 8));
    assertThat(new Fingerprint().deadline(Long.MAX_VALUE, 10)).isNotEqualTo(of(0));
  }

  @Test
  void aNodeAndNoneAndAFactAndItsContraryAreToldApart() {
    assertThat(new Fingerprint().add((NodeId) null)).isNotEqualTo(new Fingerprint().add(TWO));
    assertThat(new Fingerprint().add(true)).isNotEqualTo(new Fingerprint().add(false));
    assertThat(new Fingerprint().add(new EntryId(3, 4)).add(TWO)).isEqualTo(of(3, 4, 2));
  }

  /** Time comes in by an input that concerns nobody, until every timer of before is over. */
  static void settle(Group group) {
    for (int i = 0; i < 4; i++) {
      group.advance(100 * MILLISECOND);
      group.step(1, new Input.Unreachable(STRANGER));
    }
  }

  static Group leader() {
    Group group = Group.of(3);
    group.isolate(3);
    group.elect(1);
    return group;
  }

  static Message.Append append(LogSlice slice, long commit) {
    return new Message.Append(TWO, 1, slice, commit, 0);
  }

  static Message.Append heartbeat() {
    return append(new LogSlice(EntryId.ZERO, List.of()), 0);
  }

  static void told(Group group, Message message) {
    group.receive(1, message);
  }

  private static SnapshotMeta snapshot(long bytes) {
    return new SnapshotMeta(new EntryId(1, 9), new Membership(List.of(TWO)), bytes, 7);
  }

  private static Message.SnapshotChunk chunk(SnapshotMeta snapshot, int bytes) {
    return new Message.SnapshotChunk(TWO, 1, snapshot, 0, Bytes.copyOf(new byte[bytes]), 1, 0);
  }

  static Arguments differ(String what, Group one, Group other) {
    return arguments(what, one, other);
  }

  static Group with(Group group, Consumer<Group> more) {
    more.accept(group);
    return group;
  }

  static Stream<Arguments> differences() {
    return Stream.of(
        differ("the members", Group.of(3), Group.of(4)),
        differ("the terms of the log", Group.of(3).log(1, 1, 2), Group.of(3).log(1, 2, 2)),
        differ("the term", Group.of(3).logAt(1, 2, 1), Group.of(3).logAt(1, 3, 1)),
        differ(
            "how often it asked for pre-votes",
            with(Group.preVoting(3), group -> told(group, heartbeat())),
            with(
                Group.preVoting(3),
                group -> {
                  group.wake(1);
                  told(group, heartbeat());
                })),
        differ(
            "who voted",
            with(Group.of(5), group -> group.wake(1)),
            with(
                Group.of(5),
                group -> {
                  group.wake(1);
                  told(group, new Message.VoteReply(TWO, 1, true));
                })),
        differ(
            "who would vote",
            with(Group.preVoting(5), group -> group.wake(1)),
            with(
                Group.preVoting(5),
                group -> {
                  long round = preVoteRound(group.wake(1));
                  told(group, new Message.PreVoteReply(TWO, 0, true, round));
                })),
        differ(
            "who would not",
            with(Group.preVoting(5), group -> group.wake(1)),
            with(
                Group.preVoting(5),
                group -> {
                  long round = preVoteRound(group.wake(1));
                  told(group, new Message.PreVoteReply(TWO, 0, false, round));
                })),
        differ(
            "which batches are uncommitted",
            with(
                opening(),
                group -> {
                  group.propose(1, "a");
                  group.propose(1, "b");
                }),
            with(opening(), group -> group.propose(1, "a", "b"))),
        differ("how often a snapshot was begun", shipped(false), shipped(true)),
        differ("which reads wait", opening(), with(opening(), group -> group.read(1))),
        differ(
            "what was passed on",
            with(Group.of(3), group -> told(group, heartbeat())),
            with(
                Group.of(3),
                group -> {
                  told(group, heartbeat());
                  group.propose(1, "a");
                })),
        differ("who waits for a transfer", deposed(group -> {}), deposed(g -> g.transfer(1, 2))),
        differ(
            "whether it sleeps",
            with(resting(), group -> told(group, heartbeat())),
            with(
                resting(),
                group -> told(group, new Message.Quiet(TWO, 1, EntryId.ZERO, 1, false)))),
        differ(
            "what of a snapshot is here",
            with(Group.of(3), group -> told(group, heartbeat())),
            with(Group.of(3), group -> told(group, chunk(snapshot(100), 10)))),
        differ(
            "which snapshot comes",
            with(Group.of(3), group -> told(group, chunk(snapshot(100), 10))),
            with(Group.of(3), group -> told(group, chunk(snapshot(101), 10)))),
        differ("which snapshot is here", compacted(10), compacted(11)),
        differ(
            "who speaks from where",
            Group.of(3).tracked(),
            with(
                Group.of(3).tracked(),
                group -> group.step(1, new Input.Greeted(TWO, new IncarnationId(5))))),
        differ(
            "whose clients a follower serves",
            with(leader(), group -> group.propose(1, "a")),
            with(
                leader(),
                group -> told(group, new Message.Forward(TWO, 1, 5, List.of(Bytes.utf8("a")))))),
        differ("what was lost", Group.of(3).log(1, 1), damaged()),
        differ(
            "what is on its way to the disk",
            with(Group.of(3), group -> told(group, append(TestDisk.slice(1, 1), 0))),
            with(
                Group.of(3),
                group -> {
                  group.hold(1);
                  told(group, append(TestDisk.slice(1, 1), 0));
                })),
        differ(
            "how it comes to the disk",
            with(
                Group.of(3),
                group -> {
                  group.hold(1);
                  told(group, append(TestDisk.slice(1, 1), 0));
                }),
            with(
                Group.of(3),
                group -> {
                  group.hold(1);
                  told(group, append(TestDisk.slice(1), 0));
                  told(group, append(TestDisk.slice(1, 1), 0));
                })));
  }

  static long preVoteRound(Ready ready) {
    return ready.sendDurable().stream()
        .map(outgoing -> ((Message.PreVote) outgoing.message()).round())
        .findFirst()
        .orElseThrow();
  }

  /** Node 1 leads, and nobody holds the entry that opens its term. */
  static Group opening() {
    Group group = Group.of(3);
    group.wake(1);
    group.receive(1, new Message.VoteReply(TWO, 1, true));
    return group;
  }

  /** Node 3 got a snapshot from node 1, after a broken connection or without one. */
  private static Group shipped(boolean broken) {
    Group group = Group.of(3).rules(0, 300, 100);
    group.isolate(3);
    group.elect(1);
    group.propose(1, "a");
    group.deliver();
    group.snapshot(1, 1_000);
    group.heal();
    while (!group.status(1).followers().getLast().snapshot()) {
      if (group.deliver(1) == 0) {
        group.wake(1);
      }
    }
    if (broken) {
      group.step(1, new Input.Unreachable(Group.id(3)));
    }
    group.beat(1, 10);
    return group;
  }

  private static Group deposed(Consumer<Group> before) {
    Group group = leader();
    before.accept(group);
    group.receive(1, new Message.AppendReject(TWO, 4, 0, EntryId.ZERO, 0));
    return group;
  }

  static Group resting() {
    return Group.of(3).tune(config -> config.withRestAfter(MILLISECOND));
  }

  private static Group compacted(int padding) {
    Group group = leader();
    group.propose(1, "a");
    group.deliver();
    group.snapshot(1, padding);
    return group;
  }

  private static Group damaged() {
    Group group = Group.of(3).log(1, 1, 1);
    group.disk(1).damage(1);
    return group;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("differences")
  void whatDecidesHowANodeGoesOnIsToldApart(String what, Group one, Group other) {
    settle(one);
    settle(other);

    assertThat(print(one, 1)).as(what).isNotEqualTo(print(other, 1));
  }

  @Test
  void nodesThatCameToTheSameStateAtOtherTimesAreAlike() {
    Group early = Group.of(3);
    Group late = Group.of(3);
    late.advance(7_000 * MILLISECOND);
    for (Group group : List.of(early, late)) {
      group.elect(1);
      group.propose(1, "a");
      group.propose(2, "b");
      group.read(3);
      group.deliver(3);
    }

    assertThat(print(early, 1)).isEqualTo(print(late, 1)).hasSameHashCodeAs(print(late, 1));
    assertThat(print(early, 2)).isEqualTo(print(late, 2));
    assertThat(print(early, 3)).isEqualTo(print(late, 3));
    assertThat(print(early, 2)).isNotEqualTo(print(early, 3));
  }

  @Test
  void howManyWritesCameBeforeMakesNoDifference() {
    Group few = Group.of(3);
    Group more = Group.of(3);
    told(more, append(TestDisk.slice(1), 0));
    for (Group group : List.of(few, more)) {
      told(group, append(TestDisk.slice(1, 1), 0));
      group.hold(1);
      told(group, append(TestDisk.slice(1, 1, 1), 0));
      settle(group);
    }

    assertThat(print(few, 1)).isEqualTo(print(more, 1));
  }

  static Fingerprint print(Group group, int node) {
    Fingerprint print = new Fingerprint();
    group.raft(node).describe(print);
    return print;
  }
}
