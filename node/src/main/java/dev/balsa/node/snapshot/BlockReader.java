package dev.balsa.node.snapshot;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.DiskFile;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Reads checked blocks back as a stream; every block is checked before a byte of it is given. */
final class BlockReader {
  private final DiskFile file;
  private final long end; // of the last block with its checksum
  private final byte[] block;
  private final CRC32C whole = new CRC32C();
  private long next; // where the next block begins
  private int at;
  private int limit;

  BlockReader(DiskFile file) {
    this.file = file;
    this.end = file.size() - Integer.BYTES;
    this.block = new byte[(int) Math.min(BlockWriter.BLOCK_BYTES, file.size())];
    if (end <= Integer.BYTES) {
      throw damaged(file, 0, "it has %d bytes".formatted(file.size()));
    }
  }

  /** Fills all of {@code target}. */
  void read(byte[] target) {
    int filled = 0;
    while (filled < target.length) {
      if (at == limit) {
        load();
      }
      int count = Math.min(limit - at, target.length - filled);
      System.arraycopy(block, at, target, filled, count);
      at += count;
      filled += count;
    }
  }

  int readInt() {
    byte[] bytes = new byte[Integer.BYTES];
    read(bytes);
    return ByteBuffer.wrap(bytes).getInt();
  }

  long readLong() {
    byte[] bytes = new byte[Long.BYTES];
    read(bytes);
    return ByteBuffer.wrap(bytes).getLong();
  }

  /** How many bytes may follow at most. */
  long left() {
    return limit - at + Math.max(0, end - next);
  }

  /** Checks that nothing follows, and the checksum of the whole file. */
  void expectEnd() {
    if (at < limit || next < end) {
      throw damaged(file, next, "bytes follow its end");
    }
    int found = checksum(file);
    int wanted = (int) whole.getValue();
    if (found != wanted) {
      throw damaged(file, end, "checksum %08x found, %08x wanted".formatted(found, wanted));
    }
  }

  private void load() {
    if (next >= end) {
      throw damaged(file, next, "it ends too early");
    }
    int length = readBlock(file, next / BlockWriter.BLOCK_BYTES, block);
    whole.update(block, 0, length + Integer.BYTES);
    next += length + Integer.BYTES;
    at = 0;
    limit = length;
  }

  /** The checksum that the file's end holds. */
  static int checksum(DiskFile file) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES);
    file.read(bytes, file.size() - Integer.BYTES);
    return bytes.getInt(0);
  }

  /**
   * Reads and checks one block with its checksum; returns the length without that.
   *
   * @throws StorageException if it does not check out
   */
  static int readBlock(DiskFile file, long number, byte[] target) {
    long from = number * BlockWriter.BLOCK_BYTES;
    long end = file.size() - Integer.BYTES;
    int length = (int) Math.min(BlockWriter.BLOCK_BYTES, end - from) - Integer.BYTES;
    if (length <= 0) {
      throw damaged(file, from, "the last block is cut");
    }
    file.read(ByteBuffer.wrap(target, 0, length + Integer.BYTES), from);
    int found = ByteBuffer.wrap(target).getInt(length);
    int wanted = BlockWriter.crc(target, length, number);
    if (found != wanted) {
      throw damaged(file, from, "checksum %08x found, %08x wanted".formatted(found, wanted));
    }
    return length;
  }

  static StorageException damaged(DiskFile file, long offset, String detail) {
    return new StorageException(
        "snapshot %s is damaged at offset %d: %s; start again, which uses the one before it, or"
                .formatted(file.path(), offset, detail)
            + " remove this member and add it anew with an empty --data-dir");
  }
}
