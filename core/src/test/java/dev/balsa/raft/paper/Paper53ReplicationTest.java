package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Group;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Message;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.Outgoing;
import dev.balsa.raft.TestDisk;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Log replication and figure 2's receiver rules of AppendEntries. */
class Paper53ReplicationTest {
  private static LogSlice after(EntryId prev, LogSlice slice) {
    int from = Math.toIntExact(prev.index());
    return new LogSlice(prev, slice.entries().subList(from, slice.entries().size()));
  }

  private static Message append(LogSlice slice, long term, long commit) {
    return new Message.Append(Group.id(2), term, slice, commit, 0);
  }

  @Test
  @Paper("§5.3")
  void aCommandIsAppliedEverywhereInTheOrderOfTheLog() {
    Group group = Group.of(3);
    group.elect(1);

    group.propose(1, "a", "b");
    group.propose(1, "c");
    group.deliver();
    group.wake(1);
    group.deliver();

    assertThat(group.applied(1)).containsExactly("a", "b", "c");
    assertThat(group.applied(2)).containsExactly("a", "b", "c");
    assertThat(group.applied(3)).containsExactly("a", "b", "c");
  }

  @Test
  @Paper("§5.3")
  void anEntryIsCommittedOnceAMajorityHoldsItAndNotBefore() {
    Group group = Group.of(5);
    group.elect(1);
    group.isolate(3, 4, 5);
    group.propose(1, "a");
    group.deliver();
    List<String> withTwo = group.applied(1);

    group.heal();
    group.isolate(4, 5);
    group.wake(1);
    group.deliver();
    group.wake(1);
    group.deliver();

    assertThat(withTwo).isEmpty();
    assertThat(group.applied(1)).containsExactly("a");
  }

  @Test
  @Paper("§5.3")
  void theLeaderCountsItselfOnlyOnceItsOwnCopyIsOnDisk() {
    Group group = Group.of(3);
    group.elect(1);
    group.isolate(3);
    group.hold(1);
    group.propose(1, "a");
    group.deliver();
    long unforced = group.status(1).commit();

    group.release(1);

    assertThat(unforced).isEqualTo(1);
    assertThat(group.applied(1)).containsExactly("a");
  }

  @Test
  @Paper("§5.3")
  void aFollowerThatLacksThePreviousEntryRefuses() {
    Group group = Group.of(3).log(1, 1);

    Ready gap = group.receive(1, append(after(new EntryId(1, 2), TestDisk.slice(1, 1, 1)), 1, 0));

    assertThat(gap.persist()).isNull();
    assertThat(gap.sendDurable())
        .containsExactly(
            new Outgoing(
                Group.id(2), new Message.AppendReject(Group.id(1), 1, 2, new EntryId(1, 1), 0)));
  }

  @Test
  @Paper("§5.3")
  void aFollowerWhosePreviousEntryHasAnotherTermRefuses() {
    Group group = Group.of(3).logAt(1, 3, 1, 1);

    Ready other = group.receive(1, append(after(new EntryId(2, 2), TestDisk.slice(2, 2, 3)), 3, 0));

    assertThat(other.persist()).isNull();
    assertThat(other.sendDurable().getFirst().message()).isInstanceOf(Message.AppendReject.class);
    assertThat(group.terms(1)).containsExactly(1L, 1L);
  }

  @Test
  @Paper("§5.3")
  void aConflictingEntryGoesWithAllThatFollowIt() {
    Group group = Group.of(3).log(1, 1, 2, 2, 2);

    group.receive(1, append(after(new EntryId(1, 1), TestDisk.slice(1, 3)), 3, 0));

    assertThat(group.terms(1)).containsExactly(1L, 3L);
  }

  @Test
  @Paper("§5.3")
  void aLateShortAppendRemovesNothing() {
    Group group = Group.of(3).log(1, 1, 1, 1);

    Ready late = group.receive(1, append(TestDisk.slice(1), 1, 0));

    assertThat(late.persist()).isNull();
    assertThat(group.terms(1)).containsExactly(1L, 1L, 1L);
    assertThat(late.sendDurable())
        .containsExactly(new Outgoing(Group.id(2), new Message.AppendAck(Group.id(1), 1, 1, 0)));
  }

  @Test
  @Paper("§5.3")
  void aFollowerCommitsNoFurtherThanTheRequestShowedAgreement() {
    Group group = Group.of(3).logAt(1, 2, 1, 1, 1);

    group.receive(1, append(TestDisk.slice(1), 2, 3));

    assertThat(group.status(1).commit()).isEqualTo(1);
  }

  @Test
  @Paper("§5.3")
  void aFollowerAcknowledgesOnlyWhatIsOnItsDisk() {
    Group group = Group.of(3);
    group.hold(1);

    group.receive(1, append(TestDisk.slice(1), 1, 0));

    assertThat(group.queue()).isEmpty();
    group.release(1);
    assertThat(group.queue())
        .containsExactly(new Outgoing(Group.id(2), new Message.AppendAck(Group.id(1), 1, 1, 0)));
  }

  @Test
  @Paper("§5.3")
  void aLeaderNeverOverwritesItsOwnEntries() {
    Group group = Group.of(3).log(1, 1, 1).log(2, 1);
    group.elect(1);

    assertThat(group.terms(1)).containsExactly(1L, 1L, 2L);
    assertThat(group.terms(2)).containsExactly(1L, 1L, 2L);
  }
}
