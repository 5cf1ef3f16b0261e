package dev.balsa.server;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.OwnerOnly;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.server.backup.BackupFile;
import dev.balsa.server.config.InitialCluster;
import dev.balsa.server.config.InitialMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/**
 * Makes a data directory out of a backup, for one member of a cluster that begins anew with that
 * data: as if all its members had just taken the same snapshot. Every member of the cluster must be
 * restored from the same file with the same {@code --initial-cluster}.
 */
public final class Restoration {
  private static final String UNFINISHED = ".restoring";

  private Restoration() {}

  /**
   * Makes {@code dataDir}, which must not be there yet or be empty; it is there whole or not at
   * all.
   *
   * @param name the member's, one of {@code cluster}'s
   * @param walDir where its log begins, as free as {@code dataDir}; may be the same
   * @throws StartException if a directory is in use or cannot be written
   */
  public static void run(
      BackupFile backup, InitialCluster cluster, String name, Path dataDir, Path walDir) {
    InitialMember self = cluster.member(name);
    Path unfinished = dataDir.resolveSibling(dataDir.getFileName() + UNFINISHED);
    Path log = walDir.equals(dataDir) ? unfinished : walDir;
    try {
      requireFree("--data-dir", dataDir);
      requireFree("--wal-dir", walDir);
      Path parent = dataDir.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      removeLeftover(unfinished);
      Files.createDirectory(unfinished, OwnerOnly.folder(unfinished));
      write(backup, cluster, self, unfinished, log);
      Files.deleteIfExists(dataDir); // empty, or it would not have been free
      Files.move(unfinished, dataDir, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | StorageException e) {
      throw new StartException(
          "--data-dir %s cannot be made (%s); see to the disk or choose another"
              .formatted(dataDir, e.getMessage()),
          e);
    }
  }

  private static void requireFree(String flag, Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    boolean empty = false;
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        empty = files.findAny().isEmpty();
      }
    }
    if (!empty) {
      throw new StartException(
          "%s %s is not empty; a backup is restored into a new one".formatted(flag, directory));
    }
  }

  private static void removeLeftover(Path unfinished) throws IOException {
    if (!Files.isDirectory(unfinished)) {
      return;
    }
    try (Stream<Path> files = Files.list(unfinished)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(unfinished);
  }

  private static void write(
      BackupFile backup, InitialCluster cluster, InitialMember self, Path dataDir, Path walDir) {
    try (Directory files = Surroundings.REAL.disk().open(dataDir, walDir)) {
      DataDirectory.open(files, cluster.id(), self.id(), WalConfig.DEFAULT);
      try (SnapshotStore store = SnapshotStore.open(files)) {
        store.write(backup.head().last(), Origin.founding(cluster), backup.state());
      }
    }
  }
}
