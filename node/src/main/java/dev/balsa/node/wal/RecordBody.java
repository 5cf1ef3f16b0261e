package dev.balsa.node.wal;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.DiskFile;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.NodeId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** What follows a record's header: body, end byte, padding. Its bytes: see the package. */
final class RecordBody {
  static final int HARD_STATE_BYTES = 17;
  static final int ENTRY_ID_BYTES = 16;

  /** What a disk writes wholly or not at all. */
  static final int SECTOR_BYTES = 512;

  private RecordBody() {}

  /** Whether body, end byte and padding are as written. */
  static boolean isValid(RecordHeader header, ByteBuffer rest) {
    if (rest.get(header.length()) != RecordHeader.END) {
      return false;
    }
    for (int i = header.length() + 1; i < rest.limit(); i++) {
      if (rest.get(i) != 0) {
        return false;
      }
    }
    return crc(rest.duplicate().limit(header.length())) == header.bodyCrc();
  }

  /**
   * Whether a body that is not valid was only partly written: its end byte is missing, or a sector
   * after the header's own is still zero.
   *
   * @param at the record's offset
   */
  static boolean isPartial(RecordHeader header, ByteBuffer rest, long at) {
    if (rest.get(header.length()) == 0) {
      return true;
    }
    int firstSector = (int) (SECTOR_BYTES - at % SECTOR_BYTES) - RecordHeader.BYTES;
    for (int from = firstSector; from < rest.limit(); from += SECTOR_BYTES) {
      int to = Math.min(from + SECTOR_BYTES, rest.limit());
      if (rest.slice(from, to - from).mismatch(ByteBuffer.allocate(to - from)) < 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads the entries of the record at {@code place}, which was written.
   *
   * @throws dev.balsa.node.StorageException if the disk fails or the record does not check out
   */
  static LogSlice readSlice(DiskFile file, RecordHeader.Place place) {
    long offset = place.offset();
    ByteBuffer bytes = ByteBuffer.allocate(RecordHeader.BYTES);
    file.read(bytes, offset);
    if (!RecordHeader.isValid(bytes, place)) {
      throw RecoveryCase.DAMAGED_BEFORE_TAIL.refuse(
          file.path(), offset, "the header of a record that was written does not check out");
    }
    RecordHeader header = RecordHeader.read(bytes);
    byte[] body = new byte[header.length()];
    file.read(ByteBuffer.wrap(body), offset + RecordHeader.BYTES);
    int crc = SliceCodec.crc(body, 0, body.length);
    if (crc != header.bodyCrc()) {
      throw RecoveryCase.DAMAGED_BEFORE_TAIL.refuse(
          file.path(), offset, "checksum %08x found, %08x wanted".formatted(crc, header.bodyCrc()));
    }
    try {
      return SliceCodec.parse(body, 0, body.length);
    } catch (MalformedException e) {
      throw RecoveryCase.RECORD_UNKNOWN.refuse(file.path(), offset, String.valueOf(e.getMessage()));
    }
  }

  static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  static byte[] bytes(EntryId id) {
    return ByteBuffer.allocate(ENTRY_ID_BYTES).putLong(id.term()).putLong(id.index()).array();
  }

  static EntryId entryId(byte[] body) throws MalformedException {
    ByteBuffer in = ByteBuffer.wrap(body);
    boolean whole = body.length == ENTRY_ID_BYTES && in.getLong(0) >= 0 && in.getLong(8) >= 0;
    if (!whole || (in.getLong(0) == 0) != (in.getLong(8) == 0)) {
      throw new MalformedException("entry id of %d bytes is malformed".formatted(body.length));
    }
    return new EntryId(in.getLong(0), in.getLong(8));
  }

  static byte[] bytes(HardState hardState) {
    NodeId vote = hardState.vote();
    ByteBuffer out = ByteBuffer.allocate(HARD_STATE_BYTES);
    out.putLong(hardState.term());
    out.put((byte) (vote == null ? 0 : 1)).putLong(vote == null ? 0 : vote.value());
    return out.array();
  }

  static HardState hardState(byte[] body) throws MalformedException {
    ByteBuffer in = ByteBuffer.wrap(body);
    if (body.length != HARD_STATE_BYTES || in.getLong(0) < 0 || (in.get(8) & ~1) != 0) {
      throw new MalformedException("hard state of %d bytes is malformed".formatted(body.length));
    }
    return new HardState(in.getLong(0), in.get(8) == 0 ? null : new NodeId(in.getLong(9)));
  }
}
