package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.NoLeader.Denier;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person is told names the members, how many and how long. */
class WhyTextTest {
  private static final NodeId TWO = Group.id(2);
  private static final NodeId THREE = Group.id(3);
  private static final long LONG = 1_999_999;

  @Test
  void timesAreWholeMillisecondsAndMembersAreNamedOrThereAreNone() {
    assertThat(Why.millis(LONG)).isEqualTo("1 ms");
    assertThat(Why.millis(Why.UNKNOWN)).isEqualTo("an unknown time");
    assertThat(Why.names(List.of())).isEqualTo("none");
    assertThat(Why.names(List.of(TWO, THREE))).isEqualTo("2, 3");
  }

  @Test
  void whoLacksALeaderReadsWhoIsSilentAndWhoDeniedItsVote() {
    EntryId last = new EntryId(4, 12);
    Denied behind = new Denied(Denial.STALE_TERM, last, null);
    List<Denier> denied = List.of(new Denier(TWO, behind), new Denier(THREE, null));

    assertThat(new NoLeader.ElectionDue(LONG).text())
        .isEqualTo("no leader was heard; this node asks for votes in 1 ms");
    assertThat(new NoLeader.LeaderSilent(TWO, LONG).text())
        .isEqualTo("the leader, member 2, has said nothing for 1 ms");
    assertThat(new NoLeader.VotesMissing(true, last, 1, 2, List.of(), List.of(TWO)).text())
        .isEqualTo(
            "this node, with entries up to 4/12, has 1 of 2 pre-votes; denied by: none; silent: 2");
    assertThat(new NoLeader.VotesMissing(false, last, 1, 2, denied, List.of()).text())
        .isEqualTo(
            "this node, with entries up to 4/12, has 1 of 2 votes; denied by: 2 (is in a later"
                + " term), 3; silent: none");
    assertThat(new NoLeader.VotersLost(List.of(TWO, THREE), 1, 2).text())
        .isEqualTo("members 2, 3 lost their disks; of 2 voters needed 1 are left");
  }

  /** Whether the silent members, or those that denied, are worth looking at. */
  @Test
  void theSilentAreWorthStartingOnlyIfTheyCouldElectThisNode() {
    EntryId last = new EntryId(4, 12);
    Denied leads = new Denied(Denial.LEADER_ALIVE, last, TWO);
    List<Denier> told = List.of(new Denier(TWO, null), new Denier(THREE, leads));

    assertThat(new NoLeader.VotesMissing(false, last, 1, 2, told, List.of(THREE)).remedy())
        .startsWith("start the silent members");
    assertThat(new NoLeader.VotesMissing(false, last, 1, 3, told, List.of(THREE)).remedy())
        .startsWith("see why this node does not hear leader 2");
    assertThat(new NoLeader.VotesMissing(false, last, 1, 2, told.subList(0, 1), List.of()).remedy())
        .startsWith("ask the members that denied");
  }

  @Test
  void whatIsNotCommittedNamesTheVotersThatLackIt() {
    List<NoCommit.Lack> lacking =
        List.of(new NoCommit.Lack(TWO, Hold.SILENT), new NoCommit.Lack(THREE, Hold.BEHIND));
    NoCommit.TooFewHold tooFew = new NoCommit.TooFewHold(9, false, LONG, 1, 2, lacking);

    assertThat(tooFew.text())
        .isEqualTo(
            "entry 9 is durable on 1 voters, needs 2, and that for 1 ms; not on 2 (it says"
                + " nothing), 3 (it is behind)");
    assertThat(tooFew.remedy()).isEqualTo(Hold.SILENT.remedy());
    assertThat(new NoCommit.TooFewHold(9, false, LONG, 1, 2, List.of()).remedy()).isEqualTo("wait");
    assertThat(new NoCommit.ForceHangs(LONG).text())
        .isEqualTo("a force of this node's log has not returned for 1 ms");
  }

  @Test
  void refusedCommandsNameTheBoundThatIsMet() {
    assertThat(new NoCommands.HandingOver(TWO).text()).endsWith("handed over to member 2");
    assertThat(new NoCommands.DiskFull(100).text())
        .isEqualTo("this node's disk is full; 100 bytes of entries still fit into its log");
    assertThat(new NoCommands.DiskFull(100).remedy()).startsWith("free space");
    assertThat(new NoCommands.UncommittedFull(2, 1).text())
        .isEqualTo("2 bytes are uncommitted, at most 1 may be");
  }

  @Test
  void aFollowerPausesAndItsLastAnswerWasSomeTimeAgoOrNever() {
    assertThat(new FollowerPaused.Held(TWO, Hold.PROBED, 1, 2, LONG).text())
        .isEqualTo(
            "member 2 gets no entries, since its log is being compared; it holds 1 of 2, its last"
                + " answer came 1 ms ago");
    assertThat(new FollowerPaused.Held(TWO, Hold.PROBED, 1, 2, Why.UNKNOWN).text())
        .endsWith("its last answer came never");
    assertThat(new FollowerPaused.TakesSnapshot(TWO, new EntryId(1, 7), 3, 4).text())
        .endsWith("the snapshot up to 1/7, since the log begins later: 3 of 4 bytes");
  }
}
