package dev.balsa.node.codec;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.SnapshotMeta;
import java.nio.ByteBuffer;

/**
 * What a snapshot is, as bytes, for file and wire alike. Big-endian:
 *
 * <pre>
 *   0  u8   format, 1
 *   1  u8×3 zero
 *   4  u32  CRC32C of the whole file
 *   8  u64  size of the whole file in bytes, 0 if nobody has written it yet
 *  16  u64  term of the last entry
 *  24  u64  its index
 *  32  u32  length of the membership
 *  36       the membership ({@link MembershipCodec})
 * </pre>
 */
public final class SnapshotMetaCodec {
  private static final int FORMAT = 1;
  private static final int HEAD_BYTES = 16;

  /** How many bytes the place has before the membership begins. */
  public static final int PLACE_BYTES = 20;

  /** How long a membership may be at most. */
  private static final int MEMBERSHIP_BYTES_MAX = 16 << 20;

  private SnapshotMetaCodec() {}

  /** The bytes of {@code meta}. */
  public static byte[] encode(SnapshotMeta meta) {
    byte[] place = encodePlace(meta.last(), meta.membership());
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + place.length);
    out.putInt(FORMAT << 24).putInt(meta.checksum()).putLong(meta.bytes()).put(place);
    return out.array();
  }

  /** The last entry and the membership alone, as from offset 16 on. */
  public static byte[] encodePlace(EntryId last, Membership membership) {
    int length = MembershipCodec.length(membership);
    ByteBuffer out = ByteBuffer.allocate(PLACE_BYTES + length);
    out.putLong(last.term()).putLong(last.index()).putInt(length);
    MembershipCodec.write(membership, out);
    return out.array();
  }

  /**
   * Reads what {@link #encode} wrote from {@code in}, and leaves its position after that.
   *
   * @throws MalformedException if it is something else
   */
  public static SnapshotMeta decode(ByteBuffer in) throws MalformedException {
    if (in.remaining() < HEAD_BYTES + PLACE_BYTES) {
      throw new MalformedException(
          "description of a snapshot has %d bytes, needs at least %d"
              .formatted(in.remaining(), HEAD_BYTES + PLACE_BYTES));
    }
    int format = in.getInt();
    if (format != FORMAT << 24) {
      throw new MalformedException(
          "description of a snapshot starts with %08x, wanted %08x"
              .formatted(format, FORMAT << 24));
    }
    int checksum = in.getInt();
    long bytes = in.getLong();
    long term = in.getLong();
    long index = in.getLong();
    int length = membershipBytes(in.getInt(), in.remaining());
    SnapshotMeta meta = meta(term, index, in.slice(in.position(), length), bytes, checksum);
    in.position(in.position() + length);
    return meta;
  }

  /**
   * Checks the length that a place tells of its membership, and gives it back.
   *
   * @param left how many bytes follow
   * @throws MalformedException if no membership can have it
   */
  public static int membershipBytes(int length, long left) throws MalformedException {
    if (length <= 0 || length > Math.min(left, MEMBERSHIP_BYTES_MAX)) {
      throw new MalformedException(
          "description of a snapshot cannot hold a membership of %s bytes"
              .formatted(Integer.toUnsignedString(length)));
    }
    return length;
  }

  /**
   * The snapshot that these numbers describe.
   *
   * @param membership its byte form and nothing else
   * @throws MalformedException if they describe none
   */
  public static SnapshotMeta meta(
      long term, long index, ByteBuffer membership, long bytes, int checksum)
      throws MalformedException {
    if (bytes < 0 || term <= 0 || index <= 0) {
      throw new MalformedException("snapshot of %d bytes at %d/%d".formatted(bytes, term, index));
    }
    return new SnapshotMeta(
        new EntryId(term, index), MembershipCodec.read(membership), bytes, checksum);
  }
}
