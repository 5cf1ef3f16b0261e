package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import java.util.ArrayList;
import java.util.List;

/** Small logs for tests: segments of 8 KiB, made on the caller's own thread. */
final class WalFixture {
  static final Identity IDENTITY =
      new Identity(new ClusterId(0xc1), new NodeId(2), new IncarnationId(0x77));
  static final GroupId GROUP = new GroupId(0);
  static final WalConfig CONFIG = new WalConfig(8192, 4096);
  static final String FIRST = SegmentFile.name(1);
  static final String SECOND = SegmentFile.name(2);
  static final String THIRD = SegmentFile.name(3);

  private WalFixture() {}

  /** A disk with an empty log. */
  static FaultyDirectory formatted() {
    FaultyDirectory disk = new FaultyDirectory();
    SegmentFile.create(disk, IDENTITY, 1, CONFIG.segmentBytes()).close();
    return disk;
  }

  static Wal open(Directory disk) {
    return open(disk, GROUP, false);
  }

  /** The same where there are snapshots. */
  static Wal openCut(Directory disk) {
    return open(disk, GROUP, true);
  }

  static Wal open(Directory disk, GroupId group, boolean mayBeCut) {
    return Wal.open(disk, IDENTITY, group, CONFIG, new SliceCodec(), Runnable::run, mayBeCut);
  }

  static Ready.Persist vote(long term, long node) {
    return new Ready.Persist(1, new HardState(term, new NodeId(node)), null);
  }

  /** Entries {@code from..to} of a term, each of {@code bytes} bytes that are never zero. */
  static LogSlice slice(EntryId prev, long term, int count, int bytes) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      EntryId id = new EntryId(term, prev.index() + i);
      entries.add(new Entry(id, new Payload.Command(content(id, bytes))));
    }
    return new LogSlice(prev, entries);
  }

  private static Bytes content(EntryId id, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (1 + (31 * id.index() + 7 * id.term() + i) % 255);
    }
    return Bytes.wrap(bytes);
  }

  static Ready.Persist append(EntryId prev, long term, int count, int bytes) {
    return new Ready.Persist(1, null, slice(prev, term, count, bytes));
  }

  /** The whole log. */
  static List<Entry> entries(Wal wal) {
    return wal.last().index() == 0 ? List.of() : wal.read(1, wal.last().index(), Long.MAX_VALUE);
  }
}
