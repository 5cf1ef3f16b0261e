package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.UninterruptibleThread;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * A directory that belongs to one node of one cluster. On first use it draws an incarnation id and
 * makes an empty log; only then the identity is published, so an identity without a log means that
 * the log was lost, and the node does not vote as if it had never run.
 */
public final class DataDirectory {
  private static final System.Logger LOG = System.getLogger(Wal.class.getName());

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
    SecureRandom random = new SecureRandom();
    return open(directory, cluster, node, config, random::nextLong);
  }

  /**
   * The same with incarnations that {@code draw} gives, for hosts that decide themselves what is
   * random: no two directories of a group's life may draw the same.
   */
  public static DataDirectory open(
      Directory directory, ClusterId cluster, NodeId node, WalConfig config, LongSupplier draw) {
    if (!directory.list().contains(IdentityFile.NAME)) {
      Identity drawn = new Identity(cluster, node, new IncarnationId(draw.getAsLong()));
      return new DataDirectory(directory, create(directory, drawn, config), config);
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

  /**
   * What a data directory says of itself.
   *
   * @param blank whether it holds no entry and no snapshot yet
   */
  public record Found(Identity identity, boolean blank) {}

  /**
   * Looks whose {@code directory} is, without changing anything in it; empty if nobody's.
   *
   * @throws StorageException if its identity is damaged
   */
  public static Optional<Found> look(Directory directory) {
    List<String> names = directory.list();
    if (!names.contains(IdentityFile.NAME)) {
      return Optional.empty();
    }
    boolean blank =
        names.stream().noneMatch(name -> name.endsWith(".snapshot"))
            && names.stream()
                .filter(SegmentFile::isSegment)
                .allMatch(name -> SegmentFile.isUnused(directory, name));
    return Optional.of(new Found(IdentityFile.read(directory), blank));
  }

  private static Identity create(Directory directory, Identity identity, WalConfig config) {
    for (String name : directory.list()) {
      removeLeftover(directory, name);
    }
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
    Executor background = task -> new UninterruptibleThread(task, "balsa-wal-prepare").start();
    Wal wal = Wal.open(directory, identity, group, config, codec, background, mayBeCut);
    boolean cut = wal.recovery().found().isCut();
    LOG.log(cut ? Level.WARNING : Level.DEBUG, () -> wal.recovery().toString());
    return wal;
  }

  /**
   * The same with new segments made by {@code background} and without a line in the log, for hosts
   * that decide themselves what runs when.
   */
  public Wal openLog(GroupId group, SliceCodec codec, Executor background, boolean mayBeCut) {
    return Wal.open(directory, identity, group, config, codec, background, mayBeCut);
  }

  /**
   * The same, but a log that damage has taken a part of is cut there, if peers can send that part
   * again: {@link Wal#lost} then tells what the node must have back before it takes part as before.
   *
   * @param hasPeers whether there are peers, given the latest membership that the log tells of
   * @throws StorageException if the log is damaged in a way that cannot be repaired
   */
  public Wal openLog(
      GroupId group,
      SliceCodec codec,
      boolean mayBeCut,
      Predicate<Optional<Membership>> hasPeers,
      Executor background) {
    return new Repair(
            directory,
            identity,
            group,
            config,
            () -> Wal.open(directory, identity, group, config, codec, background, mayBeCut))
        .open(hasPeers);
  }

  /** The same with new segments made by a thread of the log's own, and lines in the log. */
  public Wal openLog(
      GroupId group, SliceCodec codec, boolean mayBeCut, Predicate<Optional<Membership>> hasPeers) {
    Wal wal =
        new Repair(directory, identity, group, config, () -> openLog(group, codec, mayBeCut))
            .open(hasPeers);
    if (wal.recovery().found() == RecoveryCase.DAMAGE_CUT) {
      LOG.log(Level.WARNING, () -> wal.recovery().toString());
    }
    return wal;
  }

  /**
   * Recovers a log in which groups are founded and retired. One log at a time; the caller owns and
   * closes it. Where damage has taken a part of it, it is written anew without that: {@link
   * Wal#lost} then tells of each group what it must have back before it takes part as before, and
   * {@link Wal#isVoteLost} whether it cannot.
   *
   * @throws StorageException if the log is damaged in a way that cannot be repaired; the message
   *     names the place
   */
  public SharedLog openLog(SliceCodec codec) {
    Executor background = task -> new UninterruptibleThread(task, "balsa-wal-prepare").start();
    SharedLog log = openLog(codec, background);
    boolean cut = log.recovery().found().isCut();
    LOG.log(cut ? Level.WARNING : Level.DEBUG, () -> log.recovery().toString());
    List<GroupId> hit =
        log.groups().values().stream().filter(it -> it.lost() != null).map(Wal::group).toList();
    if (!hit.isEmpty()) {
      LOG.log(Level.WARNING, () -> "groups that lack a part of their log since damage: " + hit);
    }
    return log;
  }

  /** The same with new segments made by {@code background} and without a line in the log. */
  public SharedLog openLog(SliceCodec codec, Executor background) {
    return new SharedRepair(directory, identity, config, codec, background).open();
  }
}
