package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Denied;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.Group;
import dev.balsa.raft.Message;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.Outgoing;
import dev.balsa.raft.Status.RoleName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who hears a live leader does not help to depose it, and does not adopt the term either. */
class Thesis423StickinessTest {
  private static final long MILLISECOND = 1_000_000;
  private static final EntryId LAST = new EntryId(1, 1);
  private final Group group = Group.preVoting(3);

  @BeforeEach
  void electOne() {
    group.elect(1);
  }

  private static Message vote(long term) {
    return new Message.Vote(Group.id(3), term, LAST);
  }

  @Test
  @Paper("thesis §4.2.3")
  void aFollowerOfALiveLeaderDeniesItsVoteAndKeepsItsTerm() {
    Ready ready = group.receive(2, vote(9));

    assertThat(ready.persist()).isNull();
    assertThat(ready.sendDurable()).isEmpty();
    assertThat(group.status(2).term()).isEqualTo(1);
    assertThat(group.status(2).leader()).isEqualTo(Group.id(1));
    assertThat(group.events(2)).contains(new Event.VoteDenied(Group.id(3), 9, Denial.LEADER_ALIVE));
  }

  @Test
  @Paper("thesis §4.2.3")
  void whoAsksInTheSameTermIsAnsweredThatTheLeaderLives() {
    Ready vote = group.receive(2, vote(1));
    Ready preVote = group.receive(2, new Message.PreVote(Group.id(3), 1, LAST, 7));

    Denied denied = new Denied(Denial.LEADER_ALIVE, LAST, Group.id(1));
    assertThat(vote.sendDurable())
        .containsExactly(
            new Outgoing(Group.id(3), new Message.VoteReply(Group.id(2), 1, false, denied)));
    assertThat(preVote.sendDurable())
        .containsExactly(
            new Outgoing(Group.id(3), new Message.PreVoteReply(Group.id(2), 1, false, denied, 7)));
    assertThat(preVote.events())
        .containsExactly(new Event.PreVoteDenied(Group.id(3), 1, Denial.LEADER_ALIVE));
  }

  @Test
  @Paper("thesis §4.2.3")
  void aFollowerVotesOnceTheLeaderWasSilentForTheLeastElectionTimeout() {
    group.advance(150 * MILLISECOND - 1);
    group.receive(2, vote(9));
    long before = group.status(2).term();

    group.advance(1);
    Ready ready = group.receive(2, vote(9));

    assertThat(before).isEqualTo(1);
    assertThat(ready.sendDurable())
        .containsExactly(new Outgoing(Group.id(3), new Message.VoteReply(Group.id(2), 9, true)));
  }

  @Test
  @Paper("thesis §4.2.3")
  void aLeaderWithALiveQuorumStays() {
    group.receive(1, vote(9));

    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
    assertThat(group.status(1).term()).isEqualTo(1);
    assertThat(group.events(1)).contains(new Event.VoteDenied(Group.id(3), 9, Denial.LEADER_ALIVE));
  }

  @Test
  @Paper("thesis §4.2.3")
  void aLeaderWithoutALiveQuorumGivesWay() {
    group.advance(150 * MILLISECOND);

    group.receive(1, vote(9));

    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.status(1).term()).isEqualTo(9);
  }

  @Test
  @Paper("thesis §4.2.3")
  void aPreVoteIsDeniedLikewiseEvenOfAHigherTerm() {
    Ready sameTerm = group.receive(2, new Message.PreVote(Group.id(3), 1, LAST, 7));
    Ready higher = group.receive(2, new Message.PreVote(Group.id(3), 5, LAST, 8));

    assertThat(sameTerm.sendDurable())
        .containsExactly(
            new Outgoing(
                Group.id(3),
                new Message.PreVoteReply(
                    Group.id(2), 1, false, new Denied(Denial.LEADER_ALIVE, LAST, Group.id(1)), 7)));
    assertThat(higher.sendDurable()).isEmpty();
    assertThat(group.status(2).term()).isEqualTo(1);
  }

  @Test
  @Paper("thesis §4.2.3")
  void theLeadersOwnOrderIsNoDisturbance() {
    group.receive(2, new Message.Vote(Group.id(3), 2, LAST, true));

    assertThat(group.status(2).term()).isEqualTo(2);
    assertThat(group.events(2)).contains(new Event.VoteGranted(Group.id(3), 2));
  }

  @Test
  @Paper("thesis §4.2.3")
  void aNodeOfAHigherTermIsTakenBackByOneElection() {
    group.isolate(3);
    group.receive(3, new Message.VoteReply(Group.id(2), 9, false)); // whatever taught it so
    group.run(1000 * MILLISECOND);

    group.heal();
    group.run(2000 * MILLISECOND);

    assertThat(group.leaders()).hasSize(1);
    assertThat(group.status(3).leader()).isNotNull();
    assertThat(group.status(1).term()).isEqualTo(10);
  }
}
