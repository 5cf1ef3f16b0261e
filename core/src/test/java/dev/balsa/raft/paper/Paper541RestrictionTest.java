package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Group;
import dev.balsa.raft.Message;
import dev.balsa.raft.Status.RoleName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only a candidate whose log is at least as up-to-date gets a vote. */
class Paper541RestrictionTest {

  @Paper("§5.4.1")
  @ParameterizedTest(name = "voter ends at 2/3, candidate at {0}/{1}: {2}")
  @CsvSource({
    "2,3,true",
    "2,4,true",
    "3,1,true",
    "3,9,true",
    "2,2,false",
    "1,9,false",
    "0,0,false"
  })
  void theLaterLastTermIsMoreUpToDateAndOfEqualTermsTheLongerLog(
      long term, long index, boolean granted) {
    Group group = Group.of(3).log(1, 1, 2, 2);

    group.receive(1, new Message.Vote(Group.id(2), 9, new EntryId(term, index)));

    Event expected =
        granted
            ? new Event.VoteGranted(Group.id(2), 9)
            : new Event.VoteDenied(Group.id(2), 9, Event.Denial.LOG_BEHIND);
    assertThat(group.events(1)).contains(expected);
  }

  @Test
  @Paper("§5.4.1")
  void aNodeThatMissedACommittedEntryCannotLead() {
    Group group = Group.of(3);
    group.elect(1);
    group.isolate(3);
    group.propose(1, "a");
    group.deliver();
    group.heal();
    group.isolate(1);

    group.elect(3);
    RoleName behind = group.status(3).role();
    group.elect(2);

    assertThat(behind).isEqualTo(RoleName.CANDIDATE);
    assertThat(group.status(2).role()).isEqualTo(RoleName.LEADER);
    assertThat(group.applied(2)).containsExactly("a");
  }
}
