package dev.balsa.node.wal;

import dev.balsa.raft.GroupId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The 64 bytes before a record's body. Its bytes: see the package.
 *
 * @param length of the body in bytes
 * @param durable the last record number known forced when this one was written
 */
record RecordHeader(
    int length,
    byte type,
    GroupId group,
    long number,
    long durable,
    EntryPlace entry,
    int bodyCrc) {
  static final int BYTES = 64;
  static final byte HARD_STATE = 1;
  static final byte ENTRIES = 2;
  static final byte MARK = 3;
  static final byte RESTART = 4;
  static final byte GROUPS = 5;
  static final byte FOUNDED = 6;
  static final byte RETIRED = 7;
  static final byte COPIED = 8;
  static final byte END = (byte) 0xa5;

  private static final int NUMBER_AT = 16;
  private static final int CRC_AT = 52;
  private static final int MAGIC_AT = 56;
  private static final long MAGIC = 0x42414c5341524543L; // BALSAREC

  /** Where the record's entries belong: index of the first, term of the last. */
  record EntryPlace(long first, long term) {
    static final EntryPlace NONE = new EntryPlace(0, 0);
  }

  /** Where a record lies; part of its checksum, so a misdirected write does not check out. */
  record Place(long incarnation, long segment, long offset) {}

  /** What the bytes at a record's place are. */
  enum Found {
    /** A header that checks out for its place. */
    VALID,
    /** Nothing was written. */
    FREE,
    /** Some of it was written. */
    PARTIAL,
    /** All of it was written, and it does not check out. */
    DAMAGED
  }

  /** The whole record's length, with header, end byte and padding. */
  long recordBytes() {
    return recordBytes(length);
  }

  static long recordBytes(long bodyLength) {
    return (BYTES + bodyLength + 1 + 63) / 64 * 64;
  }

  /** Writes 64 bytes at {@code out}'s position. */
  void write(ByteBuffer out, Place place) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putInt(length).put(type).put((byte) 0).putShort((short) 0).putLong(group.value());
    bytes.putLong(number).putLong(durable).putLong(entry.first()).putLong(entry.term());
    bytes.putInt(bodyCrc).putInt(crc(bytes, place)).putLong(MAGIC);
    out.put(bytes.flip());
  }

  /**
   * Judges 64 bytes.
   *
   * @param expected the number the record at this place would have
   */
  static Found judge(ByteBuffer bytes, Place place, long expected) {
    if (isValid(bytes, place)) {
      return Found.VALID;
    }
    if (bytes.mismatch(ByteBuffer.allocate(BYTES)) < 0) {
      return Found.FREE;
    }
    if (looksWhole(bytes)) {
      return Found.DAMAGED;
    }
    boolean ends = bytes.get(BYTES - 1) != 0;
    return ends && bytes.getLong(NUMBER_AT) == expected ? Found.DAMAGED : Found.PARTIAL;
  }

  /** Whether all of a header was written here, right or wrong. */
  static boolean looksWhole(ByteBuffer bytes) {
    return bytes.getLong(MAGIC_AT) == MAGIC;
  }

  static boolean isValid(ByteBuffer bytes, Place place) {
    return looksWhole(bytes) && checksum(bytes) == crc(bytes, place);
  }

  /** The checksum that stands in a header, right or wrong. */
  static int checksum(ByteBuffer bytes) {
    return bytes.getInt(CRC_AT);
  }

  /** Reads 64 bytes that are valid. */
  static RecordHeader read(ByteBuffer bytes) {
    return new RecordHeader(
        bytes.getInt(0),
        bytes.get(4),
        new GroupId(bytes.getLong(8)),
        bytes.getLong(NUMBER_AT),
        bytes.getLong(24),
        new EntryPlace(bytes.getLong(32), bytes.getLong(40)),
        bytes.getInt(48));
  }

  private static int crc(ByteBuffer header, Place place) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().position(0).limit(CRC_AT));
    ByteBuffer where = ByteBuffer.allocate(24);
    where.putLong(place.segment()).putLong(place.offset()).putLong(place.incarnation());
    crc.update(where.flip());
    return (int) crc.getValue();
  }
}
