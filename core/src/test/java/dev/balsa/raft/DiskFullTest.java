package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Ready.ProposalOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node whose disk is full says so, gives way where it can, and comes back by itself. */
class DiskFullTest {
  private static final long MILLISECOND = 1_000_000;

  private static Group led() {
    Group group = Group.preVoting(3);
    group.elect(1);
    group.beat(1, 2);
    return group;
  }

  @Test
  void aLeaderRefusesCommandsByNameAndGoesOnServingReads() {
    Group group = led();
    group.disk(1).room(100);

    group.propose(1, "x");
    group.propose(2, "y");
    group.read(1);
    group.deliver();

    assertThat(group.proposals(1))
        .containsExactly(new ProposalOutcome.Refused(1, Refusal.DISK_FULL));
    assertThat(group.proposals(2))
        .containsExactly(new ProposalOutcome.Refused(2, Refusal.DISK_FULL));
    assertThat(group.reads(1)).containsExactly(group.confirmed(3, 1));
    assertThat(group.status(1).why()).containsExactly(new NoCommands.DiskFull(100));
  }

  @Test
  void aLeaderHandsOverAndFollowsThenWhileTheRoomLasts() {
    Group group = led();
    group.disk(1).room(100);

    group.run(100 * MILLISECOND);
    int next = group.leaders().getFirst();
    group.propose(next, "x");
    group.beat(next, 2);

    assertThat(next).isNotEqualTo(1);
    assertThat(group.applied(1)).containsExactly("x");
    assertThat(group.status(1).why()).containsExactly(new NoCommands.DiskFull(100));
  }

  @Test
  void theRequestOfNobodyHasNoOutcome() {
    Group group = led();
    group.disk(1).room(100);

    group.run(2_000 * MILLISECOND);

    assertThat(group.events(1)).anyMatch(Event.TransferStarted.class::isInstance);
    assertThat(group.transfers(1)).isEmpty();
  }

  @Test
  void whereAllDisksAreFullTheLeaderStaysAndTriesOneAfterTheOther() {
    Group group = led();
    List.of(1, 2, 3).forEach(node -> group.disk(node).room(100));

    group.run(7_000 * MILLISECOND);

    assertThat(group.leaders()).containsExactly(1);
    assertThat(group.transfers(1)).as("nobody asked").isEmpty();
    assertThat(group.status(1).term()).isEqualTo(1);
    assertThat(group.events(1))
        .filteredOn(Event.TransferStarted.class::isInstance)
        .containsExactly(
            new Event.TransferStarted(Group.id(2), 1),
            new Event.TransferStarted(Group.id(3), 1),
            new Event.TransferStarted(Group.id(2), 1));
  }

  @Test
  void theNextAttemptToGiveWayComesTenOfTheLongestTimeoutsLater() {
    Group group = led();
    List.of(1, 2, 3).forEach(node -> group.disk(node).room(100));
    group.beat(1, 1);
    long first = attempts(group);

    group.run(3_000 * MILLISECOND - 1);
    group.step(1, new Input.Wake());
    long early = attempts(group);
    group.advance(1);
    group.step(1, new Input.Wake());

    assertThat(List.of(first, early)).containsOnly(1L);
    assertThat(attempts(group)).isEqualTo(2);
  }

  private static long attempts(Group group) {
    return group.events(1).stream().filter(Event.TransferStarted.class::isInstance).count();
  }

  @Test
  void onceThereIsSpaceCommandsAreTakenAgain() {
    Group group = led();
    List.of(1, 2, 3).forEach(node -> group.disk(node).room(100));
    group.run(500 * MILLISECOND);

    List.of(1, 2, 3).forEach(node -> group.disk(node).room(Long.MAX_VALUE));
    group.propose(1, "x");
    group.beat(1, 2);

    assertThat(group.applied(3)).containsExactly("x");
    assertThat(group.status(1).why()).isEmpty();
  }

  @Test
  void aFollowerThatCouldNotLearnWhatBecomesOfACommandRefusesItByName() {
    Group group = led();
    group.disk(3).room(100);

    group.propose(3, "x");
    group.deliver();

    assertThat(group.proposals(3))
        .containsExactly(new ProposalOutcome.Refused(1, Refusal.DISK_FULL));
    assertThat(group.applied(1)).isEmpty();
  }

  @Test
  void aFollowerWithoutRoomKeepsWhatItHasAndCatchesUpOnceThereIsSpace() {
    Group group = led();
    group.disk(3).room(10);

    group.propose(1, "x");
    group.run(1_000 * MILLISECOND);
    List<String> before = group.applied(3);
    group.disk(3).room(Long.MAX_VALUE);
    group.run(1_000 * MILLISECOND);

    assertThat(before).isEmpty();
    assertThat(group.applied(1)).containsExactly("x");
    assertThat(group.applied(3)).containsExactly("x");
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  void aFollowerWithoutRoomAnswersOnceInAHeartbeatInterval() {
    Group group = led();
    group.disk(3).room(10);
    group.propose(1, "x");

    group.run(1_000 * MILLISECOND);

    assertThat(group.events(3).stream().filter(Event.AppendRejected.class::isInstance))
        .hasSizeBetween(10, 45);
    assertThat(group.status(1).why())
        .as("it is heard")
        .noneMatch(why -> why instanceof FollowerPaused.Held held && held.hold() == Hold.SILENT);
  }

  @Test
  void entriesThatItHoldsAlreadyNeedNoRoom() {
    Group group = led();
    group.isolate(2);
    group.propose(1, "x");
    group.deliver();
    group.disk(3).room(0);
    Message.Append again =
        new Message.Append(
            Group.id(1), 1, new LogSlice(new EntryId(1, 1), List.of(group.disk(3).entry(2))), 2, 0);

    group.receive(3, again);

    assertThat(group.queue().getLast().message())
        .isEqualTo(new Message.AppendAck(Group.id(3), 1, 2, 0));
  }

  @Test
  void aFullDiskDoesNotHurryToLead() {
    Group group = Group.preVoting(3);
    group.disk(1).room(0);
    group.disk(2).room(0);

    group.run(1_000 * MILLISECOND);

    assertThat(group.leaders()).containsExactly(3);
  }

  @Test
  void whoHasNoSpaceDoesNotHurryToLead() {
    Group group = Group.of(3);
    group.disk(1).room(100);

    assertThat(group.deadline(1)).isGreaterThan(300 * 1_000_000L);
    assertThat(group.deadline(2)).isLessThan(300 * 1_000_000L);
  }

  @Test
  void aFollowerTakesWhatFillsItsRoomToTheLastByte() {
    Group group = led();
    group.disk(3).room(1 + Entry.OVERHEAD_BYTES);

    group.propose(1, "x");
    group.deliver();

    assertThat(group.disk(3).log()).hasSize(2);
  }
}
