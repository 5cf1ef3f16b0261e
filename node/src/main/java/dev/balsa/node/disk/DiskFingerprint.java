package dev.balsa.node.disk;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;

/** A number for all that a disk holds; disks that differ have different ones, but for chance. */
final class DiskFingerprint {
  private DiskFingerprint() {}

  static long of(SortedMap<String, byte[]> files) {
    long hash = 0;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      hash = mix(hash, file.getKey().hashCode());
      ByteBuffer words = ByteBuffer.wrap(file.getValue());
      while (words.remaining() >= Long.BYTES) {
        hash = mix(hash, words.getLong());
      }
      while (words.hasRemaining()) {
        hash = mix(hash, words.get());
      }
      hash = mix(hash, file.getValue().length);
    }
    return hash;
  }

  private static long mix(long hash, long word) {
    long mixed = (hash ^ word) * 0x9e3779b97f4a7c15L;
    return mixed ^ (mixed >>> 29);
  }
}
