package dev.balsa.node.snapshot;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.SnapshotMetaCodec;
import dev.balsa.node.disk.DiskFile;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A snapshot's file: name, head and parts. Its bytes: see the package. */
final class SnapshotFile {
  private static final int FORMAT = 1;
  private static final long MAGIC = 0x42414c5341534e50L; // BALSASNP
  private static final int WRITTEN = 0;
  private static final int KEPT = 1;
  private static final int ID_BYTES = 16;
  private static final int PART_BYTES_MAX = 64 << 20;
  private static final int END = -1;
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{16}\\.snapshot");

  private SnapshotFile() {}

  static boolean isSnapshot(String name) {
    return NAME.matcher(name).matches();
  }

  static String name(EntryId last) {
    return "%016x-%016x.snapshot".formatted(last.term(), last.index());
  }

  /** Writes a whole file, without a force. */
  static SnapshotMeta write(
      DiskFile file, EntryId last, Membership membership, StateMachine.Capture capture) {
    BlockWriter out = begin(file, WRITTEN, last, membership);
    capture.writeTo(
        part -> {
          if (part.length() > PART_BYTES_MAX) {
            throw new IllegalArgumentException(
                "part of a snapshot has %d bytes, %d are the most; write smaller ones"
                    .formatted(part.length(), PART_BYTES_MAX));
          }
          out.writeInt(part.length());
          part.writeTo(out::write);
        });
    out.writeInt(END);
    int checksum = out.finish();
    return new SnapshotMeta(last, membership, out.written(), checksum);
  }

  private static BlockWriter begin(DiskFile file, int kind, EntryId last, Membership membership) {
    BlockWriter out = new BlockWriter(file);
    byte[] place = SnapshotMetaCodec.encodePlace(last, membership);
    ByteBuffer head = ByteBuffer.allocate(16 + place.length);
    head.putLong(MAGIC).putInt(FORMAT).putInt(kind).put(place);
    out.write(head.array(), 0, head.capacity());
    return out;
  }

  /** Writes the file for a state that its machine keeps by itself, without a force. */
  static SnapshotMeta mark(DiskFile file, EntryId last, Membership membership, EntryId kept) {
    BlockWriter out = begin(file, KEPT, last, membership);
    ByteBuffer part = ByteBuffer.allocate(ID_BYTES).putLong(kept.term()).putLong(kept.index());
    out.writeInt(ID_BYTES);
    out.write(part.array(), 0, ID_BYTES);
    out.writeInt(END);
    out.finish();
    return SnapshotMeta.kept(last, membership);
  }

  /** The entry that {@link #mark} was told of. */
  static EntryId kept(DiskFile file) {
    BlockReader in = new BlockReader(file);
    head(file, in);
    Bytes part = part(file, in);
    if (part == null || part.length() != ID_BYTES) {
      throw BlockReader.damaged(file, 0, "it does not tell which state is kept");
    }
    ByteBuffer id = ByteBuffer.wrap(part.toByteArray());
    return new EntryId(id.getLong(), id.getLong());
  }

  /**
   * Reads what a file is, and leaves {@code in} before its first part.
   *
   * @throws dev.balsa.node.StorageException if it is none
   */
  static SnapshotMeta head(DiskFile file, BlockReader in) {
    if (in.readLong() != MAGIC) {
      throw BlockReader.damaged(file, 0, "it does not begin as a snapshot does");
    }
    int format = in.readInt();
    int kind = in.readInt();
    if (format != FORMAT || (kind != WRITTEN && kind != KEPT)) {
      throw BlockReader.damaged(
          file, 8, "format %d found, this version reads %d".formatted(format, FORMAT));
    }
    long term = in.readLong();
    long index = in.readLong();
    int length = in.readInt();
    try {
      byte[] membership = new byte[SnapshotMetaCodec.membershipBytes(length, in.left())];
      in.read(membership);
      SnapshotMeta meta =
          SnapshotMetaCodec.meta(
              term, index, ByteBuffer.wrap(membership), file.size(), BlockReader.checksum(file));
      return kind == KEPT ? SnapshotMeta.kept(meta.last(), meta.membership()) : meta;
    } catch (MalformedException e) {
      throw BlockReader.damaged(file, 16, String.valueOf(e.getMessage()));
    }
  }

  /** The next part, or null after the last one, when the whole file has been checked. */
  static @Nullable Bytes part(DiskFile file, BlockReader in) {
    int length = in.readInt();
    if (length == END) {
      in.expectEnd();
      return null;
    }
    if (length < 0 || length > PART_BYTES_MAX || length > in.left()) {
      throw BlockReader.damaged(file, 0, "it has a part of %d bytes".formatted(length));
    }
    byte[] part = new byte[length];
    in.read(part);
    return Bytes.wrap(part);
  }

  /**
   * Checks every byte.
   *
   * @throws dev.balsa.node.StorageException naming the place if one is wrong
   */
  static SnapshotMeta verify(DiskFile file) {
    BlockReader in = new BlockReader(file);
    SnapshotMeta meta = head(file, in);
    Bytes part = part(file, in);
    while (part != null) {
      part = part(file, in);
    }
    return meta;
  }
}
