package dev.balsa.node;

import dev.balsa.node.GroupException.Reason;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.FileDirectory;
import dev.balsa.node.disk.PrefixedDirectory;
import dev.balsa.node.net.PeerStatus;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.SharedLog;
import dev.balsa.node.wal.Wal;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node that takes part in many Raft groups, which share its log, its connections and its threads:
 * one force makes durable what all of them wrote. Groups are made and removed while it runs. All
 * methods may be called from any thread but the node's own, and block until the log says so.
 *
 * <pre>{@code
 * try (RaftHost host = RaftHost.start(NodeConfig.of(self, addresses, folder))) {
 *   for (GroupId id : host.groups()) {
 *     host.open(id, new Counter());            // those of an earlier start
 *   }
 *   RaftGroup<Long, Counter> group = host.create(new GroupId(7), new Counter());
 *   group.submit(command);
 * }
 * }</pre>
 *
 * <p>A group lives once each of its members has created it, under the same id and with the same
 * membership. Until then messages to a member that has not are dropped there, as by a node that is
 * down. When any thread of the node dies, as by a broken disk or a state machine that throws, all
 * its groups stop ({@link HostListener#failed}).
 *
 * <p>Damage to the log before its tail costs only the groups that it hits what they had there:
 * their peers send it again. A group that has no other voter, or whose term and vote are lost, is
 * refused by {@link #open} with what to do, and the others live on.
 */
public final class RaftHost implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RaftHost.class.getName());
  private static final int APPLIER_THREADS_MAX = 4;

  private final Host host;
  private final HostListener listener;
  private final ApplierThreads appliers;
  private final @Nullable GroupRecorders recorders;
  private final ConcurrentSkipListMap<GroupId, RaftGroup<?, ?>> open =
      new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListSet<GroupId> claimed = new ConcurrentSkipListSet<>();
  private final ConcurrentSkipListSet<GroupId> stored; // in the log; changed by the loop's thread

  private RaftHost(NodeConfig config, Directory directory, HostListener listener) {
    this.listener = listener;
    this.recorders = listener.recorders();
    try {
      SliceCodec codec = new SliceCodec();
      DataDirectory data =
          DataDirectory.open(directory, config.cluster(), config.self(), config.wal());
      SharedLog log = data.openLog(codec);
      removeLeftovers(directory, log);
      this.stored = new ConcurrentSkipListSet<>(log.groups().keySet());
      this.host = new Host(config, directory, data.identity(), log, codec, listener);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
    int threads = Math.min(APPLIER_THREADS_MAX, Runtime.getRuntime().availableProcessors());
    this.appliers = new ApplierThreads("balsa-apply-" + config.self(), threads);
  }

  /**
   * Opens the data directory, repairs a torn tail, listens for peers and starts. The groups of
   * earlier starts wait for {@link #open}.
   *
   * @param config where {@code raft} is for each group and {@code intakeBytesMax} too; {@code
   *     founding} is of no account
   * @throws StorageException if the directory belongs to another node or cluster, is that of a
   *     {@link RaftNode}, is in use, or holds damage that cannot be repaired; its message says what
   *     to do
   * @throws dev.balsa.node.net.NetworkException if the peer address cannot be bound
   */
  public static RaftHost start(NodeConfig config) {
    return start(config, FileDirectory.open(config.directory()), new HostListener() {});
  }

  /** The same on any directory, which the host closes, with somebody who is told what happens. */
  public static RaftHost start(NodeConfig config, Directory directory, HostListener listener) {
    RaftHost started = new RaftHost(config, directory, listener);
    started.host.start();
    started.appliers.start();
    return started;
  }

  /** What the names of the group's own files begin with. */
  static String prefix(GroupId group) {
    return "g%016x-".formatted(group.value());
  }

  /** A crash may have left snapshots of groups that were removed. */
  private static void removeLeftovers(Directory directory, SharedLog log) {
    TreeSet<String> known = new TreeSet<>();
    log.groups().keySet().forEach(group -> known.add(prefix(group)));
    for (String name : directory.list()) {
      if (name.matches("g[0-9a-f]{16}-.*") && !known.contains(name.substring(0, 18))) {
        directory.delete(name);
      }
    }
  }

  /** The groups on this node, open or not. */
  public SortedSet<GroupId> groups() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(stored));
  }

  /**
   * An open group.
   *
   * @throws GroupException if it is unknown or not open
   */
  public RaftGroup<?, ?> group(GroupId id) {
    RaftGroup<?, ?> found = open.get(id);
    if (found == null) {
      throw new GroupException(id, stored.contains(id) ? Reason.NOT_OPEN : Reason.UNKNOWN);
    }
    return found;
  }

  /**
   * Makes a group whose voters are all nodes that the configuration names.
   *
   * @throws GroupException if there is or was a group of that id, the node's disk is full, or the
   *     node has stopped
   */
  public <R, S extends StateMachine<R>> RaftGroup<R, S> create(GroupId id, S machine) {
    return create(id, new Membership(List.copyOf(host.config().members().keySet())), machine);
  }

  /**
   * Makes a group, durably before this returns. Every member creates it with the same founding
   * membership; one that is added to a running group later, with {@link Membership#UNKNOWN}.
   *
   * @param founding of members whose addresses the node's configuration names, or which have their
   *     addresses with them
   * @throws GroupException if there is or was a group of that id, the node's disk is full, or the
   *     node has stopped
   */
  public <R, S extends StateMachine<R>> RaftGroup<R, S> create(
      GroupId id, Membership founding, S machine) {
    claim(id, Reason.EXISTS);
    try {
      Bytes charter = GroupRecovery.charter(founding);
      onLoop(id, () -> requireNew(id)); // the files of a removed group may just be going
      SnapshotStore snapshots = SnapshotStore.open(directory(id));
      return onLoop(
          id,
          () -> {
            SharedLog log = host.log();
            if (!log.hasRoom(charter)) {
              throw new GroupException(id, Reason.DISK_FULL);
            }
            Wal wal = log.found(id, charter);
            log.force();
            stored.add(id);
            return begin(id, wal, snapshots, machine);
          });
    } finally {
      claimed.remove(id);
    }
  }

  private GroupId requireNew(GroupId id) {
    if (host.log().isRetired(id) || host.log().groups().containsKey(id)) {
      throw new GroupException(id, host.log().isRetired(id) ? Reason.REMOVED : Reason.EXISTS);
    }
    return id;
  }

  /**
   * Gives a group of an earlier start its state machine, which is restored from the group's latest
   * snapshot and log.
   *
   * @throws GroupException if it is unknown or open already, damage took what it cannot do without,
   *     or the node has stopped
   * @throws StorageException if the group's snapshots do not reach its log and no other voter could
   *     send what is between, and the node stops; in this case restore a copy of the data
   *     directory, or remove the group before it is opened
   */
  public <R, S extends StateMachine<R>> RaftGroup<R, S> open(GroupId id, S machine) {
    claim(id, Reason.OPEN);
    try {
      if (!stored.contains(id)) {
        throw new GroupException(id, Reason.UNKNOWN);
      }
      SnapshotStore snapshots = SnapshotStore.open(directory(id)); // reads all of them
      return onLoop(
          id,
          () -> {
            Wal wal = host.log().groups().get(id);
            if (wal == null) {
              throw new GroupException(id, Reason.REMOVED);
            }
            return begin(id, wal, snapshots, machine);
          });
    } finally {
      claimed.remove(id);
    }
  }

  /**
   * Removes a group from this node with all its data, durably before this returns; its id is never
   * used again here. Whatever waits is answered by {@code Stopped}. The group's other members learn
   * nothing: change its membership first if it is to live on without this node.
   *
   * @throws GroupException if it is unknown, or the node has stopped
   */
  public void remove(GroupId id) {
    claim(id, null);
    try {
      onLoop(
          id,
          () -> {
            if (!host.log().groups().containsKey(id)) {
              throw new GroupException(id, Reason.UNKNOWN);
            }
            host.log().retire(id);
            host.log().force();
            stored.remove(id);
            if (recorders != null) {
              recorders.forget(id);
            }
            forget(id);
            return id;
          });
    } finally {
      claimed.remove(id);
    }
  }

  private void forget(GroupId id) {
    RaftGroup<?, ?> gone = open.remove(id);
    if (gone == null) {
      host.snapshotThread().leave(() -> deleteFiles(id));
      return;
    }
    Group<?, ?> core = gone.core();
    core.applier()
        .whenEnded(
            () ->
                host.snapshotThread()
                    .leave(
                        () -> {
                          core.snapshots().close();
                          deleteFiles(id);
                        }));
    host.loop().remove(core);
  }

  private void deleteFiles(GroupId id) {
    Directory files = directory(id);
    files.list().forEach(files::delete);
  }

  private Directory directory(GroupId id) {
    return new PrefixedDirectory(host.directory(), prefix(id));
  }

  /** One caller at a time makes, opens or removes a group. */
  private void claim(GroupId id, @Nullable Reason ifOpen) {
    if (!claimed.add(id)) {
      throw new GroupException(id, Reason.EXISTS);
    }
    if (ifOpen != null && open.containsKey(id)) {
      claimed.remove(id);
      throw new GroupException(id, ifOpen);
    }
  }

  private <R, S extends StateMachine<R>> RaftGroup<R, S> begin(
      GroupId id, Wal wal, SnapshotStore snapshots, S machine) {
    NodeConfig config = host.config();
    EntryId recovered = machine.recovered();
    GroupRecovery recovery = new GroupRecovery(id, wal, snapshots);
    SnapshotMeta latest;
    try {
      latest =
          recovery.connect(
              found -> Snapshots.isThere(snapshots, found, recovered), config::hasPeers, LOG::log);
    } catch (GroupException e) {
      snapshots.close();
      throw e;
    }
    Snapshots.requireSameHistory(recovered, latest, wal);
    Roster roster = new SharedRoster(host.self(), host.transport(), config.locator());
    Group.Parts<S> parts =
        new Group.Parts<>(
            wal,
            snapshots,
            latest,
            machine,
            recovery.founding(),
            roster,
            event -> listener.event(id, event),
            recorders == null ? null : recorders.of(id));
    long seed = config.raft().seed() + id.value() * 0x9e3779b97f4a7c15L; // each draws its own
    Group<R, S> core = new Group<>(id, config.raft().withSeed(seed), parts, host);
    core.applier().servedBy(appliers);
    core.begin(recovered, latest, config.raft().snapshots());
    host.loop().add(core);
    RaftGroup<R, S> group = new RaftGroup<>(core, host);
    open.put(id, group);
    return group;
  }

  /** Runs {@code action} on the thread that owns the log, and waits for it. */
  private <T> T onLoop(GroupId id, Supplier<T> action) {
    if (host.isLoopThread()) {
      throw new IllegalStateException(
          "group %s cannot be made or removed on the node's own thread, which would wait for itself; use another thread"
              .formatted(id));
    }
    CompletableFuture<T> done = new CompletableFuture<>();
    host.loop()
        .leave(
            new Loop.Task() {
              @Override
              public void run() {
                try {
                  done.complete(action.get());
                } catch (GroupException e) {
                  done.completeExceptionally(e);
                } catch (RuntimeException | Error e) {
                  done.completeExceptionally(e);
                  throw e; // the loop ends with it
                }
              }

              @Override
              public void stopped() {
                done.completeExceptionally(new GroupException(id, Reason.STOPPED));
              }
            });
    try {
      return done.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }

  /** The port on which this node accepts peers, also if the system chose it. */
  public int peerPort() {
    return host.transport().localPort();
  }

  /** How things stand with each peer's connection, in id order. */
  public List<PeerStatus> peers() {
    return host.transport().peers();
  }

  /** How many messages came for groups that are not open here. */
  public long unknownGroupMessages() {
    return host.loop().unknownGroupMessages();
  }

  /** Why the node stopped by itself, or null. */
  public @Nullable Throwable failure() {
    return host.failure();
  }

  /**
   * Stops all groups and waits until files and sockets are closed. Whatever waits is answered by
   * {@code Stopped}. Idempotent.
   */
  @Override
  public void close() {
    host.close(
        appliers::close, () -> open.values().forEach(group -> group.core().snapshots().close()));
  }
}
