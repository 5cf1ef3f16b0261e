package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Seat;
import dev.balsa.raft.SnapshotMeta;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the judge objects to once members change and snapshots stand for entries. */
class JudgeTest {
  private static final NodeId ONE = new NodeId(1);

  private final Membership three = group(1, 2, 3);
  private final Judge judge = new Judge(three);
  private final List<Medium> media = List.of(new Medium(), new Medium(), new Medium());

  private static Membership group(long... ids) {
    return new Membership(LongStream.of(ids).mapToObj(NodeId::new).toList());
  }

  private static Entry entry(int index, Membership next) {
    return new Entry(new EntryId(1, index), new Payload.Configuration(next));
  }

  @BeforeEach
  void watch() {
    media.forEach(judge::watch);
  }

  private void write(Medium medium, Entry entry) {
    EntryId prev = medium.last();
    medium.write(new Ready.Persist(1, new HardState(1, ONE), new LogSlice(prev, List.of(entry))));
    medium.force();
  }

  private void commit(Entry entry, Membership inForce) {
    judge.commits(ONE, media.getFirst(), entry.index() - 1, entry.index(), inForce);
  }

  @Test
  void aCommitOnTooFewMediaIsFound() {
    Entry entry = new Entry(new EntryId(1, 1), new Payload.NoOp());
    write(media.getFirst(), entry);

    assertThatThrownBy(() -> commit(entry, three))
        .hasMessageContaining("not on the media of a quorum");
  }

  @Test
  void aSnapshotCountsAsACopy() {
    Entry entry = new Entry(new EntryId(1, 1), new Payload.NoOp());
    write(media.getFirst(), entry);
    media.getLast().saved(new SnapshotMeta(entry.id(), three, 1, 0));

    commit(entry, three);

    assertThat(judge.committed()).isEqualTo(1);
  }

  @Test
  void aJointPhaseNeedsBothMajorities() {
    Membership joint =
        new Membership(
            List.of(
                new Member(ONE, Seat.VOTER),
                new Member(new NodeId(2), Seat.OUTGOING),
                new Member(new NodeId(3), Seat.INCOMING)),
            List.of());
    Entry entry = new Entry(new EntryId(1, 1), new Payload.NoOp());
    write(media.getFirst(), entry);
    write(media.get(1), entry);

    assertThatThrownBy(() -> commit(entry, joint))
        .hasMessageContaining("not on the media of a quorum");
    write(media.getLast(), entry);

    judge.durable();
  }

  @Test
  void membershipsThatNeedNotAgreeAreFound() {
    Entry entry = entry(1, group(3, 4, 5));
    media.forEach(medium -> write(medium, entry));

    assertThatThrownBy(() -> commit(entry, three)).hasMessageContaining("which need not agree");
  }

  @Test
  void aMembershipThatForgetsARemovedMemberIsFound() {
    Membership two = new Membership(group(1, 2).members(), List.of(new NodeId(3)));
    Entry first = entry(1, two);
    Entry second = entry(2, group(1, 2));
    for (Medium medium : media) {
      write(medium, first);
      write(medium, second);
    }
    commit(first, two);

    assertThatThrownBy(() -> commit(second, two)).hasMessageContaining("that they were removed");
  }

  @Test
  void aSnapshotWithOtherMembersIsFound() {
    Entry entry = entry(1, group(1, 2, 3, 4));
    media.forEach(medium -> write(medium, entry));
    commit(entry, three);

    judge.snapshot(ONE, new SnapshotMeta(entry.id(), group(1, 2, 3, 4), 1, 0));
    SnapshotMeta wrong = new SnapshotMeta(entry.id(), three, 1, 0);

    assertThatThrownBy(() -> judge.snapshot(ONE, wrong)).hasMessageContaining("the members were");
  }

  @Test
  void aSnapshotOfWhatIsNotCommittedIsFound() {
    SnapshotMeta early = new SnapshotMeta(new EntryId(1, 1), three, 1, 0);

    assertThatThrownBy(() -> judge.snapshot(ONE, early)).hasMessageContaining("has a snapshot of");
  }
}
