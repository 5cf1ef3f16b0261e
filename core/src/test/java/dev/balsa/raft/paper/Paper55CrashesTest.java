package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Group;
import dev.balsa.raft.Message;
import dev.balsa.raft.Ready;
import dev.balsa.raft.TestDisk;
import org.junit.jupiter.api.Test;

/** Followers and candidates crash; messages are lost and sent again, which harms nothing. */
class Paper55CrashesTest {

  @Test
  @Paper("§5.5")
  void aFollowerThatWasDownGetsWhatItMissed() {
    Group group = Group.of(3);
    group.elect(1);
    group.isolate(3);
    group.propose(1, "a");
    group.propose(1, "b");
    group.deliver();
    group.crash(3);
    group.heal();

    group.wake(1);
    group.deliver();
    group.wake(1);
    group.deliver();

    assertThat(group.applied(3)).containsExactly("a", "b");
  }

  @Test
  @Paper("§5.5")
  void aLostAppendIsSentAgainForEver() {
    Group group = Group.of(3);
    group.elect(1);
    group.propose(1, "a");
    for (int i = 0; i < 20; i++) {
      group.dropAll();
      group.wake(1);
    }

    group.deliver();
    group.wake(1);
    group.deliver();

    assertThat(group.applied(2)).containsExactly("a");
    assertThat(group.applied(3)).containsExactly("a");
  }

  @Test
  @Paper("§5.5")
  void theSameAppendTwiceIsTakenOnce() {
    Group group = Group.of(3);
    Message append = new Message.Append(Group.id(2), 1, TestDisk.slice(1, 1), 2, 0);
    group.receive(1, append);

    Ready again = group.receive(1, append);

    assertThat(again.persist()).isNull();
    assertThat(again.sendDurable()).hasSize(1);
    assertThat(group.terms(1)).containsExactly(1L, 1L);
  }

  @Test
  @Paper("§5.5")
  void whatWasNotForcedWasNotAcknowledgedAndComesAgain() {
    Group group = Group.of(3);
    group.elect(1);
    group.hold(2);
    group.propose(1, "a");
    group.deliver();
    group.crash(2);
    int lost = group.terms(2).size();

    group.wake(1);
    group.deliver();
    group.wake(1);
    group.deliver();

    assertThat(lost).isEqualTo(1);
    assertThat(group.applied(2)).containsExactly("a");
  }
}
