package dev.balsa.node;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.UninterruptibleThread;
import dev.balsa.node.net.TcpTransport;
import dev.balsa.node.wal.SharedLog;
import dev.balsa.raft.NodeId;
import java.lang.System.Logger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a node has one of, however many groups it has: a log, a peer network, a loop, a thread for
 * snapshots. When any of its threads dies all of it stops.
 */
final class Host {
  private static final Logger LOG = System.getLogger(RaftNode.class.getName());

  private final NodeConfig config;
  private final Directory directory;
  private final Identity identity;
  private final SharedLog log;
  private final TcpTransport transport;
  private final SnapshotThread snapshotThread;
  private final Loop loop;
  private final UninterruptibleThread loopThread;
  private final NodeListener listener;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped; // written once, by whoever stops the node

  /**
   * Binds the peer port; closes the log if that fails.
   *
   * @param codec the one that {@code log} encodes with
   */
  Host(
      NodeConfig config,
      Directory directory,
      Identity identity,
      SharedLog log,
      SliceCodec codec,
      NodeListener listener) {
    this.config = config;
    this.directory = directory;
    this.identity = identity;
    this.log = log;
    this.listener = listener;
    this.transport = openTransport(codec);
    this.snapshotThread = new SnapshotThread(this::fail);
    this.loop = new Loop(log, transport, listener, config.raft().appendBytesMax(), this::fail);
    this.loopThread = new UninterruptibleThread(loop, "balsa-loop-" + self());
  }

  private TcpTransport openTransport(SliceCodec codec) {
    try {
      return new TcpTransport(config.network(identity), codec);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  void start() {
    loopThread.start();
    snapshotThread.start();
  }

  NodeConfig config() {
    return config;
  }

  NodeId self() {
    return config.self();
  }

  Identity identity() {
    return identity;
  }

  Directory directory() {
    return directory;
  }

  SharedLog log() {
    return log;
  }

  TcpTransport transport() {
    return transport;
  }

  SnapshotThread snapshotThread() {
    return snapshotThread;
  }

  Loop loop() {
    return loop;
  }

  boolean isLoopThread() {
    return Thread.currentThread() == loopThread;
  }

  boolean isStopped() {
    return stopped;
  }

  @Nullable Throwable failure() {
    return failure.get();
  }

  void stop() {
    stopped = true;
    loop.stop();
  }

  /** A thread of this node died: the rest must not live on (fail-stop). */
  void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      if (!(cause instanceof StorageException || cause instanceof RemovedException)) {
        LOG.log(Logger.Level.ERROR, "node " + self() + " stops, which is a defect", cause);
      }
      stop();
      listener.failed(cause);
    }
  }

  /**
   * Stops everything and waits until files and sockets are closed.
   *
   * @param appliers waits for the threads that apply, once the loop has ended
   * @param snapshots closes the groups' snapshots, once nobody uses them
   */
  void close(Runnable appliers, Runnable snapshots) {
    stop();
    loopThread.await();
    appliers.run();
    transport.close();
    snapshotThread.close();
    snapshots.run();
    log.close();
    directory.close();
  }
}
