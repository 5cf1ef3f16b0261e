package dev.balsa.server.backup;

import dev.balsa.kv.RaisedRevision;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.StateMachine;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A backup as a file, checked to the last byte when it is opened. Used by one thread.
 *
 * @param head what it is of
 * @param bytes how large the file is
 * @param hash the first four bytes of its SHA-256
 * @param raisedBy how many revisions later it is taken to be than it is, from 0
 */
public record BackupFile(Path path, BackupHead head, long bytes, int hash, long raisedBy) {
  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * Reads and checks the file at {@code path}.
   *
   * @throws BackupException if it cannot be read, is no backup, or is damaged
   */
  public static BackupFile open(Path path) {
    return open(path, true);
  }

  /**
   * The same, but with {@code hashMatters} false the SHA-256 at the file's end may be any, as of a
   * file that was put together by hand.
   */
  public static BackupFile open(Path path, boolean hashMatters) {
    Checked checked = check(path, hashMatters);
    BackupHead head = BackupFormat.head(checked.first(), path.toString());
    return new BackupFile(path, head, checked.bytes(), checked.hash(), 0);
  }

  /**
   * What was found whole.
   *
   * @param first the first bytes of the content
   */
  private record Checked(Bytes first, long bytes, int hash) {}

  /**
   * Checks that a file is whole, whatever is in it: etcd's backups end in the same way.
   *
   * @throws BackupException if it cannot be read or is damaged
   */
  public static void requireWhole(Path path) {
    var unused = check(path, true);
  }

  private static Checked check(Path path, boolean hashMatters) {
    try (InputStream in = Files.newInputStream(path)) {
      long bytes = Files.size(path);
      if (bytes % BackupFormat.ALIGNMENT != BackupFormat.SHA_BYTES) {
        throw new BackupException(
            "%s is no whole backup: it has %d bytes, a whole one has a multiple of %d and %d more; take or copy it again"
                .formatted(path, bytes, BackupFormat.ALIGNMENT, BackupFormat.SHA_BYTES));
      }
      MessageDigest digest = BackupSource.sha256();
      byte[] first = in.readNBytes(BackupFormat.HEAD_BYTES);
      digest.update(first);
      byte[] buffer = new byte[BUFFER_BYTES];
      for (long left = bytes - first.length - BackupFormat.SHA_BYTES; left > 0; ) {
        int read = in.readNBytes(buffer, 0, (int) Math.min(left, BUFFER_BYTES));
        if (read == 0) {
          throw damaged(path, "it became shorter while it was read");
        }
        digest.update(buffer, 0, read);
        left -= read;
      }
      byte[] found = digest.digest();
      if (hashMatters && !Arrays.equals(found, in.readNBytes(BackupFormat.SHA_BYTES))) {
        throw damaged(path, "its SHA-256 is not the one at its end");
      }
      return new Checked(Bytes.wrap(first), bytes, ByteBuffer.wrap(found).getInt());
    } catch (NoSuchFileException e) {
      throw new BackupException("no file " + path + "; name the one that was saved", e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static BackupException damaged(Path path, String how) {
    return new BackupException(
        "%s is damaged: %s; take or copy the backup again".formatted(path, how));
  }

  private static BackupException unreadable(Path path, IOException cause) {
    return new BackupException("%s cannot be read: %s".formatted(path, cause), cause);
  }

  /**
   * The same keys {@code by} revisions later, and all before that compacted.
   *
   * @param by positive
   * @throws BackupException if there is no such high revision
   */
  public BackupFile raised(long by) {
    if (by > Long.MAX_VALUE - head.revision()) {
      throw new BackupException(
          "%s is of revision %d, which cannot be raised by %d; take a smaller number"
              .formatted(path, head.revision(), by));
    }
    BackupHead later = new BackupHead(head.last(), head.revision() + by, head.keys());
    return new BackupFile(path, later, bytes, hash, raisedBy + by);
  }

  /** The state in it; each writing reads the file anew. */
  public StateMachine.Capture state() {
    return raisedBy > 0 ? new RaisedRevision(stored(), raisedBy) : stored();
  }

  private StateMachine.Capture stored() {
    return sink -> {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES))) {
        in.skipNBytes(BackupFormat.HEAD_BYTES);
        for (int length = in.readInt(); length != BackupFormat.END; length = in.readInt()) {
          if (length < 0 || length > BackupFormat.PART_BYTES_MAX || length > bytes) {
            throw damaged(path, "it has a part of %d bytes".formatted(length));
          }
          byte[] part = new byte[length];
          in.readFully(part);
          sink.write(Bytes.wrap(part));
        }
      } catch (IOException e) {
        throw unreadable(path, e);
      }
    };
  }
}
