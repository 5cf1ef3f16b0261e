package dev.balsa.node.wal;

import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.DiskFile;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.NodeId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The file that says what a damaged log promised, while the node waits to get it again. Its bytes:
 * see the package.
 *
 * @param hardState term and vote as they were before the log was cut
 * @param lost where the log ended, or any later place
 * @param segment where the log is to be cut: the segment's number; 0 once that is done
 * @param offset where in it, in bytes; 0 if the segment's first block is damaged itself
 */
record RepairFile(HardState hardState, EntryId lost, long segment, long offset) {
  static final String NAME = "repair";
  static final String TEMPORARY = "repair.new";

  private static final int FORMAT = 1;
  private static final int BYTES = 128;
  private static final int CRC_AT = 124;
  private static final long MAGIC = 0x42414c5341524550L; // BALSAREP

  /** Whether the log is still to be cut. */
  boolean isPending() {
    return segment > 0;
  }

  /** The same when the log is cut and what remains is to be got from the peers. */
  RepairFile cut() {
    return new RepairFile(hardState, lost, 0, 0);
  }

  /** What the directory's file says, or null if it has none. */
  static @Nullable RepairFile find(Directory directory) {
    if (!directory.list().contains(NAME)) {
      return null;
    }
    ByteBuffer in = ByteBuffer.allocate(BYTES);
    try (DiskFile file = directory.open(NAME)) {
      if (file.size() != BYTES) {
        throw damaged(directory, "%d bytes found, %d wanted".formatted(file.size(), BYTES));
      }
      file.read(in, 0);
    }
    int found = in.getInt(CRC_AT);
    int wanted = SliceCodec.crc(in.array(), 0, CRC_AT);
    if (in.getLong(0) != MAGIC || found != wanted || in.getInt(8) != FORMAT) {
      throw damaged(directory, "checksum %08x found, %08x wanted".formatted(found, wanted));
    }
    NodeId vote = in.getInt(12) == 0 ? null : new NodeId(in.getLong(24));
    return new RepairFile(
        new HardState(in.getLong(16), vote),
        new EntryId(in.getLong(32), in.getLong(40)),
        in.getLong(48),
        in.getLong(56));
  }

  private static StorageException damaged(Directory directory, String detail) {
    return RecoveryCase.REPAIR_FILE_DAMAGED.refuse(directory.path(NAME), 0, detail);
  }

  /** Publishes the file in one step that survives a crash. */
  void write(Directory directory) {
    NodeId vote = hardState.vote();
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.putLong(MAGIC).putInt(FORMAT).putInt(vote == null ? 0 : 1);
    out.putLong(hardState.term()).putLong(vote == null ? 0 : vote.value());
    out.putLong(lost.term()).putLong(lost.index()).putLong(segment).putLong(offset);
    out.putInt(CRC_AT, SliceCodec.crc(out.array(), 0, CRC_AT));
    if (directory.list().contains(TEMPORARY)) {
      directory.delete(TEMPORARY);
    }
    try (DiskFile file = directory.create(TEMPORARY, BYTES)) {
      file.write(out.rewind(), 0);
      file.force();
    }
    directory.rename(TEMPORARY, NAME);
    directory.force();
  }

  /** The node has got everything again. */
  static void delete(Directory directory) {
    directory.delete(NAME);
    directory.force();
  }
}
