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

/** The file that says whose data directory this is. Its bytes: see the package. */
final class IdentityFile {
  static final String NAME = "identity";
  static final String TEMPORARY = "identity.new";
  static final int FORMAT = 1;

  private static final int BYTES = 64;
  private static final int CRC_AT = 60;
  private static final long MAGIC = 0x42414c5341444952L; // BALSADIR

  private IdentityFile() {}

  /** Reads the file, which must exist. */
  static Identity read(Directory directory) {
    String path = directory.path(NAME);
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    try (DiskFile file = directory.open(NAME)) {
      if (file.size() != BYTES) {
        throw damaged(path, "it has %d bytes, wanted %d".formatted(file.size(), BYTES));
      }
      file.read(bytes, 0);
    }
    int found = bytes.getInt(CRC_AT);
    int wanted = SliceCodec.crc(bytes.array(), 0, CRC_AT);
    if (bytes.getLong(0) != MAGIC || found != wanted) {
      throw damaged(path, "checksum %08x found, %08x wanted".formatted(found, wanted));
    }
    int format = bytes.getInt(8);
    if (format != FORMAT) {
      throw new StorageException(
          "%s has format %d, this version reads format %d; start the newer version that wrote it"
              .formatted(path, format, FORMAT));
    }
    return new Identity(
        new ClusterId(bytes.getLong(16)),
        new NodeId(bytes.getLong(24)),
        new IncarnationId(bytes.getLong(32)));
  }

  private static StorageException damaged(String path, String detail) {
    return new StorageException(
        "%s is damaged: %s; restore it from a copy, or remove this member from the cluster and add"
                .formatted(path, detail)
            + " it anew with an empty --data-dir");
  }

  /** Publishes the file in one step that survives a crash. */
  static void write(Directory directory, Identity identity) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(MAGIC).putInt(FORMAT).putInt(0);
    bytes.putLong(identity.cluster().value());
    bytes.putLong(identity.node().value());
    bytes.putLong(identity.incarnation().value());
    bytes.putInt(CRC_AT, SliceCodec.crc(bytes.array(), 0, CRC_AT));
    try (DiskFile file = directory.create(TEMPORARY, BYTES)) {
      file.write(bytes.rewind(), 0);
      file.force();
    }
    directory.rename(TEMPORARY, NAME);
    directory.force();
  }
}
