package dev.balsa.node.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A directory that forces nothing: what is written survives the end of the process, but not a power
 * cut. For tests and throw-away data, where the disk's latency is worth more than its promise; a
 * node on it may forget what it acknowledged.
 */
public final class UnforcedDirectory implements Directory {
  private final Directory directory;

  /** Stands before {@code directory}, and closes it. */
  public UnforcedDirectory(Directory directory) {
    this.directory = directory;
  }

  @Override
  public List<String> list() {
    return directory.list();
  }

  @Override
  public DiskFile create(String name, long size) {
    return new UnforcedFile(directory.create(name, size));
  }

  @Override
  public DiskFile open(String name) {
    return new UnforcedFile(directory.open(name));
  }

  @Override
  public void rename(String from, String to) {
    directory.rename(from, to);
  }

  @Override
  public void delete(String name) {
    directory.delete(name);
  }

  @Override
  public void force() {
    // That is the point of this class.
  }

  @Override
  public long usableBytes() {
    return directory.usableBytes();
  }

  @Override
  public String path(String name) {
    return directory.path(name);
  }

  @Override
  public void close() {
    directory.close();
  }

  private static final class UnforcedFile extends DiskFile {
    private final DiskFile file;

    UnforcedFile(DiskFile file) {
      super(file.path());
      this.file = file;
    }

    @Override
    protected int readSome(ByteBuffer target, long position) throws IOException {
      return file.readSome(target, position);
    }

    @Override
    protected int writeSome(ByteBuffer source, long position) throws IOException {
      return file.writeSome(source, position);
    }

    @Override
    protected void forceData() {
      // That is the point of this class.
    }

    @Override
    protected long length() throws IOException {
      return file.length();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
