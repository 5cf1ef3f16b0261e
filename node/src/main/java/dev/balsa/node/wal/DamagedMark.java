package dev.balsa.node.wal;

import dev.balsa.node.wal.RecordHeader.EntryPlace;
import dev.balsa.node.wal.RecordHeader.Place;
import java.nio.ByteBuffer;

/**
 * Recognizes the mark of a clean stop though its record is damaged. All that a mark says is known
 * from the record before it, its checksum included; if that one stands there, nothing else did. So
 * nothing is lost with a damaged mark, unless its checksum itself is hit.
 */
final class DamagedMark {
  /** A mark has no body. */
  static final int BYTES = (int) RecordHeader.recordBytes(0);

  private DamagedMark() {}

  /**
   * Whether this is the mark that follows {@code before}, or was.
   *
   * @param record {@link #BYTES} bytes
   */
  static boolean is(ByteBuffer record, RecordHeader before, Place place) {
    if (RecordHeader.isValid(record, place)) {
      return RecordHeader.read(record).type() == RecordHeader.MARK;
    }
    int found = RecordHeader.checksum(record);
    // All is forced before a mark is written, and before what is written right before it at the
    // end of a log of many groups or at the beginning of a segment.
    return found == checksum(after(before, before.number()), place)
        || found == checksum(after(before, before.durable()), place);
  }

  private static int checksum(RecordHeader header, Place place) {
    ByteBuffer bytes = ByteBuffer.allocate(RecordHeader.BYTES);
    header.write(bytes, place);
    return RecordHeader.checksum(bytes);
  }

  /** The mark that may follow {@code before}. */
  static RecordHeader after(RecordHeader before) {
    return after(before, before.durable());
  }

  private static RecordHeader after(RecordHeader before, long durable) {
    return new RecordHeader(
        0, RecordHeader.MARK, before.group(), before.number() + 1, durable, EntryPlace.NONE, 0);
  }
}
