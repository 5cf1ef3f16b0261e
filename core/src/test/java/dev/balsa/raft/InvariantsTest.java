package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A node whose state breaks a promise stops before it says a word. */
class InvariantsTest {
  private static final Membership THREE =
      new Membership(List.of(Group.id(1), Group.id(2), Group.id(3)));

  private final NodeState state =
      new NodeState(RaftConfig.of(Group.id(1), 1), THREE, Restored.NOTHING, new TestDisk());
  private final Invariants invariants = new Invariants(state);

  private void stops(String why) {
    assertThatThrownBy(invariants::afterStep)
        .isInstanceOf(InvariantViolation.class)
        .hasMessage(why);
  }

  private void goesOn() {
    assertThatCode(invariants::afterStep).doesNotThrowAnyException();
    state.takeReady();
  }

  private void append(Payload payload) {
    EntryId prev = state.log.last();
    Entry entry = new Entry(new EntryId(state.term(), prev.index() + 1), payload);
    state.append(new LogSlice(prev, List.of(entry)));
  }

  /** Leads term 1 with the entry that opens it. */
  private Role.Leader lead() {
    state.campaign();
    goesOn();
    Role.Leader leader = state.becomeLeader();
    append(new Payload.NoOp());
    goesOn();
    return leader;
  }

  @Test
  void whatWasNeverWrittenIsNotCommitted() {
    lead();
    state.advanceCommit(1);
    goesOn();

    state.advanceCommit(2);

    stops("commit went from 1 to 2, last is 1/1");
  }

  @Test
  void aSnapshotStandsForNothingThatIsNotCommitted() {
    lead();
    state.snapshotTaken(SnapshotMeta.kept(new EntryId(1, 1), THREE));

    stops(
        "log begins after 0/0, snapshot SnapshotMeta[last=1/1, membership={1 2 3}, bytes=0,"
            + " checksum=0], committed 0");
    state.advanceCommit(1);
    goesOn();
  }

  @Test
  void nothingIsCutThatNoSnapshotStandsFor() {
    lead();
    state.advanceCommit(1);
    state.compact(1);

    stops("log begins after 1/1, snapshot null, committed 1");
    state.snapshotTaken(SnapshotMeta.kept(new EntryId(1, 1), THREE));
    goesOn();
  }

  @Test
  void nobodyLeadsWithoutItsOwnVote() {
    state.advanceTerm(3);
    state.voteFor(Group.id(2));
    goesOn();

    state.becomeLeader();

    stops("campaigns or leads in term 3, but voted for 2");
  }

  @Test
  void nobodySleepsWithoutALeader() {
    if (state.role() instanceof Role.Follower follower) {
      follower.asleep = true;
    }

    stops("sleeps with the log at 0/0, committed 0, leader null");
    state.advanceTerm(1);
    state.follow(Group.id(2));
    goesOn();
  }

  @Test
  void nobodySleepsOverEntriesThatAreNotCommitted() {
    lead().asleep = true;

    stops("sleeps with the log at 1/1, committed 0, leader 1");
    state.advanceCommit(1);
    goesOn();
  }

  @Test
  void aLeadersLogNeverShrinks() {
    lead();

    state.truncateAfter(0);

    stops("a leader's log shrank from 1 to 0");
  }

  @Test
  void aDeposedLeadersLogMayShrink() {
    lead();

    state.advanceTerm(2);
    state.truncateAfter(0);

    goesOn();
  }

  @Test
  void aLeaderBeginsNoChangeBeforeTheLastOneIsCommitted() {
    lead();
    append(new Payload.Configuration(THREE));
    goesOn();
    append(new Payload.Configuration(THREE));

    stops("configuration 1/3 begun before 1/2 was committed, commit is 0");
    state.advanceCommit(2);
    goesOn();
  }

  @Test
  void nobodyIsSentWhatIsNotThere() {
    Role.Leader leader = lead();
    leader.peers.put(Group.id(2), new Progress(state.config, 2));
    goesOn();

    leader.peers.put(Group.id(2), new Progress(state.config, 3));

    stops("progress match 0, next 3, last 1");
  }

  @Test
  void aLeaderThatHandsOverHasARequestThatEndsIt() {
    Transfer transfer = new Transfer(state, new Liveness(state));
    Role.Leader leader = lead();
    transfer.check();

    leader.transferee = Group.id(2);

    assertThatThrownBy(transfer::check)
        .isInstanceOf(InvariantViolation.class)
        .hasMessage("transfer to 2 that nobody waits for");
  }

  @Test
  void aWriteIsOnDiskOnlyOnceItWasHandedOut() {
    assertThatThrownBy(() -> state.persisted(1))
        .isInstanceOf(InvariantViolation.class)
        .hasMessage("write 1 was never handed out");
  }

  @Test
  void aTermHasOneVoteOneLeaderAndNoWayBack() {
    state.advanceTerm(2);
    state.voteFor(Group.id(2));
    state.follow(Group.id(3));

    assertThatThrownBy(() -> state.voteFor(Group.id(3))).hasMessage("second vote in term 2: 3");
    assertThatThrownBy(() -> state.follow(Group.id(2))).hasMessage("two leaders in term 2: 3, 2");
    assertThatThrownBy(() -> state.advanceTerm(2)).hasMessage("term would go from 2 to 2");
    state.voteFor(Group.id(2));
    state.follow(Group.id(3));
  }

  @Test
  void aLeaderFollowsNobodyInItsTerm() {
    lead();

    assertThatThrownBy(() -> state.follow(Group.id(1))).hasMessage("two leaders in term 1: 1, 1");
  }

  @Test
  void whatIsCommittedIsNeverTruncated() {
    lead();
    state.advanceCommit(1);

    assertThatThrownBy(() -> state.truncateAfter(0)).hasMessage("truncating after 0, committed 1");
  }

  @Test
  void aStepAppendsOnceAndDoesNotBeginTheLogAnewBesides() {
    state.advanceTerm(1);
    append(new Payload.NoOp());

    assertThatThrownBy(() -> append(new Payload.NoOp()))
        .hasMessage("second append in a step at 1/1");
    assertThatThrownBy(() -> state.outbox.restart(new EntryId(1, 9)))
        .hasMessage("log begins anew at 1/9 in a step that appends");
  }

  @Test
  void aSnapshotOfAFollowerStaysWithinItsBytes() {
    SnapshotMeta meta = new SnapshotMeta(new EntryId(1, 5), THREE, 100, 7);
    Shipment shipment = new Shipment(meta, 1, 0);
    shipment.held(100, 1);
    shipment.check();

    assertThatThrownBy(() -> shipment.held(101, 2)).hasMessageStartingWith("101 acknowledged of");
    shipment.sentMore(1);
    assertThatThrownBy(shipment::check).hasMessageStartingWith("snapshot acked 100, sent 101 of");
  }

  @Test
  void whatIsInFlightIsCounted() {
    Progress progress = new Progress(state.config, 1);
    progress.pipeline();
    progress.sent(1, 10);
    progress.check(1);

    assertThatThrownBy(() -> progress.check(0)).hasMessage("progress match 0, next 2, last 0");
    progress.sent(1, -10);
    assertThatThrownBy(() -> progress.check(1)).hasMessage("2 messages of 0 bytes in flight");
    Shipment shipment = new Shipment(new SnapshotMeta(new EntryId(1, 5), THREE, 100, 7), 1, 0);
    progress.ship(shipment);
    assertThatThrownBy(() -> progress.sent(1, 10)).hasMessageStartingWith("entries beside");
    shipment.sentMore(101);
    assertThatThrownBy(() -> progress.check(1)).hasMessageStartingWith("snapshot acked 0");
  }

  @Test
  void aStartNeedsASnapshotOfWhatWasCut() {
    EntryId base = new EntryId(2, 7);
    Restored cut = new Restored(new HardState(2, null), null, base, List.of(), base, List.of());

    assertThatThrownBy(() -> new NodeState(state.config, THREE, cut, new TestDisk()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("log holds what follows 2/7 up to 2/7, the snapshot is null");
    Restored other = cut.withSnapshot(SnapshotMeta.kept(new EntryId(1, 7), THREE));
    assertThatThrownBy(() -> new NodeState(state.config, THREE, other, new TestDisk()))
        .isInstanceOf(IllegalArgumentException.class);
    Restored whole = cut.withSnapshot(SnapshotMeta.kept(base, THREE));
    NodeState started = new NodeState(state.config, THREE, whole, new TestDisk());
    assertThatCode(() -> Objects.requireNonNull(started.snapshot())).doesNotThrowAnyException();
  }
}
