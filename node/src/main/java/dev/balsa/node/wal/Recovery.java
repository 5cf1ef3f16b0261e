package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.RecordHeader.Found;
import dev.balsa.node.wal.RecordHeader.Place;
import dev.balsa.node.wal.Replay.Where;
import dev.balsa.raft.GroupId;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log back. At the first record that does not check out, one of these applies:
 *
 * <pre>
 *   found there             a later segment   a later record says    answer
 *                           is in use         this one was forced
 *   zeros up to the end     no                (none)                 CLEAN
 *   zeros up to the end     yes               (none)                 go on there, numbers must match
 *   anything else           yes               any                    DAMAGED_BEFORE_TAIL
 *   anything else           no                yes                    DAMAGED_BEFORE_TAIL
 *   a mark written in full  no                (none)                 MARK_CUT
 *   written in full         no                no                     DAMAGED_AT_TAIL
 *   a sector or end missing no                no                     TORN_TAIL_CUT
 * </pre>
 *
 * <p>A later segment is in use only after all before it was forced. A read error is never an end of
 * the log: it ends recovery.
 *
 * <p>What was read is not yet what is durable: after a kill, the kernel may hold bytes that never
 * reached the disk, and after a failed force it may think they did. So whatever is not known to
 * have been forced is written once more as it is, and forced, before anyone builds on it.
 */
final class Recovery {
  /**
   * A log ready to be continued.
   *
   * @param replay all groups and their logs
   * @param segments in order; the last one is continued at {@code tail}
   * @param unused a prepared segment after the last, or none
   * @param nextNumber the number of the next record; all before are durable
   */
  record Recovered(
      Replay replay,
      List<SegmentFile> segments,
      List<SegmentFile> unused,
      long tail,
      long nextNumber,
      RecoveryReport report) {}

  private record Unproven(long number, long offset) {}

  private final Directory directory;
  private final Identity identity;
  private final Replay replay;
  private final Deque<Unproven> unproven = new ArrayDeque<>();
  private RecoveryReport report;
  private long nextNumber = 1;
  private @Nullable RecordHeader before; // that of the latest record read
  private final boolean mayBeCut;

  private Recovery(
      Directory directory, Identity identity, @Nullable GroupId only, boolean mayBeCut) {
    this.directory = directory;
    this.identity = identity;
    this.replay = new Replay(only);
    this.mayBeCut = mayBeCut;
    this.report = new RecoveryReport(RecoveryCase.EMPTY, directory.path(""), 0);
  }

  /**
   * Reads the log of {@code directory}.
   *
   * @param only its one group, or null if it may have many
   * @param mayBeCut whether there are snapshots, so that the first segments may have been deleted
   */
  static Recovered run(
      Directory directory, Identity identity, @Nullable GroupId only, boolean mayBeCut) {
    return new Recovery(directory, identity, only, mayBeCut).recover();
  }

  private Recovered recover() {
    List<SegmentFile> segments = new ArrayList<>();
    try {
      for (String name : segmentNames()) {
        segments.add(SegmentFile.open(directory, identity, name));
      }
      return replay(segments);
    } catch (StorageException e) {
      segments.forEach(SegmentFile::close);
      throw e;
    }
  }

  private Recovered replay(List<SegmentFile> segments) {
    int used = segments.size();
    while (used > 1 && isUnused(segments.get(used - 1))) {
      used--;
    }
    long tail = 0;
    for (int i = 0; i < used; i++) {
      unproven.clear();
      tail = walk(segments.get(i), i + 1 < used);
    }
    if (replay.isCut() && !mayBeCut) {
      throw RecoveryCase.SEGMENT_MISSING.refuse(
          directory.path(SegmentFile.name(segments.getFirst().number() - 1)),
          0,
          "the first one found is %s".formatted(SegmentFile.name(segments.getFirst().number())));
    }
    replay.end(new Where(segments.get(used - 1), tail));
    harden(segments.get(used - 1), tail);
    for (SegmentFile surplus :
        segments.subList(Math.min(used + 1, segments.size()), segments.size())) {
      surplus.close();
      directory.delete(SegmentFile.name(surplus.number()));
    }
    directory.force();
    return new Recovered(
        replay,
        List.copyOf(segments.subList(0, used)),
        List.copyOf(segments.subList(used, Math.min(used + 1, segments.size()))),
        tail,
        nextNumber,
        report);
  }

  private static boolean isUnused(SegmentFile segment) {
    return new SegmentReader(segment.file()).isZero(SegmentFile.BLOCK_BYTES);
  }

  /** Removes what was never finished, and refuses a gap. */
  private List<String> segmentNames() {
    List<String> names = new ArrayList<>();
    for (String name : directory.list()) {
      if (SegmentFile.isTemporary(name)) {
        remove(name);
      } else if (SegmentFile.isSegment(name)) {
        names.add(name);
      }
    }
    while (names.size() > 1 && SegmentFile.isHalfCreated(directory, names.getLast())) {
      remove(names.removeLast());
    }
    if (names.isEmpty()) {
      throw RecoveryCase.LOG_MISSING.refuse(
          directory.path(""), 0, "no segment found, %s wanted".formatted(SegmentFile.name(1)));
    }
    long first = SegmentFile.number(names.getFirst());
    if (first > 1) {
      replay.cut();
    }
    for (int i = 0; i < names.size(); i++) {
      if (SegmentFile.number(names.get(i)) != first + i) {
        throw RecoveryCase.SEGMENT_MISSING.refuse(
            directory.path(SegmentFile.name(first + i)),
            0,
            "the next one found is %s".formatted(names.get(i)));
      }
    }
    return names;
  }

  private void remove(String name) {
    directory.delete(name);
    report = new RecoveryReport(RecoveryCase.HALF_CREATED_REMOVED, directory.path(name), 0);
  }

  /** Replays a segment and returns where its records end. */
  private long walk(SegmentFile segment, boolean sealed) {
    SegmentReader reader = new SegmentReader(segment.file());
    long at = SegmentFile.BLOCK_BYTES;
    while (at + RecordHeader.BYTES <= segment.size()) {
      ByteBuffer bytes = reader.view(at, RecordHeader.BYTES);
      Found found = RecordHeader.judge(bytes, place(segment, at), nextNumber);
      if (found != Found.VALID) {
        end(segment, reader, at, found, sealed);
        return at;
      }
      RecordHeader header = RecordHeader.read(bytes);
      check(segment, at, header);
      ByteBuffer rest =
          reader.view(at + RecordHeader.BYTES, (int) (header.recordBytes() - RecordHeader.BYTES));
      if (!RecordBody.isValid(header, rest)) {
        Found body = RecordBody.isPartial(header, rest, at) ? Found.PARTIAL : Found.DAMAGED;
        end(segment, reader, at, body, sealed);
        return at;
      }
      byte[] body = new byte[header.length()];
      rest.get(0, body);
      replay.take(header, body, new Where(segment, at));
      while (!unproven.isEmpty() && unproven.getFirst().number() <= header.durable()) {
        unproven.removeFirst();
      }
      unproven.addLast(new Unproven(nextNumber, at));
      before = header;
      nextNumber++;
      at += header.recordBytes();
    }
    found(RecoveryCase.CLEAN, segment, at);
    return at;
  }

  private Place place(SegmentFile segment, long offset) {
    return new Place(identity.incarnation().value(), segment.number(), offset);
  }

  /** Checks a valid header against what must stand there. */
  private void check(SegmentFile segment, long at, RecordHeader header) {
    String path = segment.file().path();
    long left = segment.size() - at;
    if (header.length() < 0
        || header.length() > Integer.MAX_VALUE - 4096
        || header.recordBytes() > left) {
      throw RecoveryCase.RECORD_TOO_LONG.refuse(
          path,
          at,
          "%s bytes found, %d are left".formatted(Integer.toUnsignedString(header.length()), left));
    }
    if (nextNumber == 1 && replay.isCut()) {
      nextNumber = header.number();
    }
    if (header.number() != nextNumber) {
      throw RecoveryCase.RECORD_OUT_OF_ORDER.refuse(
          path, at, "record %d found, record %d wanted".formatted(header.number(), nextNumber));
    }
    replay.check(header, new Where(segment, at));
  }

  /** Decides what the first record that does not check out means: the table above. */
  private void end(
      SegmentFile segment, SegmentReader reader, long at, Found found, boolean sealed) {
    if (found == Found.FREE && reader.isZero(at)) {
      found(nextNumber == 1 ? RecoveryCase.EMPTY : RecoveryCase.CLEAN, segment, at);
      return;
    }
    if (!sealed && found == Found.DAMAGED && isLastMark(segment, reader, at)) {
      report = new RecoveryReport(RecoveryCase.MARK_CUT, segment.file().path(), at);
      return;
    }
    String detail = "record %d wanted, %s found".formatted(nextNumber, words(found));
    if (sealed || laterRecordProvesForce(segment, reader, at)) {
      throw damaged(RecoveryCase.DAMAGED_BEFORE_TAIL, segment, at, detail);
    }
    if (found == Found.DAMAGED) {
      throw damaged(RecoveryCase.DAMAGED_AT_TAIL, segment, at, detail);
    }
    report = new RecoveryReport(RecoveryCase.TORN_TAIL_CUT, segment.file().path(), at);
  }

  private boolean isLastMark(SegmentFile segment, SegmentReader reader, long at) {
    RecordHeader last = before;
    long end = at + DamagedMark.BYTES;
    return last != null
        && end <= segment.size()
        && DamagedMark.is(reader.view(at, DamagedMark.BYTES), last, place(segment, at))
        && reader.isZero(end);
  }

  private StorageException damaged(RecoveryCase what, SegmentFile segment, long at, String detail) {
    String path = segment.file().path();
    return replay.isOfMany() ? what.refuseMany(path, at, detail) : what.refuse(path, at, detail);
  }

  private static String words(Found found) {
    return switch (found) {
      case VALID -> "a valid record";
      case FREE -> "zeros with other bytes behind them";
      case PARTIAL -> "a part of a record";
      case DAMAGED -> "a record with a wrong checksum";
    };
  }

  private void found(RecoveryCase what, SegmentFile segment, long at) {
    if (report.found() != RecoveryCase.HALF_CREATED_REMOVED) {
      report = new RecoveryReport(what, segment.file().path(), at);
    }
  }

  private boolean laterRecordProvesForce(SegmentFile segment, SegmentReader reader, long at) {
    for (long p = at; p + RecordHeader.BYTES <= segment.size(); p += 64) {
      ByteBuffer bytes = reader.view(p, RecordHeader.BYTES);
      if (RecordHeader.looksWhole(bytes)
          && RecordHeader.read(bytes).durable() >= nextNumber
          && (RecordHeader.isValid(bytes, place(segment, p)) || isMisplaced(segment, bytes))) {
        return true;
      }
    }
    return false;
  }

  /** Whether this header belongs elsewhere in the segment, as after writes that went astray. */
  private boolean isMisplaced(SegmentFile segment, ByteBuffer bytes) {
    for (long p = SegmentFile.BLOCK_BYTES; p + RecordHeader.BYTES <= segment.size(); p += 64) {
      if (RecordHeader.isValid(bytes, place(segment, p))) {
        return true;
      }
    }
    return false;
  }

  /** Makes true on the disk what was read, and nothing after it. */
  private void harden(SegmentFile segment, long tail) {
    if (!unproven.isEmpty()) {
      copy(segment, unproven.getFirst().offset(), tail);
    }
    if (report.found().isCut()) {
      zero(segment, tail);
    }
    segment.file().force();
  }

  private static void copy(SegmentFile segment, long from, long to) {
    SegmentReader reader = new SegmentReader(segment.file());
    for (long at = from; at < to; at += SegmentFile.BLOCK_BYTES) {
      int count = (int) Math.min(to - at, SegmentFile.BLOCK_BYTES);
      segment.file().write(reader.view(at, count), at);
    }
  }

  /** Overwrites all from {@code from} on, without a force. */
  static void zero(SegmentFile segment, long from) {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(1 << 18, segment.size() - from));
    for (long at = from; at < segment.size(); at += zeros.limit()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), segment.size() - at));
      segment.file().write(zeros, at);
    }
  }
}
