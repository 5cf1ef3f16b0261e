package dev.balsa.junit;

import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.server.Surroundings;
import java.nio.file.Path;

/** A data directory in memory, which outlives the member that uses it. */
final class MemoryDisk implements Surroundings.Disk {
  /** Small files: every one takes its whole size from the start. */
  static final WalConfig WAL = new WalConfig(1 << 20, 64 * 1024);

  private final FaultyDirectory directory = new FaultyDirectory();

  @Override
  public Directory open(Path dataDir) {
    return directory;
  }

  @Override
  public boolean isThere(Path dataDir) {
    return true;
  }
}
