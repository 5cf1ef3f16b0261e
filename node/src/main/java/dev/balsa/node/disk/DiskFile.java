package dev.balsa.node.disk;

import dev.balsa.node.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file that is read and overwritten at positions. The loops over short reads and writes
 * stand here, once, so that the real disk and the simulated one share them; a disk implements the
 * single steps. Used by one thread at a time.
 */
public abstract class DiskFile implements AutoCloseable {
  private final String path;

  /** An open file, called {@code path} in messages. */
  protected DiskFile(String path) {
    this.path = path;
  }

  /** What to call the file in a message. */
  public final String path() {
    return path;
  }

  /**
   * Fills {@code target} from {@code position} on.
   *
   * @throws StorageException if the disk fails or the file ends before
   */
  public final void read(ByteBuffer target, long position) {
    long at = position;
    while (target.hasRemaining()) {
      int count;
      try {
        count = readSome(target, at);
      } catch (IOException e) {
        throw DiskFailure.of("read", path, at, e);
      }
      if (count <= 0) {
        throw new StorageException(
            "%s ends at offset %d, wanted %d bytes more; the file was cut, restore it or this"
                    .formatted(path, at, target.remaining())
                + " member from its peers");
      }
      at += count;
    }
  }

  /**
   * Writes all of {@code source} from {@code position} on, in as many steps as the disk takes (a
   * disk that fills up takes a part first and fails on the next step). Not durable before {@link
   * #force()}.
   *
   * @throws StorageException if the disk fails; some bytes may be written then
   */
  public final void write(ByteBuffer source, long position) {
    long at = position;
    while (source.hasRemaining()) {
      int count;
      try {
        count = writeSome(source, at);
      } catch (IOException e) {
        throw DiskFailure.of("write", path, at, e);
      }
      if (count <= 0) {
        throw new StorageException(
            "cannot write %s at offset %d: the disk took none of %d bytes; check it and start again"
                .formatted(path, at, source.remaining()));
      }
      at += count;
    }
  }

  /**
   * Makes everything written so far survive a crash.
   *
   * @throws StorageException if the disk fails: what was written since the last force is in doubt,
   *     and asking again proves nothing
   */
  public final void force() {
    try {
      forceData();
    } catch (IOException e) {
      throw DiskFailure.of("force", path, -1, e);
    }
  }

  /** The file's length in bytes. */
  public final long size() {
    try {
      return length();
    } catch (IOException e) {
      throw DiskFailure.of("read the size of", path, -1, e);
    }
  }

  /** Reads up to {@code target.remaining()} bytes, moving its position; -1 at the file's end. */
  protected abstract int readSome(ByteBuffer target, long position) throws IOException;

  /** Writes up to {@code source.remaining()} bytes, moving its position. */
  protected abstract int writeSome(ByteBuffer source, long position) throws IOException;

  /** Forces data and what is needed to find it. */
  protected abstract void forceData() throws IOException;

  /** The length in bytes. */
  protected abstract long length() throws IOException;

  /** Closes without forcing. Closing twice is harmless. */
  @Override
  public abstract void close();
}
