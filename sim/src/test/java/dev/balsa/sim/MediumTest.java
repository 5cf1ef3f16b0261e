package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import dev.balsa.raft.SnapshotMeta;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judges' account of a disk, held against what is read from it. */
class MediumTest {
  private static final NodeId NODE = new NodeId(1);
  private static final HardState VOTED = new HardState(2, NODE);

  private final Medium medium = new Medium();

  private static List<Entry> entries(int from, int to) {
    List<Entry> entries = new ArrayList<>();
    for (int index = from; index <= to; index++) {
      Payload payload = new Payload.Command(Bytes.utf8("command " + index));
      entries.add(new Entry(new EntryId(2, index), payload));
    }
    return entries;
  }

  private static EntryId at(int index) {
    return index == 0 ? EntryId.ZERO : new EntryId(2, index);
  }

  private void write(int from, int to) {
    LogSlice slice = new LogSlice(at(from - 1), entries(from, to));
    medium.write(new Ready.Persist(from, VOTED, slice));
  }

  private static SnapshotMeta snapshot(int index) {
    return new SnapshotMeta(at(index), new Membership(List.of(NODE)), 10, 0);
  }

  /** Five forced entries, and three that are not. */
  @BeforeEach
  void eightEntries() {
    write(1, 5);
    medium.force();
    write(6, 8);
  }

  @Test
  void whatWasForcedMustBeThere() {
    assertThatThrownBy(() -> medium.found(VOTED, EntryId.ZERO, entries(1, 4)))
        .isInstanceOf(BrokenPromise.class)
        .hasMessageContaining("holds");
  }

  @Test
  void whatWasNotForcedMayBeThereOrNot() {
    medium.found(VOTED, EntryId.ZERO, entries(1, 8));
    assertThat(medium.forcedLast()).isEqualTo(at(8));

    write(9, 9);
    medium.found(VOTED, EntryId.ZERO, entries(1, 8));
    assertThat(medium.last()).isEqualTo(at(8));
  }

  @Test
  void theVoteMustBeThere() {
    assertThatThrownBy(() -> medium.found(new HardState(2, null), EntryId.ZERO, entries(1, 5)))
        .hasMessageContaining("holds");
  }

  @Test
  void otherEntriesThanWrittenAreFound() {
    List<Entry> changed = entries(1, 5);
    changed.set(2, new Entry(at(3), new Payload.NoOp()));

    assertThatThrownBy(() -> medium.found(VOTED, EntryId.ZERO, changed))
        .hasMessageContaining("other entries than were written");
  }

  @Test
  void aCutLogMayBeginOnlyWhereASnapshotStandsForTheRest() {
    assertThatThrownBy(() -> medium.found(VOTED, at(2), entries(3, 5)))
        .hasMessageContaining("begins after");

    medium.saved(snapshot(3));
    medium.found(VOTED, at(2), entries(3, 5));

    assertThat(medium.forcedLog()).isEqualTo(entries(3, 5));
    assertThat(medium.holdsForced(at(1))).isTrue();
  }

  @Test
  void aSnapshotStandsForALogThatIsGone() {
    medium.saved(snapshot(9));

    medium.found(VOTED, EntryId.ZERO, List.of());

    assertThat(medium.holdsForced(at(8))).isTrue();
    assertThat(medium.holdsForced(at(10))).isFalse();
  }

  @Test
  void aSnapshotThatWasSavedMustBeThereUnlessTheDiskIsDamaged() {
    medium.saved(snapshot(3));

    assertThatThrownBy(() -> medium.foundSnapshots(List.of(), false))
        .hasMessageContaining("were saved");
    medium.foundSnapshots(List.of(), true);

    assertThat(medium.snapshot()).isNull();
  }

  @Test
  void aSnapshotThatWasToBeDeletedMayBeGone() {
    medium.saved(snapshot(3));
    medium.saved(snapshot(5));

    medium.mayDrop(at(5));

    assertThatThrownBy(() -> medium.foundSnapshots(List.of(), false))
        .hasMessageContaining("were saved");
    medium.foundSnapshots(List.of(snapshot(5)), false);
    assertThat(medium.snapshot()).isEqualTo(snapshot(5));
  }

  @Test
  void aTermThatGoesBackIsFound() {
    medium.write(new Ready.Persist(9, new HardState(1, null), null));

    assertThatThrownBy(medium::force).hasMessageContaining("term and vote on the medium went from");
  }

  @Test
  void aLogThatBeginsAnewBehindASnapshotKeepsItsTerm() {
    medium.write(new Ready.Persist(9, null, new EntryId(4, 20), null));
    medium.force();

    assertThat(medium.forcedState()).isEqualTo(new HardState(4, null));
    assertThat(medium.forcedLast()).isEqualTo(new EntryId(4, 20));
  }
}
