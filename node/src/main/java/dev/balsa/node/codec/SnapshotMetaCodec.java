package dev.balsa.node.codec;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a snapshot is, as bytes, for file and wire alike. Big-endian:
 *
 * <pre>
 *   0  u8   format, 1
 *   1  u8×3 zero
 *   4  u32  CRC32C of the whole file
 *   8  u64  size of the whole file in bytes
 *  16  u64  term of the last entry
 *  24  u64  its index
 *  32  u32  number of voters
 *  36  u64  each voter, ascending
 * </pre>
 */
public final class SnapshotMetaCodec {
  private static final int FORMAT = 1;
  private static final int HEAD_BYTES = 16;
  private static final int PLACE_BYTES = 20;

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
    List<NodeId> voters = membership.voters();
    ByteBuffer out = ByteBuffer.allocate(PLACE_BYTES + Long.BYTES * voters.size());
    out.putLong(last.term()).putLong(last.index()).putInt(voters.size());
    voters.forEach(voter -> out.putLong(voter.value()));
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
    int count = in.getInt();
    if (count <= 0 || count > in.remaining() / Long.BYTES) {
      throw new MalformedException(
          "description of a snapshot cannot hold %s voters"
              .formatted(Integer.toUnsignedString(count)));
    }
    List<NodeId> voters = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      voters.add(new NodeId(in.getLong()));
    }
    return meta(term, index, voters, bytes, checksum);
  }

  /**
   * The snapshot that these numbers describe.
   *
   * @throws MalformedException if they describe none
   */
  public static SnapshotMeta meta(
      long term, long index, List<NodeId> voters, long bytes, int checksum)
      throws MalformedException {
    if (bytes <= 0 || term <= 0 || index <= 0) {
      throw new MalformedException("snapshot of %d bytes at %d/%d".formatted(bytes, term, index));
    }
    for (int i = 1; i < voters.size(); i++) {
      if (voters.get(i).compareTo(voters.get(i - 1)) <= 0) {
        throw new MalformedException("voters %s do not ascend".formatted(voters));
      }
    }
    return new SnapshotMeta(new EntryId(term, index), new Membership(voters), bytes, checksum);
  }
}
