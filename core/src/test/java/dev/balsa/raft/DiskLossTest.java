package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that lost its disk comes back safely, and by itself. */
class DiskLossTest {
  private static Group of(int size) {
    Group group = Group.preVoting(size).tracked();
    group.elect(1);
    group.beat(1, 4);
    return group;
  }

  @Test
  void theFirstEntriesNameEveryonesDirectory() {
    Group group = of(3);

    assertThat(group.membership(1).members())
        .extracting(Member::incarnation)
        .containsExactly(group.incarnation(1), group.incarnation(2), group.incarnation(3));
    assertThat(group.disk(1).log()).as("one entry does it").hasSize(1);
  }

  @Test
  void aMemberThatLostItsDiskIsALearnerUntilItHasCaughtUpAndThenAVoter() {
    Group group = of(3);
    group.propose(1, "x", "y");
    group.beat(1, 2);

    group.wipe(3);
    group.beat(1, 6);

    assertThat(group.disk(1).log().stream().map(DiskLossTest::seatOfThree).toList())
        .containsSubsequence(Seat.VOTER, Seat.JOINING, Seat.VOTER);
    assertThat(member(group, 3).seat()).isEqualTo(Seat.VOTER);
    assertThat(member(group, 3).incarnation()).isEqualTo(group.incarnation(3));
    assertThat(group.applied(3)).containsExactly("x", "y");
    assertThat(group.events(1)).anyMatch(Event.Readmitted.class::isInstance);
  }

  private static @Nullable Seat seatOfThree(Entry entry) {
    return entry.payload() instanceof Payload.Configuration(Membership membership)
        ? Objects.requireNonNull(membership.member(Group.id(3))).seat()
        : null;
  }

  private static Member member(Group group, int node) {
    return Objects.requireNonNull(group.membership(1).member(Group.id(node)));
  }

  /** Two of three hold an entry; one of them loses it, and the one that never had it campaigns. */
  @Test
  void theVoteOfALostDiskElectsNobodyWhoLacksACommittedEntry() {
    Group group = of(3);
    group.isolate(2);
    group.propose(1, "x");
    group.beat(1, 1);
    long committed = group.status(1).commit();
    group.isolate(1);
    group.wipe(3);
    group.heal();
    group.isolate(1);
    group.dropAll();

    group.run(5_000_000_000L);

    assertThat(committed).isEqualTo(2);
    assertThat(group.leaders()).as("without the one that has it").doesNotContain(2, 3);
    assertThat(group.events(2)).anyMatch(Event.PromiseIgnored.class::isInstance);
    group.heal();
    group.run(5_000_000_000L);
    assertThat(group.applied(2)).containsExactly("x");
    assertThat(group.applied(3)).containsExactly("x");
  }

  @Test
  void theAcknowledgementOfALostDiskCommitsNothing() {
    Group group = of(3);
    group.isolate(2);
    group.wipe(3);
    long before = group.status(1).commit();

    group.propose(1, "x");
    group.deliver();
    group.beat(1, 1);

    assertThat(group.status(1).commit()).isEqualTo(before);
    group.heal();
    group.run(3_000_000_000L);
    int leader = group.leaders().getLast();
    assertThat(group.membership(leader).voters()).hasSize(3);
  }

  @Test
  void whatWasAcknowledgedBeforeTheDirectoryWasKnownIsForgottenOnceItIsAnother() {
    Group group = of(3);
    group.crash(1);
    group.isolate(2);
    group.elect(1);
    group.receive(1, new Message.AppendAck(Group.id(2), 2, 1, 0));
    final long before = group.status(1).followers().getFirst().match();

    group.step(1, new Input.Greeted(Group.id(2), new IncarnationId(7)));

    assertThat(before).isEqualTo(1);
    assertThat(group.status(1).followers().getFirst().match()).isZero();
  }

  @Test
  void whoConnectsAgainFromTheSameDirectoryKeepsWhatItAcknowledged() {
    Group group = of(3);
    final Status before = group.status(1);

    group.step(1, new Input.Greeted(Group.id(2), new IncarnationId(200)));

    assertThat(before.followers().getFirst().match()).isEqualTo(1);
    assertThat(group.status(1).followers()).isEqualTo(before.followers());
  }

  @Test
  void whenTwoOfThreeLostTheirDisksNobodyLeadsAndTheThirdSaysWhy() {
    Group group = of(3);
    group.propose(1, "x");
    group.beat(1, 2);

    group.wipe(2);
    group.wipe(3);
    group.run(10_000_000_000L);

    assertThat(group.leaders()).isEmpty();
    assertThat(group.applied(1)).containsExactly("x");
    assertThat(group.events(1)).anyMatch(Event.QuorumLost.class::isInstance);
  }

  @Test
  void aLeaderThatLostItsDiskIsOneOfTheOthersLearners() {
    Group group = of(3);
    group.propose(1, "x");
    group.beat(1, 2);

    group.wipe(1);
    group.dropAll();
    group.run(5_000_000_000L);

    assertThat(group.leaders()).hasSize(1).doesNotContain(1);
    assertThat(group.applied(1)).containsExactly("x");
    assertThat(group.membership(1).voters()).hasSize(3);
    assertThat(Objects.requireNonNull(group.membership(1).member(Group.id(1))).incarnation())
        .isEqualTo(group.incarnation(1));
  }

  @Test
  void aGroupIsFoundedThoughOneOfItsMembersIsNotThereYet() {
    Group group = Group.preVoting(3).tracked();
    group.isolate(3);

    group.run(3_000_000_000L);
    List<Integer> leaders = group.leaders();
    group.heal();
    group.run(3_000_000_000L);

    assertThat(leaders).hasSize(1);
    assertThat(group.membership(leaders.getFirst()).members())
        .extracting(Member::incarnation)
        .doesNotContainNull();
  }

  private static void grantsPreVote(Group group, int node, long round) {
    group.receive(1, new Message.PreVoteReply(Group.id(node), 0, true, round));
  }

  @Test
  void whoWouldFoundTheGroupHearsAllOfItsMembersFirst() {
    Group group = Group.preVoting(3).tracked();
    long round = preVoteRound(group.wake(1));

    grantsPreVote(group, 2, round);
    Status.RoleName withTwo = group.status(1).role();
    grantsPreVote(group, 3, round);

    assertThat(withTwo).isEqualTo(Status.RoleName.PRE_CANDIDATE);
    assertThat(group.status(1).role()).isEqualTo(Status.RoleName.CANDIDATE);
  }

  @Test
  void whoHoldsEntriesOrTellsNoDirectoriesApartCampaignsWithAMajority() {
    Group old = Group.preVoting(3).tracked().log(1, 1);
    Group untracked = Group.preVoting(3);

    long round = preVoteRound(old.wake(1));
    old.receive(1, new Message.PreVoteReply(Group.id(2), 1, true, round));
    grantsPreVote(untracked, 2, preVoteRound(untracked.wake(1)));

    assertThat(old.status(1).role()).isEqualTo(Status.RoleName.CANDIDATE);
    assertThat(untracked.status(1).role()).isEqualTo(Status.RoleName.CANDIDATE);
  }

  @Test
  void aMemberThatDeniesKeepsTheGroupFromBeingFoundedAgain() {
    Group group = Group.preVoting(3).tracked();
    long round = preVoteRound(group.wake(1));
    grantsPreVote(group, 2, round);
    group.receive(1, new Message.PreVoteReply(Group.id(3), 0, false, round));

    group.wake(1);

    assertThat(group.status(1).role()).isEqualTo(Status.RoleName.PRE_CANDIDATE);
    assertThat(group.status(1).term()).isZero();
  }

  private static long preVoteRound(Ready ready) {
    return ready.sendDurable().stream()
        .map(outgoing -> ((Message.PreVote) outgoing.message()).round())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aVoterThatIsAddedJoinsFirst() {
    Group group = of(1).join(2);

    group.change(1, new Change.Add(Group.id(2), Seat.VOTER, Bytes.EMPTY));

    assertThat(member(group, 2).seat()).isEqualTo(Seat.JOINING);
  }

  /**
   * Disks are lost at any moment, but one at a time: the next only after the last was taken back.
   * No two nodes ever commit different entries, and what was committed stays.
   */
  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  @Tag("exploration")
  void disksAreLostOneAfterTheOtherAndNothingCommittedIs(int size) {
    int lost = 0;
    for (int seed = 1; seed <= 60; seed++) {
      lost += new Run(size, seed).go();
    }

    assertThat(lost).as("disks lost in all runs").isGreaterThan(60);
  }

  private static final class Run {
    private final Group group;
    private final SplitMix chance;
    private final int size;
    private final TreeMap<Long, EntryId> committed = new TreeMap<>();
    private final TreeSet<Integer> cut = new TreeSet<>();
    private @Nullable Integer lost;
    private int losses;
    private int commands;

    Run(int size, int seed) {
      this.size = size;
      this.chance = new SplitMix(seed);
      this.group = Group.seeded(size, 1000L * seed).tracked();
    }

    int go() {
      group.run(3_000_000_000L);
      observe();
      for (int step = 0; step < 150; step++) {
        act();
        observe();
      }
      cut.clear();
      group.heal();
      group.run(20_000_000_000L);
      observe();
      assertThat(group.leaders()).as("a leader in the end").isNotEmpty();
      int leader = group.leaders().getLast();
      assertThat(group.status(leader).commit()).isEqualTo(committed.lastKey());
      return losses;
    }

    private void act() {
      int node = draw(size) + 1;
      switch (draw(8)) {
        case 0 -> {
          if (isWhole()) {
            lost = node;
            losses++;
            group.wipe(node);
          }
        }
        case 1 -> group.crash(node);
        case 2 -> {
          cut.add(node);
          group.isolate(node);
        }
        case 3 -> {
          cut.clear();
          group.heal();
        }
        case 4 -> group.deliver(draw(12));
        case 5 -> group.leaders().forEach(leader -> group.propose(leader, "c" + ++commands));
        case 6 -> group.dropAll();
        default -> group.run(chance.nextBetween(1, 600_000_000));
      }
    }

    private int draw(int bound) {
      return (int) chance.nextBetween(0, bound);
    }

    /** Whether the last that lost its disk is a voter again wherever a majority looks. */
    private boolean isWhole() {
      if (lost == null) {
        return !committed.isEmpty() && named() == size;
      }
      NodeId id = Group.id(lost);
      long agree = 0;
      for (int node = 1; node <= size; node++) {
        Member member = group.membership(node).member(id);
        agree +=
            member != null
                    && member.seat() == Seat.VOTER
                    && Objects.equals(member.incarnation(), group.incarnation(lost))
                ? 1
                : 0;
      }
      return agree == size;
    }

    private long named() {
      return group.membership(1).members().stream()
          .filter(member -> member.incarnation() != null)
          .count();
    }

    private void observe() {
      for (int node = 1; node <= size; node++) {
        long commit = Math.min(group.status(node).commit(), group.status(node).durable());
        for (Entry entry : group.disk(node).log()) {
          if (entry.index() <= commit) {
            EntryId before = committed.putIfAbsent(entry.index(), entry.id());
            assertThat(before == null || before.equals(entry.id()))
                .as("%s was committed, node %s has %s", before, node, entry.id())
                .isTrue();
          }
        }
      }
    }
  }

  @Test
  void oneDiskThatIsLostCostsNoQuorum() {
    Group group = of(3);

    group.wipe(3);
    group.beat(1, 2);

    assertThat(group.events(1))
        .anyMatch(Event.DiskLost.class::isInstance)
        .noneMatch(Event.QuorumLost.class::isInstance);
  }

  @Test
  void aLearnerThatLosesItsDiskStaysALearner() {
    Group group = of(3);
    NodeId learner = Group.id(4);
    group.change(1, new Change.Add(learner, Seat.LEARNER, Bytes.EMPTY));
    group.deliver();
    group.step(1, new Input.Greeted(learner, new IncarnationId(7)));
    group.beat(1, 2);

    group.step(1, new Input.Greeted(learner, new IncarnationId(8)));
    group.beat(1, 2);

    assertThat(member(group, 4))
        .isEqualTo(new Member(learner, Seat.LEARNER, Bytes.EMPTY, new IncarnationId(8)));
  }
}
