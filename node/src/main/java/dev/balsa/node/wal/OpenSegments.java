package dev.balsa.node.wal;

import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.DiskFile;
import dev.balsa.node.wal.RecordHeader.Place;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.InvariantViolation;
import dev.balsa.raft.LogSlice;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The segments that a log holds open, by number. Owned by the log's thread. */
final class OpenSegments {
  /** How many one call may delete, so that nobody waits long; the next one goes on. */
  private static final int DELETIONS_MAX = 4;

  private final Directory directory;
  private final long incarnation;
  private final TreeMap<Long, SegmentFile> segments = new TreeMap<>();
  private long bytes; // for records, in all

  /**
   * Those found.
   *
   * @param incarnation of their data directory
   */
  OpenSegments(Directory directory, long incarnation, List<SegmentFile> found) {
    this.directory = directory;
    this.incarnation = incarnation;
    found.forEach(this::add);
  }

  /** All that {@code directory} holds, without a look at their first blocks. */
  static OpenSegments unchecked(Directory directory, long incarnation) {
    OpenSegments all = new OpenSegments(directory, incarnation, List.of());
    for (String name : directory.list()) {
      if (SegmentFile.isSegment(name)) {
        DiskFile file = directory.open(name);
        all.add(new SegmentFile(file, SegmentFile.number(name), file.size()));
      }
    }
    return all;
  }

  void add(SegmentFile segment) {
    segments.put(segment.number(), segment);
    bytes += segment.size() - SegmentFile.BLOCK_BYTES;
  }

  /** How many there are. */
  int count() {
    return segments.size();
  }

  /** How many bytes there are for records in all of them. */
  long bytes() {
    return bytes;
  }

  /** The number of the oldest one. */
  long first() {
    return segments.firstKey();
  }

  /** The entries of the record that a slot of {@code index} names, checked. */
  LogSlice read(LogIndex index, int slot) {
    long number = index.segment(slot);
    SegmentFile segment = segments.get(number);
    if (segment == null) {
      throw new InvariantViolation("segment %d is not open".formatted(number));
    }
    return RecordBody.readSlice(segment.file(), new Place(incarnation, number, index.offset(slot)));
  }

  /** What of these entries still counts: neither overwritten nor let go of since. */
  LogSlice held(LogState state, int slot) {
    LogIndex index = state.index();
    LogSlice slice = read(index, slot);
    long first = slice.prev().index() + 1;
    int from = (int) (index.first(slot) - first);
    long end = Math.min(index.end(slot), state.last().index() + 1);
    EntryId prev = from == 0 ? slice.prev() : slice.entries().get(from - 1).id();
    return new LogSlice(prev, slice.entries().subList(from, (int) (end - first)));
  }

  /** Deletes segments before that of this number, one after the other: a crash leaves no gap. */
  void deleteBefore(long first) {
    for (int i = 0; i < DELETIONS_MAX && segments.firstKey() < first; i++) {
      Map.Entry<Long, SegmentFile> oldest = segments.pollFirstEntry();
      bytes -= oldest.getValue().size() - SegmentFile.BLOCK_BYTES;
      oldest.getValue().close();
      directory.delete(SegmentFile.name(oldest.getKey()));
      directory.force();
    }
  }

  void close() {
    segments.values().forEach(SegmentFile::close);
  }
}
