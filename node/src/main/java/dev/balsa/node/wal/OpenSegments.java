package dev.balsa.node.wal;

import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.DiskFile;
import dev.balsa.raft.InvariantViolation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The segments that a log holds open, by number. Owned by the log's thread. */
final class OpenSegments {
  /** How many one call may delete, so that nobody waits long; the next one goes on. */
  private static final int DELETIONS_MAX = 4;

  private final Directory directory;
  private final TreeMap<Long, SegmentFile> segments = new TreeMap<>();
  private long bytes; // for records, in all

  OpenSegments(Directory directory, List<SegmentFile> found) {
    this.directory = directory;
    found.forEach(this::add);
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

  DiskFile file(long number) {
    SegmentFile segment = segments.get(number);
    if (segment == null) {
      throw new InvariantViolation("segment %d is not open".formatted(number));
    }
    return segment.file();
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
