package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.RecordHeader.Place;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a log that {@link Recovery} refused, past the damage: changes nothing. Every
 * record's header is bound to its place, so an intact one behind the damage is what was written
 * there last.
 */
final class DamagedWalk {
  private final Directory directory;
  private final Identity identity;
  private final Visitor visitor;

  private long nextNumber; // 0 if any may come
  private @Nullable RecordHeader before; // that of the latest record, if nothing is lost since
  private long damagedSegment; // 0 while no damage was met
  private long damagedOffset;

  /** How records are lost, headers and all. */
  enum Gap {
    /** The first record of a segment, which says how all stood, and no other. */
    BEGINNING,
    /** Some, in whose place stand bytes that are no record. */
    SEEN,
    /** Some, as the next one's number tells, though nothing looks damaged. */
    UNSEEN
  }

  /** Who is told what stands there, in order; says false to what no damage explains. */
  interface Visitor {
    /** Records are lost. */
    boolean lost(Gap gap);

    /** A record's header is intact, its body is not. */
    boolean headerOnly(RecordHeader header);

    /**
     * A record is as it was written.
     *
     * @throws MalformedException if it is of no kind that this version writes
     */
    boolean intact(RecordHeader header, byte[] body, Place place) throws MalformedException;
  }

  DamagedWalk(Directory directory, Identity identity, Visitor visitor) {
    this.directory = directory;
    this.identity = identity;
    this.visitor = visitor;
  }

  /** Goes through all segments; false if something stands there that no damage explains. */
  boolean run() {
    List<String> names = directory.list().stream().filter(SegmentFile::isSegment).toList();
    nextNumber = names.isEmpty() || SegmentFile.number(names.getFirst()) > 1 ? 0 : 1;
    for (int i = 0; i < names.size(); i++) {
      if (SegmentFile.number(names.get(i)) != SegmentFile.number(names.getFirst()) + i
          || !look(names.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether any damage was met so far. */
  boolean isDamaged() {
    return damagedSegment > 0;
  }

  /** The number of the segment where the damage begins. */
  long damagedSegment() {
    return damagedSegment;
  }

  /** Where in it, in bytes; 0 if its first block is damaged. */
  long damagedOffset() {
    return damagedOffset;
  }

  /** Looks through one segment; false if it is none of this log's, which no damage explains. */
  private boolean look(String name) {
    try (SegmentFile unchecked = SegmentFile.openDamaged(directory, name)) {
      if (unchecked != null) {
        damaged(unchecked.number(), 0);
        return walk(unchecked);
      }
    }
    SegmentFile segment;
    try {
      segment = SegmentFile.open(directory, identity, name);
    } catch (StorageException e) {
      return false;
    }
    try (segment) {
      return walk(segment);
    }
  }

  private boolean walk(SegmentFile segment) {
    SegmentReader reader = new SegmentReader(segment.file());
    long at = SegmentFile.BLOCK_BYTES;
    long gap = 0; // where the bytes before this place begin that are no record; 0 if there are none
    while (at + RecordHeader.BYTES <= segment.size()) {
      ByteBuffer bytes = reader.view(at, RecordHeader.BYTES);
      if (RecordHeader.isValid(bytes, place(segment, at))) {
        RecordHeader header = RecordHeader.read(bytes);
        if (!fits(header, segment.size() - at)
            || !follows(place(segment, at), header.number(), gap)
            || !take(segment, reader, at, header)) {
          return false;
        }
        gap = 0;
        before = header;
        at += header.recordBytes();
      } else if (reader.isZero(at)) {
        return true;
      } else if (isMark(segment, reader, at)) {
        at += DamagedMark.BYTES;
      } else {
        damaged(segment.number(), at);
        before = null;
        gap = at;
        at = nextRecord(segment, reader, at);
      }
    }
    return gap == 0 || visitor.lost(Gap.SEEN);
  }

  /** Whether a mark stands there, which is damaged and says nothing that is missed. */
  private boolean isMark(SegmentFile segment, SegmentReader reader, long at) {
    RecordHeader last = before;
    if (last == null
        || at + DamagedMark.BYTES > segment.size()
        || !DamagedMark.is(reader.view(at, DamagedMark.BYTES), last, place(segment, at))) {
      return false;
    }
    damaged(segment.number(), at);
    before = DamagedMark.after(last);
    nextNumber = before.number() + 1;
    return true;
  }

  private Place place(SegmentFile segment, long offset) {
    return new Place(identity.incarnation().value(), segment.number(), offset);
  }

  private long nextRecord(SegmentFile segment, SegmentReader reader, long from) {
    long at = from + 64;
    while (at + RecordHeader.BYTES <= segment.size()
        && !RecordHeader.isValid(reader.view(at, RecordHeader.BYTES), place(segment, at))) {
      at += 64;
    }
    return at;
  }

  private static boolean fits(RecordHeader header, long left) {
    return header.length() >= 0
        && header.length() <= Integer.MAX_VALUE - 4096
        && header.recordBytes() <= left;
  }

  /** Numbers rise by one, but where records are lost; a log that was cut begins with any. */
  private boolean follows(Place place, long number, long gap) {
    boolean any = nextNumber == 0;
    long missing = any ? 0 : number - nextNumber;
    nextNumber = number + 1;
    if (missing < 0) {
      return false;
    }
    if (gap > 0) {
      boolean beginning = gap == SegmentFile.BLOCK_BYTES && missing == 1;
      return visitor.lost(beginning ? Gap.BEGINNING : Gap.SEEN);
    }
    if (missing == 0) {
      return true;
    }
    boolean explained = visitor.lost(Gap.UNSEEN);
    damaged(place.segment(), place.offset());
    return explained;
  }

  private boolean take(SegmentFile segment, SegmentReader reader, long at, RecordHeader header) {
    ByteBuffer rest =
        reader.view(at + RecordHeader.BYTES, (int) (header.recordBytes() - RecordHeader.BYTES));
    if (!RecordBody.isValid(header, rest)) {
      damaged(segment.number(), at);
      return visitor.headerOnly(header);
    }
    byte[] body = new byte[header.length()];
    rest.get(0, body);
    try {
      return visitor.intact(header, body, place(segment, at));
    } catch (MalformedException e) {
      return false; // written so, and by no version this one knows
    }
  }

  private void damaged(long segment, long offset) {
    if (damagedSegment == 0) {
      damagedSegment = segment;
      damagedOffset = offset;
    }
  }
}
