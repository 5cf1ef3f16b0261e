package dev.balsa.node;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.FileDirectory;
import dev.balsa.node.disk.UninterruptibleThread;
import dev.balsa.node.net.PeerStatus;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.Wal;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Configured;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import java.lang.System.Logger;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A member of a Raft group, embedded: replicates commands to a state machine of the user's through
 * the group's log, on this node and all its peers. All methods may be called from any thread. A
 * node that takes part in many groups is a {@link RaftHost}.
 *
 * @param <R> the result of a command
 * @param <S> the state machine
 */
public final class RaftNode<R, S extends StateMachine<R>> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RaftNode.class.getName());

  /** The one group of such a node. */
  static final GroupId GROUP = new GroupId(1);

  private final Host host;
  private final Group<R, S> core;
  private final RaftGroup<R, S> group;
  private final UninterruptibleThread applyThread;

  private RaftNode(NodeConfig config, Directory directory, S machine, NodeListener listener) {
    SliceCodec codec = new SliceCodec();
    NodeListener logging = new LoggingListener(config.self(), listener);
    SnapshotStore store;
    SnapshotMeta latest;
    Wal wal;
    try {
      DataDirectory data =
          DataDirectory.open(directory, config.cluster(), config.self(), config.wal());
      store = SnapshotStore.open(directory);
      SnapshotStore found = store;
      wal = data.openLog(GROUP, codec, store.hadAny(), told -> hasPeers(config, found, told));
      latest = connect(config, store, wal, machine.recovered());
      host = new Host(config, directory, data.identity(), wal.shared(), codec, logging);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
    Group.Parts<S> parts =
        new Group.Parts<>(
            wal,
            store,
            latest,
            machine,
            config.founding(),
            roster(host),
            logging::event,
            logging.recorder());
    core = new Group<>(GROUP, config.raft(), parts, host);
    core.begin(machine.recovered(), latest, config.raft().snapshots());
    host.loop().add(core);
    group = new RaftGroup<>(core, host);
    applyThread = new UninterruptibleThread(core.applier(), "balsa-apply-" + config.self());
  }

  /**
   * Opens the data directory, repairs a torn tail, listens for peers and starts.
   *
   * @throws StorageException if the directory belongs to another node or cluster, is in use, or
   *     holds damage; its message says what to do
   * @throws dev.balsa.node.net.NetworkException if the peer address cannot be bound
   */
  public static <R, S extends StateMachine<R>> RaftNode<R, S> start(NodeConfig config, S machine) {
    return start(config, machine, new NodeListener() {});
  }

  /** The same, with somebody who is told what happens. */
  public static <R, S extends StateMachine<R>> RaftNode<R, S> start(
      NodeConfig config, S machine, NodeListener listener) {
    return start(config, FileDirectory.open(config.directory()), machine, listener);
  }

  /** The same on any directory, which the node closes; that of {@code config} is not used. */
  public static <R, S extends StateMachine<R>> RaftNode<R, S> start(
      NodeConfig config, Directory directory, S machine, NodeListener listener) {
    RaftNode<R, S> node = new RaftNode<>(config, directory, machine, listener);
    node.host.start();
    node.applyThread.start();
    return node;
  }

  private static Roster roster(Host host) {
    NodeConfig config = host.config();
    TreeSet<NodeId> known = new TreeSet<>(config.members().keySet());
    known.remove(host.self());
    return new NodeRoster(
        config.cluster(), host.self(), known, host.transport(), config.locator(), config.tls());
  }

  private static boolean hasPeers(
      NodeConfig config, SnapshotStore store, Optional<Membership> told) {
    return config.hasPeers(told.isPresent() ? told.get() : store.membership());
  }

  private static @Nullable SnapshotMeta connect(
      NodeConfig config, SnapshotStore store, Wal wal, EntryId recovered) {
    List<Configured> held = wal.restored().configurations();
    Optional<Membership> told =
        held.isEmpty() ? Optional.empty() : Optional.of(held.getLast().membership());
    try {
      SnapshotMeta latest =
          Snapshots.connect(
              store,
              wal,
              snapshot -> Snapshots.isThere(store, snapshot, recovered),
              hasPeers(config, store, told),
              LOG::log);
      Snapshots.requireSameHistory(recovered, latest, wal);
      return latest;
    } catch (RuntimeException e) {
      wal.close();
      throw e;
    }
  }

  /**
   * Asks for {@code command} to be replicated and applied, on whichever node leads. While no leader
   * is known the command waits; bound the wait by {@link CompletableFuture#orTimeout} or by
   * completing the future yourself, which withdraws a command that has not reached the core.
   *
   * @return completes on the node's own threads, never exceptionally by itself; do not block there
   */
  public CompletableFuture<Outcome<R>> submit(Bytes command) {
    return group.submit(command);
  }

  /**
   * Runs {@code query} on the state machine, on the thread that applies commands: it must be quick
   * and must not change anything. While no leader is known a linearizable read waits, and a bounded
   * one that cannot keep its bound is refused by {@code TOO_STALE}; when too many wait already any
   * is refused by {@code QUEUE_FULL}.
   *
   * @return completes on the node's own threads; exceptionally only with what {@code query} throws
   */
  public <T> CompletableFuture<ReadOutcome<T>> read(
      Consistency consistency, Function<? super S, ? extends T> query) {
    return group.read(consistency, query);
  }

  /**
   * Moves the leadership to {@code target}, which must be a voter; only the leader can. Commands
   * that are submitted meanwhile wait, and go to the new leader. If the target has not taken over
   * within the longest election timeout this node leads on.
   *
   * @return completes on the node's own threads, never exceptionally; do not block there
   */
  public CompletableFuture<TransferOutcome> transfer(NodeId target) {
    return group.transfer(target);
  }

  /**
   * Moves the leadership to the connected follower whose log is most complete, or to the next if
   * that fails: what a node does before it is closed. Bound the wait by {@link
   * CompletableFuture#get(long, java.util.concurrent.TimeUnit)}.
   *
   * @return as of {@link #transfer}; {@code NOT_LEADER} if there is nothing to hand over, {@code
   *     TARGET_SILENT} if nobody is connected to whom
   */
  public CompletableFuture<TransferOutcome> handOver() {
    return group.handOver();
  }

  /**
   * Changes who takes part, all at once, on whichever node leads: refused by name if it cannot be
   * or would cost the quorum; {@link dev.balsa.raft.Plan#of} tells beforehand what becomes of the
   * quorums, given {@link #members}. A node to be added is started with {@link NodeConfig#joining}
   * and the addresses of some members, before or after.
   *
   * @return completes on the node's own threads, never exceptionally; unlike a command the request
   *     is refused while no leader is known
   */
  public CompletableFuture<ChangeOutcome> reconfigure(List<Change> changes) {
    return group.reconfigure(changes);
  }

  /**
   * The membership as of the entries handed to the state machine; current after a linearizable
   * read.
   */
  public Membership members() {
    return group.members();
  }

  /**
   * What the node knows of itself, and why something does not go on; as fresh as its loop's last
   * turn, but for a force that lasts.
   */
  public NodeStatus status() {
    return group.status();
  }

  /** The port on which this node accepts peers, also if the system chose it. */
  public int peerPort() {
    return host.transport().localPort();
  }

  /** How things stand with each peer's connection, in id order. */
  public List<PeerStatus> peers() {
    return host.transport().peers();
  }

  /** Why the node stopped by itself, such as {@link RemovedException}, or null. */
  public @Nullable Throwable failure() {
    return host.failure();
  }

  /**
   * Stops the node and waits until its files and sockets are closed. Whatever waits is answered by
   * {@code Stopped}. Idempotent.
   */
  @Override
  public void close() {
    host.close(applyThread::await, core.snapshots()::close);
  }
}
