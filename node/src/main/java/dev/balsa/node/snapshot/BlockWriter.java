package dev.balsa.node.snapshot;

import dev.balsa.node.disk.DiskFile;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes a stream as checked blocks. The bytes: see the package. */
final class BlockWriter {
  /** A block with its checksum. */
  static final int BLOCK_BYTES = 64 << 10;

  static final int PAYLOAD_BYTES = BLOCK_BYTES - Integer.BYTES;

  private final DiskFile file;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
  private final CRC32C whole = new CRC32C();
  private long number;
  private long written;

  BlockWriter(DiskFile file) {
    this.file = file;
    block.limit(PAYLOAD_BYTES);
  }

  void write(byte[] source, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int count = Math.min(block.remaining(), end - at);
      block.put(source, at, count);
      at += count;
      if (!block.hasRemaining()) {
        flush();
      }
    }
  }

  void writeInt(int value) {
    write(ByteBuffer.allocate(Integer.BYTES).putInt(value).array(), 0, Integer.BYTES);
  }

  /** Ends the file, without a force; returns the checksum of all of it. */
  int finish() {
    if (block.position() > 0) {
      flush();
    }
    int crc = (int) whole.getValue();
    file.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, crc), written);
    written += Integer.BYTES;
    return crc;
  }

  /** How many bytes the file has so far. */
  long written() {
    return written;
  }

  private void flush() {
    int length = block.position();
    block.limit(BLOCK_BYTES);
    block.putInt(crc(block.array(), length, number));
    whole.update(block.array(), 0, block.position());
    block.flip();
    file.write(block, written);
    written += length + Integer.BYTES;
    number++;
    block.clear().limit(PAYLOAD_BYTES);
  }

  /** The checksum of the first {@code length} bytes of {@code block} as block {@code number}. */
  static int crc(byte[] block, int length, long number) {
    CRC32C crc = new CRC32C();
    crc.update(block, 0, length);
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    return (int) crc.getValue();
  }
}
