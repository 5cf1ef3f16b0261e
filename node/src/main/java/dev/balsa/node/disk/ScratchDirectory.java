package dev.balsa.node.disk;

import dev.balsa.node.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the file system in which every change stays in memory: what is tried on it shows
 * what would happen, and nothing on the disk is written. Used by one thread, which nobody
 * interrupts.
 */
public final class ScratchDirectory implements Directory {
  private static final String LOCK = "lock";
  private static final int BLOCK_BYTES = 4096;

  private final Path directory;
  private final @Nullable FileChannel lockChannel;
  private final Map<String, Contents> files = new TreeMap<>();
  private final List<Contents> opened = new ArrayList<>();

  private ScratchDirectory(Path directory, @Nullable FileChannel lockChannel) {
    this.directory = directory;
    this.lockChannel = lockChannel;
  }

  /**
   * Opens {@code directory} as it is now, and keeps other processes off it until it is closed.
   *
   * @throws StorageException if there is no such directory, it cannot be read, or a process has it
   */
  public static ScratchDirectory open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new StorageException(
          "data directory %s is not there; name one with --data-dir".formatted(directory));
    }
    try {
      ScratchDirectory scratch = new ScratchDirectory(directory, lock(directory));
      scratch.find();
      return scratch;
    } catch (IOException e) {
      throw DiskFailure.of("open data directory", directory.toString(), -1, e);
    }
  }

  /** A lock that several readers share and no owner; there is none before the first owner. */
  private static @Nullable FileChannel lock(Path directory) throws IOException {
    Path file = directory.resolve(LOCK);
    if (!Files.exists(file)) {
      return null;
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      @Nullable FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
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
        "data directory %s is in use by a running member; stop that one first, or look at a copy"
            .formatted(directory));
  }

  private void find() throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!name.equals(LOCK)) {
          files.put(name, new Contents(file, Files.size(file)));
        }
      }
    }
  }

  @Override
  public List<String> list() {
    return List.copyOf(files.keySet());
  }

  @Override
  public DiskFile create(String name, long size) {
    if (files.containsKey(name)) {
      throw new StorageException("%s is there already".formatted(path(name)));
    }
    Contents created = new Contents(null, size);
    files.put(name, created);
    return new ScratchFile(path(name), created);
  }

  @Override
  public DiskFile open(String name) {
    Contents contents = existing(name);
    opened.add(contents);
    return new ScratchFile(path(name), contents);
  }

  private Contents existing(String name) {
    Contents contents = files.get(name);
    if (contents == null) {
      throw new StorageException("%s is not there".formatted(path(name)));
    }
    return contents;
  }

  @Override
  public void rename(String from, String to) {
    files.put(to, existing(from));
    files.remove(from);
  }

  @Override
  public void delete(String name) {
    existing(name);
    files.remove(name);
  }

  @Override
  public void force() {
    // What stays in memory survives nothing, and nothing is to survive.
  }

  @Override
  public String path(String name) {
    return directory.resolve(name).toString();
  }

  @Override
  public void close() {
    try {
      for (Contents contents : opened) {
        contents.close();
      }
      if (lockChannel != null) {
        lockChannel.close();
      }
    } catch (IOException e) {
      throw DiskFailure.of("close data directory", directory.toString(), -1, e);
    }
  }

  /** A file's bytes: those of the disk, and the blocks that were written since. */
  private static final class Contents {
    private final @Nullable Path origin;
    private final long size;
    private final Map<Long, byte[]> written = new HashMap<>();
    private @Nullable FileChannel channel;

    Contents(@Nullable Path origin, long size) {
      this.origin = origin;
      this.size = size;
    }

    int read(ByteBuffer target, long position) throws IOException {
      if (position >= size) {
        return -1;
      }
      int within = (int) (position % BLOCK_BYTES);
      long left = Math.min(BLOCK_BYTES - within, size - position);
      int count = (int) Math.min(left, target.remaining());
      byte[] block = written.get(position / BLOCK_BYTES);
      if (block == null && origin != null) {
        ByteBuffer some = target.slice(target.position(), count);
        int read = origin(origin).read(some, position);
        target.position(target.position() + Math.max(0, read));
        return read;
      }
      target.put(block == null ? new byte[BLOCK_BYTES] : block, within, count);
      return count;
    }

    private FileChannel origin(Path file) throws IOException {
      FileChannel open = channel;
      if (open == null) {
        open = FileChannel.open(file, StandardOpenOption.READ);
        channel = open;
      }
      return open;
    }

    int write(ByteBuffer source, long position) throws IOException {
      int within = (int) (position % BLOCK_BYTES);
      int count = Math.min(BLOCK_BYTES - within, source.remaining());
      source.get(block(position / BLOCK_BYTES), within, count);
      return count;
    }

    private byte[] block(long number) throws IOException {
      byte[] block = written.get(number);
      if (block == null) {
        ByteBuffer before = ByteBuffer.allocate(BLOCK_BYTES);
        while (before.hasRemaining()
            && read(before, number * BLOCK_BYTES + before.position()) > 0) {
          // Up to the block's end or the file's.
        }
        block = before.array();
        written.put(number, block);
      }
      return block;
    }

    void close() throws IOException {
      if (channel != null) {
        channel.close();
        channel = null;
      }
    }
  }

  private static final class ScratchFile extends DiskFile {
    private final Contents contents;

    ScratchFile(String path, Contents contents) {
      super(path);
      this.contents = contents;
    }

    @Override
    protected int readSome(ByteBuffer target, long position) throws IOException {
      return contents.read(target, position);
    }

    @Override
    protected int writeSome(ByteBuffer source, long position) throws IOException {
      return contents.write(source, position);
    }

    @Override
    protected void forceData() {
      // Nothing is to survive.
    }

    @Override
    protected long length() {
      return contents.size;
    }

    @Override
    public void close() {
      // Others may read the same bytes; the directory closes them.
    }
  }
}
