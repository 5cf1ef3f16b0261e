package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.Status.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A node whose log was damaged before its end keeps its promises until it has the entries again
 * (the rule of Alagappan et al., "Protocol-Aware Recovery for Consensus-Based Storage", 2018: a
 * damaged log must not vote as if it were short).
 */
class LostEntriesTest {
  /** Entries 1 to 4 were acknowledged by node 1, and damage took those after the first. */
  private static Group damaged(long... terms) {
    Group group = Group.of(3).log(1, terms).log(2, terms);
    group.disk(1).damage(1);
    return group;
  }

  @ParameterizedTest(name = "log ended at 2/4, candidate at {0}/{1}: {2}")
  @CsvSource({
    "1,1,LOST",
    "1,9,LOST",
    "2,3,LOST",
    "0,0,BEHIND",
    "2,4,GRANTED",
    "2,5,GRANTED",
    "3,1,GRANTED"
  })
  void theVoteGoesToLogsThatReachWhereTheLostOneEnded(long term, long index, String answer) {
    Group group = damaged(1, 1, 2, 2);

    group.receive(1, new Message.Vote(Group.id(2), 9, new EntryId(term, index)));

    Event expected =
        switch (answer) {
          case "GRANTED" -> new Event.VoteGranted(Group.id(2), 9);
          case "LOST" -> new Event.VoteDenied(Group.id(2), 9, Denial.BEHIND_LOST_ENTRIES);
          default -> new Event.VoteDenied(Group.id(2), 9, Denial.LOG_BEHIND);
        };
    assertThat(group.events(1))
        .contains(new Event.EntriesLost(new EntryId(1, 1), new EntryId(2, 4)), expected);
  }

  @Test
  void thePreVoteFollowsTheSameRule() {
    Group group = damaged(1, 1, 2, 2);

    group.receive(1, new Message.PreVote(Group.id(2), 2, new EntryId(2, 3), 7));
    group.receive(1, new Message.PreVote(Group.id(2), 2, new EntryId(2, 4), 8));

    assertThat(group.events(1))
        .containsSubsequence(
            new Event.PreVoteDenied(Group.id(2), 2, Denial.BEHIND_LOST_ENTRIES),
            new Event.PreVoteGranted(Group.id(2), 2));
  }

  @Test
  void itDoesNotCampaignNotEvenWhenItsLeaderOrdersIt() {
    Group group = damaged(1, 1, 2, 2);
    group.receive(1, append(5, new EntryId(1, 1)));

    group.receive(1, new Message.TimeoutNow(Group.id(2), 5));

    assertThat(group.deadline(1)).isEqualTo(Long.MAX_VALUE);
    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.status(1).term()).isEqualTo(5);
  }

  /** Without the rule nodes 1 and 3 would elect each other, and node 2's entry would be lost. */
  @Test
  void anEntryThatItsAcknowledgementCommittedIsNotLost() {
    Group group = Group.of(3);
    group.elect(2);
    group.isolate(3);
    group.propose(2, "a");
    group.deliver();
    group.crash(1);
    group.disk(1).damage(1);
    group.heal();
    group.isolate(2);
    group.dropAll();

    for (int i = 0; i < 5; i++) {
      group.elect(3);
    }
    RoleName without = group.status(3).role();
    group.heal();
    group.run(3_000_000_000L);

    assertThat(without).isEqualTo(RoleName.CANDIDATE);
    assertThat(group.leaders()).isNotEmpty();
    assertThat(group.applied(3)).containsExactly("a");
    assertThat(group.applied(1)).containsExactly("a");
  }

  @Test
  void aLeaderThatCountedTheEntriesSendsThemAgainAndCountsThemNoMore() {
    Group group = Group.of(3);
    group.elect(2);
    group.propose(2, "a");
    group.propose(2, "b");
    group.deliver();
    group.crash(1);
    group.disk(1).damage(1);

    group.beat(2, 1);

    assertThat(group.events(2)).contains(new Event.PeerLostEntries(Group.id(1), 3, 1));
    assertThat(group.events(1))
        .contains(new Event.EntriesRegained(new EntryId(1, 3), new EntryId(1, 3)));
    assertThat(group.applied(1)).containsExactly("a", "b");
    assertThat(group.deadline(1)).isLessThan(Long.MAX_VALUE);
  }

  @Test
  void theEntriesAreRegainedOnlyWhenTheyAreDurable() {
    Group group = damaged(1, 1, 2, 2);
    group.status(1);
    group.hold(1);

    group.receive(1, new Message.Append(Group.id(2), 2, tail(), 0, 0));
    boolean before = group.events(1).stream().anyMatch(e -> e instanceof Event.EntriesRegained);
    group.release(1);

    assertThat(before).isFalse();
    assertThat(group.events(1))
        .contains(new Event.EntriesRegained(new EntryId(2, 4), new EntryId(2, 4)));
  }

  /** A leader of a later term holds all that was committed; its first entry ends the wait. */
  @Test
  void anEntryOfALaterTermEndsTheWaitThoughTheLogStaysShorter() {
    Group group = damaged(1, 1, 2, 2);
    LogSlice other =
        new LogSlice(new EntryId(1, 1), List.of(new Entry(new EntryId(3, 2), new Payload.NoOp())));

    group.receive(1, new Message.Append(Group.id(3), 3, other, 0, 0));

    assertThat(group.events(1))
        .contains(new Event.EntriesRegained(new EntryId(2, 4), new EntryId(3, 2)));
  }

  /** What is known of an unknown end: its term is not above the one on disk. */
  @Test
  void whereTheEndIsUnknownOnlyALaterTermEndsTheWait() {
    Group group = Group.of(3).log(1, 1, 1, 2, 2);
    Raft raft =
        Raft.start(
            RaftConfig.of(Group.id(1), 1),
            group.membership(1),
            group.disk(1).restored().withLost(new EntryId(2, Long.MAX_VALUE)),
            group.disk(1),
            0);

    raft.step(1, new Input.Receive(append(2, new EntryId(2, 4))));
    EntryId sameTerm = raft.lost();
    LogSlice later =
        new LogSlice(new EntryId(2, 4), List.of(new Entry(new EntryId(3, 5), new Payload.NoOp())));
    raft.step(2, new Input.Receive(new Message.Append(Group.id(2), 3, later, 0, 0)));
    raft.step(3, new Input.Persisted(1));

    assertThat(sameTerm).isEqualTo(new EntryId(2, Long.MAX_VALUE));
    assertThat(raft.lost()).isNull();
  }

  @Test
  void aSnapshotBringsTheEntriesAsWell() {
    Group group = Group.of(3).rules(0, 1 << 20, 1 << 20);
    group.elect(2);
    group.propose(2, "a");
    group.propose(2, "b");
    group.deliver();
    group.crash(1);
    group.disk(1).damage(1);
    group.snapshot(2, 0);

    group.beat(2, 3);

    assertThat(group.events(1)).anyMatch(event -> event instanceof Event.SnapshotInstalled);
    assertThat(group.events(1)).anyMatch(event -> event instanceof Event.EntriesRegained);
  }

  /**
   * The entries are back and one more with them, all on their way to the disk: what is acknowledged
   * as soon as they arrive must not be missing in a log that this node has voted for before.
   */
  @Test
  void aVoteDoesNotGoToALogThatLacksWhatIsOnItsWayToTheDisk() {
    Group group = Group.of(3);
    group.elect(2);
    group.propose(2, "a");
    group.deliver();
    group.crash(1);
    group.disk(1).damage(1);
    group.isolate(1, 3);
    group.propose(2, "b");
    group.status(1);
    group.hold(1);
    List<Entry> sent = group.disk(2).log().subList(1, 3);
    LogSlice slice = new LogSlice(new EntryId(1, 1), sent);
    group.receive(1, new Message.Append(Group.id(2), 1, slice, 2, 0));

    group.advance(1_000_000_000);
    group.receive(1, new Message.Vote(Group.id(3), 2, new EntryId(1, 2)));

    assertThat(group.events(1))
        .contains(new Event.VoteDenied(Group.id(3), 2, Denial.LOG_BEHIND))
        .doesNotContain(new Event.VoteGranted(Group.id(3), 2));
  }

  private static Message.Append append(long term, EntryId prev) {
    return new Message.Append(Group.id(2), term, new LogSlice(prev, List.of()), 0, 0);
  }

  private static LogSlice tail() {
    return new LogSlice(new EntryId(1, 1), TestDisk.slice(1, 1, 2, 2).entries().subList(1, 4));
  }

  /** The host remembers what was lost until it is told; a crash may come before. */
  @Test
  void aNodeThatFindsTheEntriesRegainedAtItsStartIsBoundByNothing() {
    Group group = damaged(1, 1, 2, 2);
    group.receive(1, new Message.Append(Group.id(2), 2, tail(), 0, 0));

    group.crash(1);

    assertThat(group.deadline(1)).isLessThan(Long.MAX_VALUE);
  }

  @Test
  void whoRegainsItsEntriesLateDoesNotCampaignAtOnce() {
    Group group = damaged(1, 1, 2, 2);
    group.status(1);
    group.hold(1);
    group.receive(1, new Message.Append(Group.id(2), 2, tail(), 0, 0));
    group.advance(1_000_000_000);

    group.release(1);

    assertThat(group.deadline(1)).isBetween(group.now() + 1, Long.MAX_VALUE - 1);
  }
}
