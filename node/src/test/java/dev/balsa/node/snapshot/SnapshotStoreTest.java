package dev.balsa.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.disk.FaultyDirectory.Operation;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready.SnapshotWork.Store;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot is there whole or not at all, whatever the disk does. */
class SnapshotStoreTest {
  private static final Membership MEMBERS =
      new Membership(List.of(new NodeId(1), new NodeId(2), new NodeId(-3)));

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 65_400, 65_500, 65_532, 65_536, 200_000})
  void whatIsWrittenIsReadBackPartByPart(int bytes) {
    FaultyDirectory disk = new FaultyDirectory();
    SnapshotStore store = SnapshotStore.open(disk);

    SnapshotMeta meta = write(store, 5, bytes);

    assertThat(parts(store, meta)).isEqualTo(partsOf(5, bytes));
    assertThat(SnapshotStore.open(disk).list()).containsExactly(meta);
    assertThat(meta.bytes()).isEqualTo(disk.bytes(name(5)).length);
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void everyCrashLeavesTheOldSnapshotAndTheNewOneWholeOrNotAtAll(Loss loss) {
    FaultyDirectory first = new FaultyDirectory();
    SnapshotMeta old = write(SnapshotStore.open(first), 5, 3_000);
    FaultyDirectory whole = first.copy();
    int begin = whole.changes();
    SnapshotMeta next = write(SnapshotStore.open(whole), 9, 70_000);
    int changes = whole.changes() - begin;
    int fresh = 0;
    for (int cut = 0; cut <= changes; cut++) {
      for (int seed = 0; seed < 6; seed++) {
        FaultyDirectory disk = first.copy();
        disk.cutPowerAfter(disk.changes() + cut);
        crashWhileWriting(disk);
        disk.crash(loss, seed);

        SnapshotStore again = SnapshotStore.open(disk);

        assertThat(again.list())
            .as("cut %s seed %s", cut, seed)
            .isIn(List.of(old), List.of(next, old));
        fresh += again.list().size() - 1;
        assertThat(disk.list()).noneMatch(name -> name.endsWith(".new"));
        assertThat(write(again, 9, 70_000)).isEqualTo(next);
      }
    }
    assertThat(fresh).isPositive();
  }

  private static void crashWhileWriting(FaultyDirectory disk) {
    try {
      write(SnapshotStore.open(disk), 9, 70_000);
    } catch (PowerCut expected) {
      assertThat(expected).hasNoCause();
    }
  }

  @Test
  void everyFlippedByteIsFoundAtStartAndByWhoeverSendsIt() {
    FaultyDirectory whole = new FaultyDirectory();
    SnapshotMeta old = write(SnapshotStore.open(whole), 5, 10);
    SnapshotMeta newest = write(SnapshotStore.open(whole), 9, 1_000);
    for (int at = 0; at < newest.bytes(); at++) {
      FaultyDirectory disk = whole.copy();
      SnapshotStore running = SnapshotStore.open(disk);
      disk.overwrite(name(9), at, 0x10);

      if (at < newest.bytes() - 4) {
        assertThatThrownBy(() -> running.read(newest, 0, 1 << 20))
            .isInstanceOf(StorageException.class)
            .hasMessageContaining("is damaged at offset 0");
      }
      assertThat(SnapshotStore.open(disk).list()).as("byte %s", at).containsExactly(old);
      assertThat(disk.list()).contains(name(9) + ".damaged");
    }
  }

  @Test
  void aCutOrGrownFileIsSetAside() {
    FaultyDirectory whole = new FaultyDirectory();
    write(SnapshotStore.open(whole), 9, 1_000);
    byte[] bytes = whole.bytes(name(9));
    for (int length = 0; length <= bytes.length + 3; length++) {
      FaultyDirectory disk = whole.copy();
      disk.put(name(9), java.util.Arrays.copyOf(bytes, length));

      boolean same = length == bytes.length;
      assertThat(SnapshotStore.open(disk).list()).as("%s bytes", length).hasSize(same ? 1 : 0);
    }
  }

  @Test
  void whatIsSentInPiecesArrivesAsTheSameFile() {
    FaultyDirectory from = new FaultyDirectory();
    SnapshotStore sender = SnapshotStore.open(from);
    SnapshotMeta meta = write(sender, 7, 150_000);
    FaultyDirectory to = new FaultyDirectory();
    SnapshotStore receiver = SnapshotStore.open(to);

    send(sender, receiver, meta, 10_000);

    assertThat(receiver.finish(meta)).isTrue();
    assertThat(to.bytes(name(7))).isEqualTo(from.bytes(name(7)));
    assertThat(receiver.list()).containsExactly(meta);
    assertThat(parts(receiver, meta)).isEqualTo(partsOf(7, 150_000));
  }

  @Test
  void whatArrivesDamagedOrAsAnotherIsDropped() {
    FaultyDirectory from = new FaultyDirectory();
    SnapshotStore sender = SnapshotStore.open(from);
    SnapshotMeta meta = write(sender, 7, 1_000);
    SnapshotMeta other = new SnapshotMeta(meta.last(), MEMBERS, meta.bytes(), meta.checksum() + 1);
    FaultyDirectory to = new FaultyDirectory();
    SnapshotStore receiver = SnapshotStore.open(to);

    send(sender, receiver, meta, 100);
    to.overwrite("receiving.snapshot.new", 500, 1);

    assertThat(receiver.finish(meta)).isFalse();
    send(sender, receiver, meta, 100);
    assertThat(receiver.finish(other)).isFalse();
    assertThat(receiver.list()).isEmpty();
    send(sender, receiver, meta, 100);
    assertThat(receiver.finish(meta)).isTrue();
  }

  @Test
  void aFailedForceIsNotTakenForASnapshot() {
    FaultyDirectory disk = new FaultyDirectory();
    SnapshotStore store = SnapshotStore.open(disk);
    disk.failAt(Operation.FORCE, 1, "Input/output error");

    assertThatThrownBy(() -> write(store, 5, 10)).isInstanceOf(StorageException.class);
    assertThat(store.list()).isEmpty();
    assertThat(SnapshotStore.open(disk).list()).isEmpty();
  }

  @Test
  void theLatestTwoStayAndWhateverIsInUse() {
    FaultyDirectory disk = new FaultyDirectory();
    SnapshotStore store = SnapshotStore.open(disk);
    for (long index = 1; index <= 5; index++) {
      write(store, index, 10);
    }

    assertThat(store.release(new EntryId(2, 3))).isEqualTo(new EntryId(2, 3));
    assertThat(indexes(store)).containsExactly(5L, 4L, 3L);
    assertThat(store.release(new EntryId(2, 5))).isEqualTo(new EntryId(2, 4));
    assertThat(indexes(store)).containsExactly(5L, 4L);
    assertThat(disk.list()).containsExactly(name(4), name(5));
  }

  @Test
  void behindAMarkNoOlderSnapshotStays() {
    SnapshotStore store = SnapshotStore.open(new FaultyDirectory());
    write(store, 3, 10);
    store.mark(new EntryId(2, 5), MEMBERS, new EntryId(2, 4));

    assertThat(store.release(new EntryId(2, 5))).isEqualTo(new EntryId(2, 5));
    assertThat(indexes(store)).containsExactly(5L);
  }

  @Test
  void aMarkDoesNotTakeThePlaceOfAStateThatIsWritten() {
    FaultyDirectory disk = new FaultyDirectory();
    SnapshotStore store = SnapshotStore.open(disk);
    SnapshotMeta written = write(store, 5, 10);

    SnapshotMeta marked = store.mark(new EntryId(2, 5), MEMBERS, new EntryId(2, 4));

    assertThat(marked).isEqualTo(written);
    assertThat(parts(SnapshotStore.open(disk), written)).isEqualTo(partsOf(5, 10));
  }

  @Test
  void aStateIsThereOnlyIfItsMachineKnowsOfTheEntryThatItKept() {
    SnapshotStore store = SnapshotStore.open(new FaultyDirectory());
    SnapshotMeta mark = store.mark(new EntryId(2, 5), MEMBERS, new EntryId(2, 4));

    assertThat(KeptState.isThere(store, mark, EntryId.ZERO)).isFalse();
    assertThat(KeptState.isThere(store, mark, new EntryId(2, 3))).isFalse();
    assertThat(KeptState.isThere(store, mark, new EntryId(1, 4))).isFalse();
    assertThat(KeptState.isThere(store, mark, new EntryId(2, 4))).isTrue();
    assertThat(KeptState.isThere(store, mark, new EntryId(2, 9))).isTrue();
    assertThat(KeptState.isThere(store, write(store, 7, 10), EntryId.ZERO)).isTrue();
  }

  @Test
  void theLogGoesOnBehindAMarkOrBehindALaterEntryThatTheMachineKnowsOf() {
    SnapshotMeta mark = SnapshotMeta.kept(new EntryId(2, 5), MEMBERS);

    assertThat(KeptState.start(mark, new EntryId(2, 4))).isEqualTo(new EntryId(2, 5));
    assertThat(KeptState.start(mark, new EntryId(3, 9))).isEqualTo(new EntryId(3, 9));
    assertThat(KeptState.start(null, new EntryId(2, 4))).isEqualTo(new EntryId(2, 4));
  }

  private static List<Long> indexes(SnapshotStore store) {
    return store.list().stream().map(meta -> meta.last().index()).toList();
  }

  private static void send(
      SnapshotStore sender, SnapshotStore receiver, SnapshotMeta meta, int chunk) {
    long offset = 0;
    while (offset < meta.bytes()) {
      Bytes data = sender.read(meta, offset, chunk);
      receiver.store(new Store(meta, offset, data));
      offset += data.length();
    }
  }

  private static String name(long index) {
    return SnapshotFile.name(new EntryId(2, index));
  }

  private static SnapshotMeta write(SnapshotStore store, long index, int bytes) {
    StateMachine.Capture capture = sink -> partsOf(index, bytes).forEach(sink::write);
    return store.write(new EntryId(2, index), MEMBERS, capture);
  }

  private static List<Bytes> partsOf(long index, int bytes) {
    byte[] large = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      large[i] = (byte) (index + i % 251);
    }
    return List.of(Bytes.utf8("state after " + index), Bytes.EMPTY, Bytes.wrap(large));
  }

  private static List<Bytes> parts(SnapshotStore store, SnapshotMeta meta) {
    List<Bytes> parts = new ArrayList<>();
    store.open(
        meta,
        source -> {
          for (Bytes part = source.read(); part != null; part = source.read()) {
            parts.add(part);
          }
        });
    return parts;
  }
}
