package dev.balsa.node.disk;

import dev.balsa.node.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the file system, locked against a second process. Plain positioned reads and
 * writes, no memory mapping: a full or failing disk under a mapped file kills the JVM's access in
 * the middle, where no exception can be handled.
 *
 * <p>Only threads that nobody interrupts may use it: an interrupt that arrives within an operation
 * closes the channel for good, and the operation fails. {@link UninterruptibleThread} is made for
 * that. An interrupt that arrived before is put off until the operation is over.
 */
public final class FileDirectory implements Directory {
  private static final String LOCK = "lock";
  private static final int ZEROS_BYTES = 1 << 20;

  private final Path directory;
  private final FileChannel lockChannel;

  private FileDirectory(Path directory, FileChannel lockChannel) {
    this.directory = directory;
    this.lockChannel = lockChannel;
  }

  /**
   * Opens {@code directory}, creating it with its parents if need be, and locks it. What is created
   * is its owner's alone.
   *
   * @throws StorageException if it cannot be read and written, or another process has it
   */
  public static FileDirectory open(Path directory) {
    return uninterrupted(
        "open data directory",
        directory.toString(),
        () -> {
          createForced(directory.toAbsolutePath(), OwnerOnly.folder(directory));
          return new FileDirectory(directory, lock(directory));
        });
  }

  /** Creates missing parents too, and forces each new name in its parent. */
  private static void createForced(Path directory, FileAttribute<?>... how) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (Files.exists(directory) || parent == null) {
      throw new NotDirectoryException(directory.toString());
    }
    createForced(parent);
    Files.createDirectory(directory, how);
    forceDirectory(parent);
  }

  /**
   * Renames a directory in one step, and makes that survive a crash before this returns. Both names
   * lie in one parent; nobody has the directory open.
   *
   * @throws StorageException if there is none, the new name is taken, or the disk fails
   */
  public static void move(Path from, Path to) {
    uninterrupted(
        "rename to " + to.getFileName(),
        from.toString(),
        () -> {
          Path parent = to.toAbsolutePath().getParent();
          if (parent == null || !parent.equals(from.toAbsolutePath().getParent())) {
            throw new IOException("the two names are not in one directory");
          }
          if (Files.exists(to)) {
            throw new FileAlreadyExistsException(to.toString());
          }
          Path moved = Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
          forceDirectory(parent);
          return moved;
        });
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held within this process: the same answer as held by another one.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new StorageException(
        "data directory %s is in use by another process; stop that one or choose another --data-dir"
            .formatted(directory));
  }

  @Override
  public List<String> list() {
    return uninterrupted(
        "list",
        directory.toString(),
        () -> {
          try (Stream<Path> files = Files.list(directory)) {
            return files
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.equals(LOCK))
                .sorted()
                .toList();
          }
        });
  }

  @Override
  public DiskFile create(String name, long size) {
    Path file = directory.resolve(name);
    DiskFile created =
        openChannel(
            "create",
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(size, ZEROS_BYTES));
      for (long at = 0; at < size; at += ZEROS_BYTES) {
        zeros.clear().limit((int) Math.min(size - at, ZEROS_BYTES));
        created.write(zeros, at);
      }
      created.force();
      return created;
    } catch (StorageException e) {
      created.close();
      deleteAfterFailure(file, e);
      throw e;
    }
  }

  /** Gives a full disk its space back. */
  private static void deleteAfterFailure(Path file, StorageException failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public DiskFile open(String name) {
    return openChannel(
        "open", directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static DiskFile openChannel(String action, Path file, OpenOption... options) {
    return uninterrupted(
        action,
        file.toString(),
        () -> new ChannelFile(file.toString(), FileChannel.open(file, options)));
  }

  @Override
  public void rename(String from, String to) {
    uninterrupted(
        "rename to " + to,
        path(from),
        () -> {
          try {
            return Files.move(
                directory.resolve(from),
                directory.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
          } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system cannot rename in one step", e);
          }
        });
  }

  @Override
  public void delete(String name) {
    uninterrupted(
        "delete",
        path(name),
        () -> {
          Files.delete(directory.resolve(name));
          return name;
        });
  }

  @Override
  public void force() {
    uninterrupted(
        "force",
        directory.toString(),
        () -> {
          forceDirectory(directory);
          return directory;
        });
  }

  /** Linux forces a directory through a channel opened for reading. */
  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usableBytes() {
    return directory.toFile().getUsableSpace();
  }

  @Override
  public String path(String name) {
    return directory.resolve(name).toString();
  }

  @Override
  public void close() {
    uninterrupted(
        "unlock",
        directory.toString(),
        () -> {
          lockChannel.close();
          return directory;
        });
  }

  private interface Action<T> {
    T run() throws IOException;
  }

  private static <T> T uninterrupted(String action, String path, Action<T> task) {
    try {
      return unmarked(task);
    } catch (IOException e) {
      throw DiskFailure.of(action, path, -1, e);
    }
  }

  /** Does the task with this thread's interrupt put off until it is over. */
  private static <T> T unmarked(Action<T> task) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      return task.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final class ChannelFile extends DiskFile {
    private final FileChannel channel;

    ChannelFile(String path, FileChannel channel) {
      super(path);
      this.channel = channel;
    }

    @Override
    protected int readSome(ByteBuffer target, long position) throws IOException {
      return unmarked(() -> channel.read(target, position));
    }

    @Override
    protected int writeSome(ByteBuffer source, long position) throws IOException {
      return unmarked(() -> channel.write(source, position));
    }

    @Override
    protected void forceData() throws IOException {
      unmarked(
          () -> {
            channel.force(false);
            return channel;
          });
    }

    @Override
    protected long length() throws IOException {
      return channel.size();
    }

    @Override
    public void close() {
      uninterrupted(
          "close",
          path(),
          () -> {
            channel.close();
            return channel;
          });
    }
  }
}
