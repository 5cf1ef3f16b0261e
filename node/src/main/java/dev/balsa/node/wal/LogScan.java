package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.RecordHeader.Place;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a log record by record as it lies on the disk, for tools: what does not check out is told
 * and passed over, and nothing is decided or changed. What a node makes of the same bytes is {@link
 * Recovery}'s to say.
 */
public final class LogScan {
  private static final int RECORD_STEP = 64;

  private final Directory directory;
  private final Identity identity;
  private final Consumer<Found> sink;

  /**
   * Where something was found.
   *
   * @param file its path
   * @param segment the segment's number
   * @param offset in it, in bytes
   */
  public record Spot(String file, long segment, long offset) {}

  /** What stands in a log, in the order of its bytes. */
  public sealed interface Found {
    /** Where. */
    Spot spot();

    /**
     * A record that checks out.
     *
     * @param number counts over all segments
     * @param group whose it is; 0 for what a log of many groups says of all of them
     */
    record Valid(Spot spot, long number, long group, Content content) implements Found {}

    /**
     * Bytes that are no record, or one that does not check out.
     *
     * @param bytes up to the next record that does, or the segment's end
     */
    record Damaged(Spot spot, long bytes, String what) implements Found {}

    /** Zeros up to the segment's end. */
    record Free(Spot spot, long bytes) implements Found {}
  }

  /** What a record says. */
  public sealed interface Content {
    /** Term and vote. */
    record Term(HardState hardState) implements Content {}

    /** Entries, which replace whatever followed the one before them. */
    record Entries(LogSlice slice) implements Content {}

    /** All before was forced. */
    record Mark() implements Content {}

    /** A snapshot stands for all entries up to {@code at}. */
    record Restart(EntryId at) implements Content {}

    /** How all groups of a log of many stand where a segment begins. */
    record Groups(List<Standing> standings, List<GroupId> retired) implements Content {}

    /**
     * A group of a log of many begins, empty.
     *
     * @param charter what the node keeps with it; its founding membership, in {@link
     *     dev.balsa.node.codec.MembershipCodec}'s form
     */
    record Founded(Bytes charter) implements Content {}

    /** The record's group is gone, and its id is never used again. */
    record Retired() implements Content {}

    /** Entries that the log held before, written once more as they are. */
    record Copied(LogSlice slice) implements Content {}
  }

  /**
   * How one group stood.
   *
   * @param base the entry before the first one in its log
   * @param last the last entry in its log
   */
  public record Standing(GroupId group, HardState hardState, EntryId base, EntryId last) {}

  /** Whether {@code directory} holds a log of many groups, as far as its records tell. */
  public static boolean isOfMany(Directory directory, Identity identity) {
    boolean[] many = {false};
    of(
        directory,
        identity,
        found -> many[0] |= found instanceof Found.Valid record && isOfMany(record.content()));
    return many[0];
  }

  private static boolean isOfMany(Content content) {
    return switch (content) {
      case Content.Term term -> false;
      case Content.Entries entries -> false;
      case Content.Mark mark -> false;
      case Content.Restart restart -> false;
      case Content.Groups groups -> true;
      case Content.Founded founded -> true;
      case Content.Retired retired -> true;
      case Content.Copied copied -> true;
    };
  }

  private LogScan(Directory directory, Identity identity, Consumer<Found> sink) {
    this.directory = directory;
    this.identity = identity;
    this.sink = sink;
  }

  /**
   * Tells {@code sink} all that stands in the log of {@code directory}.
   *
   * @throws StorageException if the disk fails
   */
  public static void of(Directory directory, Identity identity, Consumer<Found> sink) {
    List<String> names = directory.list().stream().filter(SegmentFile::isSegment).toList();
    LogScan scan = new LogScan(directory, identity, sink);
    names.forEach(scan::segment);
  }

  private void segment(String name) {
    SegmentFile segment;
    try {
      segment = SegmentFile.open(directory, identity, name);
    } catch (StorageException e) {
      Spot spot = new Spot(directory.path(name), SegmentFile.number(name), 0);
      sink.accept(new Found.Damaged(spot, 0, String.valueOf(e.getMessage())));
      return;
    }
    try (segment) {
      walk(segment, new SegmentReader(segment.file()));
    }
  }

  private void walk(SegmentFile segment, SegmentReader reader) {
    long at = SegmentFile.BLOCK_BYTES;
    while (at + RecordHeader.BYTES <= segment.size()) {
      Spot spot = new Spot(segment.file().path(), segment.number(), at);
      ByteBuffer bytes = reader.view(at, RecordHeader.BYTES);
      if (RecordHeader.isValid(bytes, place(segment, at))) {
        at += record(segment, reader, spot, RecordHeader.read(bytes));
      } else if (reader.isZero(at)) {
        sink.accept(new Found.Free(spot, segment.size() - at));
        return;
      } else {
        long next = next(segment, reader, at);
        sink.accept(new Found.Damaged(spot, next - at, "no record checks out here"));
        at = next;
      }
    }
  }

  private Place place(SegmentFile segment, long offset) {
    return new Place(identity.incarnation().value(), segment.number(), offset);
  }

  private long next(SegmentFile segment, SegmentReader reader, long damaged) {
    long at = damaged + RECORD_STEP;
    while (at + RecordHeader.BYTES <= segment.size()
        && !RecordHeader.isValid(reader.view(at, RecordHeader.BYTES), place(segment, at))) {
      at += RECORD_STEP;
    }
    return Math.min(at, segment.size());
  }

  /** Tells of the record whose header checks out, and returns how many bytes it takes. */
  private long record(SegmentFile segment, SegmentReader reader, Spot spot, RecordHeader header) {
    long left = segment.size() - spot.offset();
    if (header.length() < 0
        || header.length() > Integer.MAX_VALUE - SegmentFile.BLOCK_BYTES
        || header.recordBytes() > left) {
      sink.accept(new Found.Damaged(spot, left, "the record is longer than the segment"));
      return left;
    }
    ByteBuffer rest =
        reader.view(
            spot.offset() + RecordHeader.BYTES, (int) (header.recordBytes() - RecordHeader.BYTES));
    if (!RecordBody.isValid(header, rest)) {
      sink.accept(
          new Found.Damaged(
              spot,
              header.recordBytes(),
              "the body of record %d does not check out".formatted(header.number())));
      return header.recordBytes();
    }
    byte[] body = new byte[header.length()];
    rest.get(0, body);
    try {
      Content content = content(header.type(), body);
      sink.accept(new Found.Valid(spot, header.number(), header.group().value(), content));
    } catch (MalformedException e) {
      sink.accept(
          new Found.Damaged(
              spot,
              header.recordBytes(),
              "record %d is none that this version writes: %s"
                  .formatted(header.number(), e.getMessage())));
    }
    return header.recordBytes();
  }

  private static Content content(byte type, byte[] body) throws MalformedException {
    return switch (type) {
      case RecordHeader.HARD_STATE -> new Content.Term(RecordBody.hardState(body));
      case RecordHeader.ENTRIES -> new Content.Entries(SliceCodec.parse(body, 0, body.length));
      case RecordHeader.MARK -> new Content.Mark();
      case RecordHeader.RESTART -> new Content.Restart(RecordBody.entryId(body));
      case RecordHeader.GROUPS -> groups(GroupsRecord.read(body));
      case RecordHeader.FOUNDED -> new Content.Founded(Bytes.wrap(body));
      case RecordHeader.RETIRED -> new Content.Retired();
      case RecordHeader.COPIED -> new Content.Copied(SliceCodec.parse(body, 0, body.length));
      default -> throw new MalformedException("record type " + type);
    };
  }

  private static Content groups(GroupsRecord record) {
    return new Content.Groups(
        record.standings().stream()
            .map(it -> new Standing(it.group(), it.hardState(), it.base(), it.last()))
            .toList(),
        record.retired());
  }
}
