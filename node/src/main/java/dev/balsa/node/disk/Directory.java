package dev.balsa.node.disk;

import java.util.List;

/**
 * A flat folder of files, owned by one process. Every method throws {@link
 * dev.balsa.node.StorageException}, naming the file and a remedy, if the disk does not do what is
 * asked. Safe for use by several threads, on different files.
 *
 * <p>A name that was created, renamed or deleted may come back as it was before after a crash,
 * until {@link #force()} returns.
 */
public interface Directory extends AutoCloseable {
  /** The names in it, in ascending order. */
  List<String> list();

  /**
   * Creates a file that has all its blocks: {@code size} zeros, forced. Its name is not forced.
   *
   * @param size in bytes, from 0
   * @throws dev.balsa.node.StorageException also if the name exists; nothing is left behind then
   */
  DiskFile create(String name, long size);

  /** Opens an existing file for reading and overwriting. */
  DiskFile open(String name);

  /** Renames a file in one step, replacing {@code to} if it exists. */
  void rename(String from, String to);

  /** Deletes a file, which must exist. */
  void delete(String name);

  /** Makes all creations, renames and deletions so far survive a crash. */
  void force();

  /** How many bytes its owner may still write here; {@link Long#MAX_VALUE} if nobody counts. */
  default long usableBytes() {
    return Long.MAX_VALUE;
  }

  /** What to call the directory, or a file in it, in a message: its full path. */
  String path(String name);

  /** Gives the directory up for another owner. Files opened from it are closed by their users. */
  @Override
  void close();
}
