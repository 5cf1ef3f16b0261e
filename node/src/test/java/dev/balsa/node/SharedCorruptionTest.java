package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.SharedLog;
import dev.balsa.node.wal.Wal;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * As {@link CorruptionTest}, for a log of many groups: every byte is damaged in several ways. Of no
 * group may an entry, a term or a vote be lost or changed without a word, no group may be
 * forgotten, and none that was removed may come back.
 */
class SharedCorruptionTest {
  private static final GroupId BUSY = new GroupId(1);
  private static final GroupId IDLE = new GroupId(2);
  private static final GroupId GONE = new GroupId(3);
  private static final GroupId LATE = new GroupId(4);

  /** How many entries the last write has. */
  private static final int LAST_WRITE = 3;

  /** What became of it, the worst of all groups. */
  private enum Outcome {
    UNCHANGED,
    /** What some groups lack is known, to be got from the peers; all else is as it was. */
    TO_BE_REPAIRED,
    /** The same, but of one or more not even term and vote are known, and they know that. */
    VOTE_LOST,
    /** The last write of a node that was killed looks as if it had been cut off, and is cut. */
    LAST_WRITE_CUT,
    REFUSED
  }

  /** All that a node promised to remember of a group. */
  private record Memory(
      Bytes charter,
      HardState hardState,
      EntryId base,
      EntryId last,
      List<Entry> entries,
      @Nullable EntryId lost,
      boolean voteLost) {
    Memory {
      entries = List.copyOf(entries);
    }
  }

  private final Set<Entry> written = new HashSet<>(); // whatever the groups ever held
  private int hit; // groups that lost something, in all cases

  @Test
  void noDamagedByteIsTakenForTheTruthAfterACleanEnd() {
    FaultyDirectory disk = life(true);

    Map<Outcome, Integer> counts =
        damage(EveryByte.of(disk), "corruption of a shared log after a clean end");

    assertThat(counts.get(Outcome.UNCHANGED)).isGreaterThan(15_000);
    assertThat(counts.get(Outcome.TO_BE_REPAIRED)).isGreaterThan(10_000);
    assertThat(counts).doesNotContainKey(Outcome.LAST_WRITE_CUT);
    assertThat(hit).isLessThan(2 * counts.getOrDefault(Outcome.TO_BE_REPAIRED, 0));
  }

  /** The end of a log that was not closed is where damage and a write cut off are alike. */
  @Test
  void afterAKillOnlyDamageWithinTheLastWriteIsTakenForAWriteThatWasCutOff() {
    FaultyDirectory disk = life(false);

    Map<Outcome, Integer> counts =
        damage(EveryByte.ofLastSegment(disk), "corruption of a shared log after a kill");

    assertThat(counts.get(Outcome.TO_BE_REPAIRED)).isGreaterThan(1_000);
    assertThat(counts.get(Outcome.REFUSED)).isGreaterThan(1_000);
    assertThat(counts.get(Outcome.VOTE_LOST)).isPositive();
    assertThat(counts.get(Outcome.LAST_WRITE_CUT)).isPositive();
  }

  private Map<Outcome, Integer> damage(EveryByte cases, String about) {
    SortedMap<GroupId, Memory> whole = read(cases.disk().copy());
    return cases.judged(
        Outcome.class, about, (damaged, name, what) -> judge(damaged, whole, name, what));
  }

  private Outcome judge(
      FaultyDirectory disk, SortedMap<GroupId, Memory> whole, String name, String what) {
    SortedMap<GroupId, Memory> found;
    try {
      found = read(disk);
    } catch (StorageException e) {
      EveryByte.requireNamed(e, name, what);
      return Outcome.REFUSED;
    }
    if (found.equals(whole)) {
      return Outcome.UNCHANGED;
    }
    if (found.equals(withoutLastWrite(whole))) {
      return Outcome.LAST_WRITE_CUT;
    }
    assertThat(found.keySet()).as(what).isEqualTo(whole.keySet());
    Outcome worst = Outcome.UNCHANGED;
    for (GroupId id : found.keySet()) {
      Outcome group = judge(memory(found, id), memory(whole, id), what + ", group " + id);
      hit += group == Outcome.UNCHANGED ? 0 : 1;
      worst = group.compareTo(worst) > 0 ? group : worst;
    }
    disk.crash(Loss.ALL, 1);
    assertThat(read(disk)).as("%s, at the next start", what).isEqualTo(found);
    return worst;
  }

  private static Memory memory(SortedMap<GroupId, Memory> memories, GroupId id) {
    return Objects.requireNonNull(memories.get(id), "a group");
  }

  private Outcome judge(Memory found, Memory whole, String what) {
    if (found.equals(whole)) {
      return Outcome.UNCHANGED;
    }
    if (found.voteLost()) {
      return Outcome.VOTE_LOST;
    }
    EntryId lost = found.lost();
    boolean promises = lost != null && lost.compareTo(whole.last()) >= 0;
    if (!promises
        || !found.hardState().equals(whole.hardState())
        || !found.charter().equals(whole.charter())
        || !written.containsAll(found.entries())) {
      throw new AssertionError("%s: %s instead of %s".formatted(what, found, whole));
    }
    return Outcome.TO_BE_REPAIRED;
  }

  private static SortedMap<GroupId, Memory> withoutLastWrite(SortedMap<GroupId, Memory> whole) {
    SortedMap<GroupId, Memory> rest = new TreeMap<>(whole);
    Memory busy = memory(whole, BUSY);
    List<Entry> entries = busy.entries().subList(0, busy.entries().size() - LAST_WRITE);
    rest.put(
        BUSY,
        new Memory(
            busy.charter(),
            busy.hardState(),
            busy.base(),
            entries.getLast().id(),
            entries,
            null,
            false));
    return rest;
  }

  private static SharedLog open(FaultyDirectory disk) {
    return DataDirectory.open(
            disk, new ClusterId(7), new NodeId(2), new WalConfig(8192, 4096), () -> 0x77)
        .openLog(new SliceCodec(), Runnable::run);
  }

  /** Reads a disk as a node does. */
  private static SortedMap<GroupId, Memory> read(FaultyDirectory disk) {
    SortedMap<GroupId, Memory> memories = new TreeMap<>();
    try (SharedLog log = open(disk)) {
      assertThat(log.isRetired(GONE)).isTrue();
      log.groups().forEach((id, wal) -> memories.put(id, memory(wal)));
    }
    return memories;
  }

  private static Memory memory(Wal wal) {
    long first = wal.base().index() + 1;
    return new Memory(
        wal.charter(),
        wal.isVoteLost() ? HardState.INITIAL : wal.restored().hardState(),
        wal.base(),
        wal.last(),
        wal.last().index() < first
            ? List.of()
            : wal.read(first, wal.last().index(), Long.MAX_VALUE),
        wal.lost(),
        wal.isVoteLost());
  }

  /** A log whose first segments are gone, with a group that was copied, and replaced entries. */
  private FaultyDirectory life(boolean cleanEnd) {
    FaultyDirectory disk = new FaultyDirectory();
    SharedLog log = open(disk);
    Wal busy = log.found(BUSY, Bytes.utf8("busy"));
    Wal idle = log.found(IDLE, Bytes.utf8("idle"));
    vote(idle, 1, 1);
    append(idle, EntryId.ZERO, 1, 3, 60);
    log.found(GONE, Bytes.EMPTY);
    vote(busy, 1, 3);
    for (int i = 0; i < 30; i++) {
      append(busy, i == 0 ? EntryId.ZERO : new EntryId(1, i), 1, 1, 500);
      log.force();
      busy.release(new EntryId(1, Math.max(1, i)));
    }
    assertThat(disk.list()).doesNotContain("0000000000000001.wal");
    log.retire(GONE);
    Wal late = log.found(LATE, Bytes.utf8("late"));
    vote(late, 2, 2);
    append(late, EntryId.ZERO, 2, 2, 200);
    log.force();
    append(busy, new EntryId(1, 30), 1, 4, 300);
    log.force();
    vote(busy, 3, 2);
    append(busy, new EntryId(1, 32), 3, 6, 300);
    vote(late, 3, 1);
    append(idle, new EntryId(1, 3), 1, 2, 40);
    log.force();
    append(busy, new EntryId(3, 38), 3, LAST_WRITE, 60);
    log.force();
    if (cleanEnd) {
      log.close();
    }
    return disk;
  }

  private static void vote(Wal wal, long term, long node) {
    wal.append(new Ready.Persist(1, new HardState(term, new NodeId(node)), null));
  }

  private void append(Wal wal, EntryId prev, long term, int count, int bytes) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      byte[] content = new byte[bytes];
      Arrays.fill(content, (byte) (term * 16 + i));
      EntryId id = new EntryId(term, prev.index() + i);
      entries.add(new Entry(id, new Payload.Command(Bytes.wrap(content))));
    }
    written.addAll(entries);
    wal.append(new Ready.Persist(1, null, new LogSlice(prev, entries)));
  }
}
