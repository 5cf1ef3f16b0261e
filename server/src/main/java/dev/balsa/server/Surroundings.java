package dev.balsa.server;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.FileDirectory;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.SeparateLog;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.NodeId;
import dev.balsa.server.live.DemoMembers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a member stands on: the machine's disk, network and clock, or those of a test.
 *
 * @param disk where the data directory is
 * @param wal sizes of the log's files
 * @param route where a peer that listens somewhere is dialed
 * @param leaseMillis the clock by which leases end: milliseconds from any moment, never falling
 * @param beforeTurn runs before each turn of the node's loop; while it does not return, the member
 *     stands still
 * @param demo all members of the demonstration that this one belongs to; null for any other
 */
public record Surroundings(
    Disk disk,
    WalConfig wal,
    UnaryOperator<PeerAddress> route,
    LongSupplier leaseMillis,
    Runnable beforeTurn,
    @Nullable DemoMembers demo) {
  /** Those of a member that belongs to no demonstration. */
  public Surroundings(
      Disk disk,
      WalConfig wal,
      UnaryOperator<PeerAddress> route,
      LongSupplier leaseMillis,
      Runnable beforeTurn) {
    this(disk, wal, route, leaseMillis, beforeTurn, null);
  }

  /** The machine's own. */
  public static final Surroundings REAL =
      new Surroundings(
          FileDirectory::open,
          WalConfig.DEFAULT,
          address -> address,
          () -> System.nanoTime() / 1_000_000,
          () -> {});

  /** The same for a member of a demonstration. */
  public Surroundings in(DemoMembers members) {
    return new Surroundings(disk, wal, route, leaseMillis, beforeTurn, members);
  }

  /** Where data directories are. */
  @FunctionalInterface
  public interface Disk {
    /**
     * Opens a data directory, making it if it is not there; the caller closes it.
     *
     * @throws dev.balsa.node.StorageException if that is impossible
     */
    Directory open(Path dataDir);

    /**
     * Opens a data directory with its log in {@code walDir}, which may be the same; makes them if
     * they are not there, but never {@code walDir} alone.
     *
     * @throws dev.balsa.node.StorageException if that is impossible, or the two do not belong
     *     together
     */
    default Directory open(Path dataDir, Path walDir) {
      if (walDir.equals(dataDir)) {
        return open(dataDir);
      }
      if (!isThere(dataDir) && isThere(walDir)) {
        try (Directory log = open(walDir)) {
          SeparateLog.requireBlank(log, dataDir.toString()); // before a data directory is made
        }
      }
      Directory data = open(dataDir);
      return SeparateLog.over(data, () -> openLog(walDir, DataDirectory.look(data).isPresent()));
    }

    private Directory openLog(Path walDir, boolean mustBeThere) {
      if (mustBeThere && !isThere(walDir)) {
        throw new StorageException(
            "--wal-dir %s is not there, and the data directory is a member's; name the directory that holds its log"
                .formatted(walDir));
      }
      return open(walDir);
    }

    /**
     * Renames a data directory that nobody has open, beside itself; durable when this returns.
     *
     * @throws dev.balsa.node.StorageException if that is impossible
     */
    default void move(Path from, Path to) {
      FileDirectory.move(from, to);
    }

    /** Whether opening would not make it. */
    default boolean isThere(Path dataDir) {
      return Files.isDirectory(dataDir);
    }
  }

  /** Where to dial the peers that listen at {@code peers}. */
  Map<NodeId, PeerAddress> routed(Map<NodeId, PeerAddress> peers) {
    Map<NodeId, PeerAddress> routed = new TreeMap<>();
    peers.forEach((node, address) -> routed.put(node, route.apply(address)));
    return routed;
  }
}
