package dev.balsa.node.net;

import dev.balsa.raft.GroupId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import java.util.List;

/**
 * Carries messages between the nodes of a cluster: in order from one node to another, or not at
 * all. All methods but {@link #wakeup} belong to one thread, the node's loop. A message may be
 * lost; the receiver is then told once that the peer was unreachable.
 */
public interface Transport extends AutoCloseable {
  /**
   * Buffers {@code message} of {@code group} for {@code to}. Dropped and counted if there is no
   * connection to the peer or its buffer is full, and dropped if {@code to} is no peer: it may have
   * been removed.
   */
  void send(GroupId group, NodeId to, Message message);

  /**
   * From the next dial on, {@code peer} is looked for at {@code address}; an open connection stays.
   * One that was no peer is one from now on.
   */
  void locate(NodeId peer, PeerAddress address);

  /** How things stand with each peer, in id order. Any thread. */
  List<PeerStatus> peers();

  /** Whether messages to {@code peer} leave; if it ceases, the receiver is told. */
  boolean isConnected(NodeId peer);

  /** {@code peer} is none any more: its connections are closed, and it is refused from now on. */
  void forget(NodeId peer);

  /**
   * What is told to those who ask, and by which former members are turned away: the membership as
   * far as it is committed.
   */
  void tell(Membership committed);

  /**
   * Writes what is buffered as far as the network takes it now; the rest follows in {@link #poll}.
   */
  void flush();

  /**
   * Hands over what has arrived, after waiting for something to arrive. Returns early when woken,
   * when a peer was lost, and when the transport itself had something to do at that time.
   *
   * @param timeoutNanos how long to wait at most; 0 or less does not wait
   */
  void poll(long timeoutNanos, Receiver receiver);

  /**
   * Makes the waiting {@link #poll}, or else the next one, return at once. Any thread may call it;
   * costs one volatile read if the loop is awake and was already told. Whatever the loop should
   * find must be published before.
   */
  void wakeup();

  /** Closes all connections. Called by the owning thread, or after it ended. */
  @Override
  void close();

  /** Gets what {@link #poll} finds, on the polling thread; may call {@link #send}. */
  interface Receiver {
    /**
     * All messages of {@code peer} from now on come from the data directory {@code incarnation}.
     */
    default void greeted(NodeId peer, IncarnationId incarnation) {}

    /** A node of this cluster that is no peer here looks for this one: the others may know it. */
    default void knocked(NodeId stranger) {}

    /** {@code peer} knows that this node is no member any more. */
    default void removed(NodeId peer) {}

    /** A complete message of a known peer to {@code group}, which need not exist here. */
    void received(GroupId group, Message message);

    /** {@code peer} answered a ping {@code nanos} nanoseconds after it was sent. */
    default void answered(NodeId peer, long nanos) {}

    /** Messages to {@code peer} may have been lost: its connection broke or its buffer was full. */
    void unreachable(NodeId peer);
  }
}
