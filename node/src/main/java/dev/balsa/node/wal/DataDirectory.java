package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.NodeId;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * A directory that belongs to one node of one cluster. On first use it draws an incarnation id and
 * makes an empty log; only then the identity is published, so an identity without a log means that
 * the log was lost, and the node does not vote as if it had never run.
 */
public final class DataDirectory {
  private final Directory directory;
  private final Identity identity;
  private final WalConfig config;

  private DataDirectory(Directory directory, Identity identity, WalConfig config) {
    this.directory = directory;
    this.identity = identity;
    this.config = config;
  }

  /**
   * Opens {@code directory} for {@code node} of {@code cluster}, or makes it theirs if it is empty.
   *
   * @throws StorageException if it is another's, damaged, of a newer format, or cannot be used
   */
  public static DataDirectory open(
      Directory directory, ClusterId cluster, NodeId node, WalConfig config) {
    if (!directory.list().contains(IdentityFile.NAME)) {
      return new DataDirectory(directory, create(directory, cluster, node, config), config);
    }
    Identity found = IdentityFile.read(directory);
    if (!found.cluster().equals(cluster) || !found.node().equals(node)) {
      throw new StorageException(
          "data directory %s holds node %s of cluster %s, configuration says node %s of cluster %s; fix --name / --initial-cluster-token or choose another --data-dir"
              .formatted(directory.path(""), found.node(), found.cluster(), node, cluster));
    }
    directory.force();
    return new DataDirectory(directory, found, config);
  }

  private static Identity create(
      Directory directory, ClusterId cluster, NodeId node, WalConfig config) {
    for (String name : directory.list()) {
      removeLeftover(directory, name);
    }
    IncarnationId incarnation = new IncarnationId(new SecureRandom().nextLong());
    Identity identity = new Identity(cluster, node, incarnation);
    SegmentFile.create(directory, identity, 1, config.segmentBytes()).close();
    IdentityFile.write(directory, identity);
    return identity;
  }

  /** A crash before the identity was published leaves an unused first segment and no more. */
  private static void removeLeftover(Directory directory, String name) {
    if (name.equals(IdentityFile.TEMPORARY) || SegmentFile.isTemporary(name)) {
      directory.delete(name);
      return;
    }
    if (!SegmentFile.isSegment(name)) {
      return;
    }
    if (SegmentFile.number(name) != 1 || !SegmentFile.isUnused(directory, name)) {
      throw new StorageException(
          "data directory %s holds the log %s but no file %s; restore that file or choose another --data-dir"
              .formatted(directory.path(""), name, IdentityFile.NAME));
    }
    directory.delete(name);
  }

  /** Whose directory this is. */
  public Identity identity() {
    return identity;
  }

  /** The files in it, for messages and tools. */
  public List<String> files() {
    return directory.list();
  }

  /**
   * Recovers the log. One log at a time; the caller owns and closes it.
   *
   * @param mayBeCut whether there are snapshots, so that the log need not begin with its first
   *     entry
   * @throws StorageException if the log is damaged or cannot be read; the message names the place
   */
  public Wal openLog(GroupId group, SliceCodec codec, boolean mayBeCut) {
    return Wal.open(directory, identity, group, config, codec, mayBeCut);
  }

  /**
   * The same with new segments made by {@code background} and without a line in the log, for hosts
   * that decide themselves what runs when.
   */
  public Wal openLog(GroupId group, SliceCodec codec, Executor background, boolean mayBeCut) {
    return Wal.open(directory, identity, group, config, codec, background, mayBeCut);
  }
}
