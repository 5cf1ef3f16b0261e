package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.DiskFile;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.NodeId;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A segment's name and its first block. Its bytes: see the package. */
record SegmentFile(DiskFile file, long number, long size) implements AutoCloseable {
  static final int FORMAT = 1;
  static final int BLOCK_BYTES = 4096;

  private static final long MAGIC = 0x42414c534157414cL; // BALSAWAL
  private static final int CRC_AT = BLOCK_BYTES - 4;
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{16}\\.wal");
  private static final Pattern TEMPORARY = Pattern.compile("[0-9a-f]{16}\\.new");

  static boolean isSegment(String name) {
    return NAME.matcher(name).matches();
  }

  static boolean isTemporary(String name) {
    return TEMPORARY.matcher(name).matches();
  }

  static long number(String name) {
    return Long.parseUnsignedLong(name.substring(0, 16), 16);
  }

  static String name(long number) {
    return "%016x.wal".formatted(number);
  }

  /** Makes a segment that survives a crash whole or not at all; replaces one of the same number. */
  static SegmentFile create(Directory directory, Identity identity, long number, long size) {
    String temporary = "%016x.new".formatted(number);
    if (directory.list().contains(temporary)) {
      directory.delete(temporary);
    }
    DiskFile created = directory.create(temporary, size);
    try {
      created.write(block(identity, number, size), 0);
      created.force();
    } finally {
      created.close();
    }
    directory.rename(temporary, name(number));
    directory.force();
    return new SegmentFile(directory.open(name(number)), number, size);
  }

  private static ByteBuffer block(Identity identity, long number, long size) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    block.putLong(MAGIC).putInt(FORMAT).putInt(0);
    block.putLong(identity.cluster().value());
    block.putLong(identity.node().value());
    block.putLong(identity.incarnation().value());
    block.putLong(number).putLong(size);
    block.putInt(CRC_AT, SliceCodec.crc(block.array(), 0, CRC_AT));
    return block.rewind();
  }

  /** Whether a segment holds no record, nor anything else after its first block. */
  static boolean isUnused(Directory directory, String name) {
    try (DiskFile file = directory.open(name)) {
      return new SegmentReader(file).isZero(Math.min(BLOCK_BYTES, file.size()));
    }
  }

  /** Whether the file was given its name but never its content, as by a disk that reorders. */
  static boolean isHalfCreated(Directory directory, String name) {
    try (DiskFile file = directory.open(name)) {
      return new SegmentReader(file).isZero(0);
    }
  }

  /** Whose log a segment is of; null if its first block is damaged or of another format. */
  static @Nullable Identity owner(Directory directory, String name) {
    try (DiskFile file = directory.open(name)) {
      if (file.size() < BLOCK_BYTES || !hasIntactBlock(file)) {
        return null;
      }
      ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
      file.read(block, 0);
      return block.getInt(8) == FORMAT ? identity(block) : null;
    }
  }

  private static Identity identity(ByteBuffer block) {
    return new Identity(
        new ClusterId(block.getLong(16)),
        new NodeId(block.getLong(24)),
        new IncarnationId(block.getLong(32)));
  }

  /**
   * Opens a segment and checks that it is the one its name says, of this data directory.
   *
   * @throws StorageException naming the case if it is not
   */
  static SegmentFile open(Directory directory, Identity identity, String name) {
    DiskFile file = directory.open(name);
    try {
      return check(file, identity, number(name));
    } catch (StorageException e) {
      file.close();
      throw e;
    }
  }

  /** The same without a look at its first block; null if it is too short to hold a record. */
  static @Nullable SegmentFile openDamaged(Directory directory, String name) {
    DiskFile file = directory.open(name);
    long size = file.size();
    if (size < 2 * BLOCK_BYTES || size % RecordHeader.BYTES != 0 || hasIntactBlock(file)) {
      file.close();
      return null;
    }
    return new SegmentFile(file, number(name), size);
  }

  /** One that checks out tells of another log, another version or a file that was cut. */
  private static boolean hasIntactBlock(DiskFile file) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    file.read(block, 0);
    return block.getLong(0) == MAGIC
        && block.getInt(CRC_AT) == SliceCodec.crc(block.array(), 0, CRC_AT);
  }

  private static SegmentFile check(DiskFile file, Identity identity, long number) {
    String path = file.path();
    long size = file.size();
    if (size < BLOCK_BYTES) {
      throw RecoveryCase.SEGMENT_CUT.refuse(
          path, size, "%d bytes found, at least %d wanted".formatted(size, BLOCK_BYTES));
    }
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    file.read(block, 0);
    int found = block.getInt(CRC_AT);
    int wanted = SliceCodec.crc(block.array(), 0, CRC_AT);
    if (block.getLong(0) != MAGIC || found != wanted) {
      throw RecoveryCase.SEGMENT_HEADER_DAMAGED.refuse(
          path, 0, "checksum %08x found, %08x wanted".formatted(found, wanted));
    }
    if (block.getInt(8) != FORMAT) {
      throw RecoveryCase.NEWER_FORMAT.refuse(
          path, 8, "format %d found, this version reads %d".formatted(block.getInt(8), FORMAT));
    }
    Identity owner = identity(block);
    if (!owner.equals(identity) || block.getLong(40) != number) {
      throw RecoveryCase.FOREIGN_SEGMENT.refuse(
          path,
          16,
          "cluster %s, node %s, incarnation %s, segment %d found; wanted %s, %s, %s, %d"
              .formatted(
                  owner.cluster(),
                  owner.node(),
                  owner.incarnation(),
                  block.getLong(40),
                  identity.cluster(),
                  identity.node(),
                  identity.incarnation(),
                  number));
    }
    if (block.getLong(48) != size) {
      throw RecoveryCase.SEGMENT_CUT.refuse(
          path, size, "%d bytes found, %d wanted".formatted(size, block.getLong(48)));
    }
    return new SegmentFile(file, number, size);
  }

  @Override
  public void close() {
    file.close();
  }
}
