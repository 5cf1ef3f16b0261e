package dev.balsa.server.backup;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The fixed pieces of a backup; see the package for the whole. */
final class BackupFormat {
  /** {@code etcdctl snapshot save} takes nothing whose content is no multiple of it. */
  static final int ALIGNMENT = 512;

  static final int SHA_BYTES = 32;
  static final int HEAD_BYTES = ALIGNMENT;
  static final int PART_BYTES_MAX = 64 << 20;

  /** Where the length of the next part stands after the last one. */
  static final int END = -1;

  private static final byte[] MAGIC = "BALSA BACKUP\n\0\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int FORMAT = 1;

  private BackupFormat() {}

  static byte[] head(BackupHead head) {
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES);
    out.put(MAGIC).putInt(FORMAT).putInt(0);
    out.putLong(head.last().term()).putLong(head.last().index());
    out.putLong(head.revision()).putLong(head.keys());
    return out.array();
  }

  /**
   * What a file's first {@link #HEAD_BYTES} bytes say; fewer are no backup's.
   *
   * @throws BackupException if they are no backup's
   */
  static BackupHead head(Bytes first, String file) {
    byte[] bytes = first.toByteArray();
    if (bytes.length < HEAD_BYTES
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new BackupException(
          "%s is no backup of Balsa; take one by ./balsa snapshot save (a file of etcd's is restored by etcdutl)"
              .formatted(file));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).position(MAGIC.length);
    int format = in.getInt();
    if (format != FORMAT || in.getInt() != 0) {
      throw new BackupException(
          "%s has format %d, this version reads %d; use the version that wrote it"
              .formatted(file, format, FORMAT));
    }
    return new BackupHead(new EntryId(in.getLong(), in.getLong()), in.getLong(), in.getLong());
  }

  /** How many zero bytes follow {@code bytes} of content. */
  static int padding(long bytes) {
    return Math.floorMod(-bytes, ALIGNMENT);
  }
}
