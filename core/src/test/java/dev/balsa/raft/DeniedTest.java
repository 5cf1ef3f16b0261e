package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.NoLeader.Denier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is denied a vote learns why, and tells what to do about it. */
class DeniedTest {
  private static final EntryId OURS = new EntryId(4, 12);

  private static NoLeader.VotesMissing missing(List<Denier> denied, List<NodeId> silent) {
    return new NoLeader.VotesMissing(false, OURS, 1, 3, denied, silent);
  }

  private static Denier denier(int voter, Denial reason, EntryId last, @Nullable NodeId other) {
    return new Denier(Group.id(voter), new Denied(reason, last, other));
  }

  private static List<Why> why(Group group, int node) {
    return group.status(node).why();
  }

  @Test
  void aCandidateWithAShorterLogLearnsHowFarTheOthersReach() {
    Group group = Group.of(3).logAt(1, 2).logAt(2, 2, 1, 1).logAt(3, 2, 1, 1, 1);

    group.elect(1);

    List<Denier> denied =
        List.of(
            denier(2, Denial.LOG_BEHIND, new EntryId(1, 2), null),
            denier(3, Denial.LOG_BEHIND, new EntryId(1, 3), null));
    assertThat(why(group, 1))
        .containsExactly(new NoLeader.VotesMissing(false, EntryId.ZERO, 1, 2, denied, List.of()));
    assertThat(group.events(1))
        .contains(
            new Event.DenialReceived(
                Group.id(3), 3, new Denied(Denial.LOG_BEHIND, new EntryId(1, 3), null)));
  }

  @Test
  void aPreCandidateThatAloneHearsNoLeaderLearnsWhoLeads() {
    Group group = Group.preVoting(3);
    group.elect(1);
    group.beat(1, 2);
    group.links((from, to) -> from + to != 4);

    group.run(1_000_000_000);

    List<Denier> denied = List.of(denier(2, Denial.LEADER_ALIVE, new EntryId(1, 1), Group.id(1)));
    assertThat(why(group, 3))
        .containsExactly(
            new NoLeader.VotesMissing(true, new EntryId(1, 1), 1, 2, denied, List.of(Group.id(1))));
  }

  @Test
  void aCandidateLearnsOfEntriesThatItsVoterPromisedAndLost() {
    Group group = Group.of(3).log(1, 1, 1, 2, 2).log(2, 1, 1, 2, 2).log(3, 1, 1, 2);
    group.disk(1).damage(1);
    group.isolate(2);

    group.elect(3);

    assertThat(why(group, 3))
        .containsExactly(
            new NoLeader.VotesMissing(
                false,
                new EntryId(2, 3),
                1,
                2,
                List.of(denier(1, Denial.BEHIND_LOST_ENTRIES, new EntryId(2, 4), null)),
                List.of(Group.id(2))));
  }

  @Test
  void theSameDenialIsToldOnce() {
    Group group = Group.of(3);
    group.wake(1);
    Denied denied = new Denied(Denial.ALREADY_VOTED, EntryId.ZERO, Group.id(3));
    Message reply = new Message.VoteReply(Group.id(2), 1, false, denied);

    group.receive(1, reply);
    group.receive(1, reply);

    assertThat(group.events(1))
        .filteredOn(event -> event instanceof Event.DenialReceived)
        .containsExactly(new Event.DenialReceived(Group.id(2), 1, denied));
  }

  @Test
  void theTextNamesEachDenierItsReasonAndTheOwnLog() {
    List<Denier> denied =
        List.of(
            denier(2, Denial.LOG_BEHIND, new EntryId(5, 17), null),
            denier(3, Denial.ALREADY_VOTED, OURS, Group.id(4)),
            new Denier(Group.id(5), null));

    assertThat(missing(denied, List.of()).text())
        .isEqualTo(
            "this node, with entries up to 4/12, has 1 of 3 votes; denied by: 2 (holds entries up"
                + " to 5/17), 3 (voted for 4 in this term), 5; silent: none");
  }

  @Test
  void theRemedyIsAboutTheSilentWhileTheyCouldStillElectThisNode() {
    List<Denier> denied = List.of(denier(2, Denial.LOG_BEHIND, new EntryId(5, 17), null));
    List<NodeId> two = List.of(Group.id(3), Group.id(4));

    assertThat(missing(denied, two).remedy()).startsWith("start the silent members");
    assertThat(missing(denied, two.subList(0, 1)).remedy())
        .startsWith("wait for a member that holds 5/17 to win");
  }

  @Test
  void whoHasAMajorityAndWaitsForAllIsToldOfTheDenial() {
    List<Denier> denied = List.of(denier(3, Denial.LOG_BEHIND, new EntryId(5, 17), null));
    Why founding = new NoLeader.VotesMissing(true, EntryId.ZERO, 2, 2, denied, List.of());

    assertThat(founding.remedy()).startsWith("wait for a member that holds 5/17 to win");
  }

  @Test
  void theRemedyIsAboutTheDenialThatNoOtherElectionHeals() {
    Denier voted = denier(2, Denial.ALREADY_VOTED, OURS, Group.id(3));
    Denier longer = denier(3, Denial.LOG_BEHIND, new EntryId(5, 17), null);
    Denier longest = denier(4, Denial.LOG_BEHIND, new EntryId(5, 18), null);
    Denier lost = denier(5, Denial.BEHIND_LOST_ENTRIES, new EntryId(5, Long.MAX_VALUE), null);
    Denier led = denier(6, Denial.LEADER_ALIVE, OURS, Group.id(7));

    assertThat(missing(List.of(voted), List.of()).remedy()).isEqualTo("wait for the next election");
    assertThat(missing(List.of(voted, longer, longest), List.of()).remedy()).contains("holds 5/18");
    assertThat(missing(List.of(voted, longer, lost), List.of()).remedy())
        .startsWith("start the members that hold entries up to an unknown place");
    assertThat(missing(List.of(lost, longer, led), List.of()).remedy())
        .startsWith("see why this node does not hear leader 7");
  }

  @Test
  void aGrantedVoteGivesNoReasonToDenyIt() {
    Denied denied = new Denied(Denial.LOG_BEHIND, OURS, null);

    assertThatThrownBy(() -> new Message.VoteReply(Group.id(2), 1, true, denied))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("granted, yet denied");
    assertThatThrownBy(() -> new Message.PreVoteReply(Group.id(2), 1, true, denied, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("granted, yet denied");
  }

  @Test
  void everyReasonReadsAsWordsBehindTheDeniersName() {
    EntryId unknown = new EntryId(4, Long.MAX_VALUE);

    assertThat(
            List.of(
                new Denied(Denial.ALREADY_VOTED, OURS, Group.id(3)),
                new Denied(Denial.ALREADY_VOTED, OURS, null),
                new Denied(Denial.LOG_BEHIND, OURS, null),
                new Denied(Denial.BEHIND_LOST_ENTRIES, OURS, null),
                new Denied(Denial.BEHIND_LOST_ENTRIES, unknown, null),
                new Denied(Denial.STALE_TERM, OURS, null),
                new Denied(Denial.LEADER_ALIVE, OURS, Group.id(3)),
                new Denied(Denial.LEADER_ALIVE, OURS, null)))
        .extracting(Denied::text)
        .containsExactly(
            "voted for 3 in this term",
            "voted for another in this term",
            "holds entries up to 4/12",
            "lost entries up to 4/12 to damage",
            "lost entries up to an unknown place to damage",
            "is in a later term",
            "hears the leader 3",
            "heard a leader lately");
  }

  @Test
  void whoDeniesForALeaderItDoesNotNamePointsToThatLeader() {
    assertThat(new Denied(Denial.LEADER_ALIVE, OURS, null).remedy())
        .startsWith("see why this node does not hear that leader: ");
  }
}
