package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.RecordHeader.Found;
import dev.balsa.node.wal.RecordHeader.Place;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Payload;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a log that {@link Recovery} refused, past the damage, for what the node promised:
 * changes nothing. Every record's header is bound to its place, so an intact one behind the damage
 * is what was written there last.
 *
 * <pre>
 *   behind the damage                              term and vote    the log's end
 *   an intact record of term and vote              that one's       as before
 *   an intact record of entries, or a restart      as before        the record's
 *   entries with an intact header only             as before        the most that fits its length
 *   anything else that is lost                     unknown          unknown
 * </pre>
 *
 * <p>If term and vote are unknown at the end, nothing can be repaired: the node could vote twice.
 * If only the end is unknown, it is no later than any entry of the latest term can be.
 */
final class Survey {
  private final Directory directory;
  private final Identity identity;
  private final GroupId group;

  private long nextNumber; // 0 before the first intact record
  private long damagedSegment; // 0 while no damage was met
  private long damagedOffset;
  private @Nullable HardState hardState = HardState.INITIAL; // null: unknown
  private @Nullable EntryId last = EntryId.ZERO; // null: unknown
  private @Nullable Membership membership;

  private Survey(Directory directory, Identity identity, GroupId group) {
    this.directory = directory;
    this.identity = identity;
    this.group = group;
  }

  /** What the log of {@code directory} tells; null if that is not enough to repair it. */
  static @Nullable Damage of(Directory directory, Identity identity, GroupId group) {
    return new Survey(directory, identity, group).look();
  }

  private @Nullable Damage look() {
    List<String> names = directory.list().stream().filter(SegmentFile::isSegment).toList();
    for (int i = 0; i < names.size(); i++) {
      if (SegmentFile.number(names.get(i)) != SegmentFile.number(names.getFirst()) + i
          || !look(names.get(i))) {
        return null;
      }
    }
    HardState known = hardState;
    if (damagedSegment == 0 || known == null || known.term() == 0) {
      return null;
    }
    EntryId end = last == null ? new EntryId(known.term(), Long.MAX_VALUE) : last;
    return new Damage(damagedSegment, damagedOffset, known, end, membership);
  }

  /** Looks through one segment; false if it is none of this log's, which no damage explains. */
  private boolean look(String name) {
    try (SegmentFile unchecked = SegmentFile.openDamaged(directory, name)) {
      if (unchecked != null) {
        damaged(unchecked.number(), 0);
        return walk(unchecked);
      }
    }
    try (SegmentFile segment = SegmentFile.open(directory, identity, name)) {
      return walk(segment);
    } catch (StorageException e) {
      return false;
    }
  }

  private boolean walk(SegmentFile segment) {
    SegmentReader reader = new SegmentReader(segment.file());
    long at = SegmentFile.BLOCK_BYTES;
    while (at + RecordHeader.BYTES <= segment.size()) {
      ByteBuffer bytes = reader.view(at, RecordHeader.BYTES);
      Place place = place(segment, at);
      if (!RecordHeader.isValid(bytes, place)) {
        Found found = RecordHeader.judge(bytes, place, nextNumber);
        if (found == Found.FREE && reader.isZero(at)) {
          return true;
        }
        long next = nextRecord(segment, reader, at);
        damaged(segment.number(), at);
        unknown();
        at = next;
        continue;
      }
      RecordHeader header = RecordHeader.read(bytes);
      if (!isOurs(header, segment, at)) {
        return false;
      }
      if (header.number() > nextNumber) {
        unknown(); // the records between are lost
      }
      nextNumber = header.number() + 1;
      if (!take(segment, reader, at, header)) {
        return false;
      }
      at += header.recordBytes();
    }
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

  /** Numbers rise by one, but where records are lost; a log that was cut begins with any. */
  private boolean isOurs(RecordHeader header, SegmentFile segment, long at) {
    long left = segment.size() - at;
    boolean fits =
        header.length() >= 0
            && header.length() <= Integer.MAX_VALUE - 4096
            && header.recordBytes() <= left;
    if (nextNumber == 0 && damagedSegment == 0) {
      nextNumber = header.number();
    }
    boolean follows =
        damagedSegment == 0 ? header.number() == nextNumber : header.number() >= nextNumber;
    return fits && follows && header.group().equals(group);
  }

  /** Takes what a record with an intact header tells; false if no damage explains what it says. */
  private boolean take(SegmentFile segment, SegmentReader reader, long at, RecordHeader header) {
    ByteBuffer rest =
        reader.view(at + RecordHeader.BYTES, (int) (header.recordBytes() - RecordHeader.BYTES));
    if (!RecordBody.isValid(header, rest)) {
      damaged(segment.number(), at);
      switch (header.type()) {
        case RecordHeader.ENTRIES -> last = lastAtMost(header);
        case RecordHeader.MARK -> {}
        case RecordHeader.RESTART -> last = null;
        case RecordHeader.HARD_STATE -> hardState = null;
        default -> unknown();
      }
      return true;
    }
    byte[] body = new byte[header.length()];
    rest.get(0, body);
    try {
      switch (header.type()) {
        case RecordHeader.HARD_STATE -> {
          HardState before = hardState;
          hardState = RecordBody.hardState(body);
          return before == null || hardState.term() >= before.term();
        }
        case RecordHeader.ENTRIES -> take(SliceCodec.parse(body, 0, body.length));
        case RecordHeader.MARK -> {}
        case RecordHeader.RESTART -> last = RecordBody.entryId(body);
        default -> {
          return false;
        }
      }
      return true;
    } catch (MalformedException e) {
      return false; // written so, and by no version this one knows
    }
  }

  private void take(LogSlice slice) {
    last = slice.last();
    for (Entry entry : slice.entries()) {
      if (entry.payload() instanceof Payload.Configuration(Membership found)) {
        membership = found;
      }
    }
  }

  private static EntryId lastAtMost(RecordHeader header) {
    long term = header.entry().term();
    long index = header.entry().first() - 1 + SliceCodec.entriesMax(header.length());
    return term == 0 ? EntryId.ZERO : new EntryId(term, Math.max(1, index));
  }

  private void damaged(long segment, long offset) {
    if (damagedSegment == 0) {
      damagedSegment = segment;
      damagedOffset = offset;
    }
  }

  private void unknown() {
    hardState = null;
    last = null;
  }
}
