package dev.balsa.node;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.FileDirectory;
import dev.balsa.node.disk.UninterruptibleThread;
import dev.balsa.node.net.PeerStatus;
import dev.balsa.node.net.TcpTransport;
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
import dev.balsa.raft.Raft;
import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.Status;
import dev.balsa.raft.TransferFailure;
import java.lang.System.Logger;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A member of a Raft group, embedded: replicates commands to a state machine of the user's through
 * the group's log, on this node and all its peers. All methods may be called from any thread.
 *
 * @param <R> the result of a command
 * @param <S> the state machine
 */
public final class RaftNode<R, S extends StateMachine<R>> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RaftNode.class.getName());

  /** The one group of a node so far; formats carry it, so that more can share log and network. */
  static final GroupId GROUP = new GroupId(1);

  /** Reads asked and not yet run; a leader that is cut off can confirm none of them. */
  private static final int OPEN_READS_MAX = 100_000;

  private final NodeId self;
  private final Directory directory;
  private final Wal wal;
  private final Snapshots snapshots;
  private final TcpTransport transport;
  private final Intake<R> intake;
  private final Applier<R, S> applier;
  private final Loop<R, S> loop;
  private final UninterruptibleThread loopThread;
  private final UninterruptibleThread applyThread;
  private final NodeListener listener;
  private final long heartbeatNanos;
  private final AtomicInteger openReads = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped; // written once, by whoever stops the node

  private RaftNode(NodeConfig config, Directory directory, S machine, NodeListener listener) {
    this.directory = directory;
    this.self = config.self();
    this.listener = listener;
    this.heartbeatNanos = config.raft().heartbeatNanos();
    SliceCodec codec = new SliceCodec();
    SnapshotMeta latest;
    try {
      DataDirectory data = DataDirectory.open(directory, config.cluster(), self, config.wal());
      SnapshotStore store = SnapshotStore.open(directory);
      wal = data.openLog(GROUP, codec, store.hadAny(), told -> hasPeers(config, store, told));
      latest = connect(config, store, wal, machine.recovered());
      transport = openTransport(config, data.identity(), wal, codec);
      snapshots = new Snapshots(store, wal, config.snapshots(), transport::wakeup, this::fail);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
    intake = new Intake<>(config.intakeBytesMax());
    applier = new Applier<>(machine, snapshots, transport::wakeup, this::fail);
    Raft raft =
        Raft.start(
            config.raft(),
            config.founding(),
            restored(latest, transport.identity()),
            snapshots.stored(),
            System.nanoTime());
    loop =
        new Loop<>(
            raft,
            wal,
            transport,
            applier,
            intake,
            snapshots,
            config.raft().appendBytesMax(),
            roster(config),
            new LoggingListener(self, listener),
            this::fail);
    loop.begin(machine.recovered(), latest, config.raft().snapshots());
    loopThread = new UninterruptibleThread(loop, "balsa-loop-" + self);
    applyThread = new UninterruptibleThread(applier, "balsa-apply-" + self);
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
    node.loopThread.start();
    node.applyThread.start();
    node.snapshots.start();
    return node;
  }

  private Restored restored(@Nullable SnapshotMeta latest, Identity identity) {
    Restored found = wal.restored().withIncarnation(identity.incarnation());
    return latest == null ? found : found.withSnapshot(latest);
  }

  private Roster roster(NodeConfig config) {
    TreeSet<NodeId> known = new TreeSet<>(config.members().keySet());
    known.remove(self);
    return new Roster(config.cluster(), self, known, transport, config.locator(), config.tls());
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
              snapshot -> KeptState.isThere(store, snapshot, recovered),
              hasPeers(config, store, told),
              LOG::log);
      Snapshots.requireSameHistory(recovered, latest, wal);
      return latest;
    } catch (RuntimeException e) {
      wal.close();
      throw e;
    }
  }

  private static TcpTransport openTransport(
      NodeConfig config, Identity identity, Wal wal, SliceCodec codec) {
    try {
      return new TcpTransport(config.network(identity, GROUP), codec);
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
    CompletableFuture<Outcome<R>> outcome = new CompletableFuture<>();
    if (!intake.offer(new Intake.Submission<>(command, outcome))) {
      outcome.complete(new Outcome.Refused<>(Refusal.QUEUE_FULL));
      return outcome;
    }
    loop.wakeup();
    if (stopped) {
      outcome.complete(new Outcome.Stopped<>());
    }
    return outcome;
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
    CompletableFuture<ReadOutcome<T>> outcome = new CompletableFuture<>();
    if (openReads.incrementAndGet() > OPEN_READS_MAX) {
      openReads.decrementAndGet();
      outcome.complete(new ReadOutcome.Refused<>(Refusal.QUEUE_FULL));
      return outcome;
    }
    switch (consistency) {
      case Consistency.Agreed(ReadMode mode) ->
          leave(new Read<>(mode, query, outcome, openReads), loop::read);
      case Consistency.Stale() ->
          leave(
              new Read<>(ReadMode.LINEARIZABLE, query, outcome, openReads),
              task -> applier.query(0, List.of(task), ReadBasis.STALE));
    }
    return outcome;
  }

  private void leave(Applier.Query<S> task, Consumer<Applier.Query<S>> where) {
    where.accept(task);
    if (stopped) {
      task.stopped();
    }
  }

  private record Read<S, T>(
      ReadMode mode,
      Function<? super S, ? extends T> query,
      CompletableFuture<ReadOutcome<T>> outcome,
      AtomicInteger open)
      implements Applier.Query<S> {
    @Override
    public void run(S machine, long applied, ReadBasis basis) {
      open.decrementAndGet();
      if (outcome.isDone()) {
        return;
      }
      try {
        T value = query.apply(machine);
        long age = basis.age(System.nanoTime());
        outcome.complete(new ReadOutcome.Served<>(value, applied, basis.path(), age));
      } catch (RuntimeException e) {
        outcome.completeExceptionally(e);
      }
    }

    @Override
    public void refused(Refusal reason) {
      open.decrementAndGet();
      outcome.complete(new ReadOutcome.Refused<>(reason));
    }

    @Override
    public void stopped() {
      outcome.complete(new ReadOutcome.Stopped<>());
    }
  }

  /**
   * Moves the leadership to {@code target}, which must be a voter; only the leader can. Commands
   * that are submitted meanwhile wait, and go to the new leader. If the target has not taken over
   * within the longest election timeout this node leads on.
   *
   * @return completes on the node's own threads, never exceptionally; do not block there
   */
  public CompletableFuture<TransferOutcome> transfer(NodeId target) {
    CompletableFuture<TransferOutcome> outcome = new CompletableFuture<>();
    loop.transfer(target, outcome);
    if (stopped) {
      outcome.complete(new TransferOutcome.Stopped());
    }
    return outcome;
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
    Status status = loop.status(heartbeatNanos).raft();
    if (!self.equals(status.leader())) {
      return CompletableFuture.completedFuture(
          new TransferOutcome.Failed(TransferFailure.NOT_LEADER));
    }
    CompletableFuture<TransferOutcome> outcome =
        CompletableFuture.completedFuture(
            new TransferOutcome.Failed(TransferFailure.TARGET_SILENT));
    for (NodeId target : Transfers.successors(status, transport.peers())) {
      outcome =
          outcome.thenCompose(
              before ->
                  before instanceof TransferOutcome.Failed
                      ? transfer(target)
                      : CompletableFuture.completedFuture(before));
    }
    return outcome;
  }

  /**
   * Changes who takes part, all at once, on whichever node leads: refused by name if it cannot be
   * or would cost the quorum. A node to be added is started with {@link NodeConfig#joining} and the
   * addresses of some members, before or after.
   *
   * @return completes on the node's own threads, never exceptionally; unlike a command the request
   *     is refused while no leader is known
   */
  public CompletableFuture<ChangeOutcome> reconfigure(List<Change> changes) {
    CompletableFuture<ChangeOutcome> outcome = new CompletableFuture<>();
    loop.reconfigure(changes, outcome);
    if (stopped) {
      outcome.complete(new ChangeOutcome.Stopped());
    }
    return outcome;
  }

  /**
   * The membership as of the entries handed to the state machine; current after a linearizable
   * read.
   */
  public Membership members() {
    return loop.members();
  }

  /**
   * What the node knows of itself, and why something does not go on; as fresh as its loop's last
   * turn, but for a force that lasts.
   */
  public NodeStatus status() {
    return loop.status(heartbeatNanos).withFailed(failure.get() != null);
  }

  /** The port on which this node accepts peers, also if the system chose it. */
  public int peerPort() {
    return transport.localPort();
  }

  /** How things stand with each peer's connection, in id order. */
  public List<PeerStatus> peers() {
    return transport.peers();
  }

  /** Why the node stopped by itself, such as {@link RemovedException}, or null. */
  public @Nullable Throwable failure() {
    return failure.get();
  }

  /**
   * Stops the node and waits until its files and sockets are closed. Whatever waits is answered by
   * {@code Stopped}. Idempotent.
   */
  @Override
  public void close() {
    stop();
    loopThread.await();
    applyThread.await();
    transport.close();
    snapshots.close();
    wal.close();
    directory.close();
  }

  private void stop() {
    stopped = true;
    loop.stop();
  }

  /** A thread of this node died: the rest must not live on (fail-stop). */
  private void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      if (!(cause instanceof StorageException || cause instanceof RemovedException)) {
        LOG.log(Logger.Level.ERROR, "node " + self + " stops, which is a defect", cause);
      }
      stop();
      listener.failed(cause);
    }
  }
}
