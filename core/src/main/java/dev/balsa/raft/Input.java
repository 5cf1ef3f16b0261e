package dev.balsa.raft;

import java.util.List;

/** What a host may tell the core. */
public sealed interface Input {
  /** {@code Raft.deadline()} has come. Harmless at any other time. */
  record Wake() implements Input {}

  /** A peer's message arrived. */
  record Receive(Message message) implements Input {}

  /**
   * All that {@code peer} says from now on comes from the data directory {@code incarnation}. Given
   * before its first message, and again when it comes back.
   */
  record Greeted(NodeId peer, IncarnationId incarnation) implements Input {}

  /**
   * Clients of this node ask for commands to be replicated, in this order.
   *
   * @param proposal the host's name for the batch; the outcome comes back under it. Never reused
   *     while the process lives.
   */
  record Propose(long proposal, List<Bytes> commands) implements Input {
    public Propose {
      commands = List.copyOf(commands);
      Require.argument(!commands.isEmpty(), "proposal %s has no command", proposal);
    }
  }

  /**
   * A client of this node wants to read.
   *
   * @param read the host's name for the read (or for a batch of them). Never reused while the
   *     process lives.
   */
  record Read(long read, ReadMode mode) implements Input {
    /** A linearizable read. */
    public Read(long read) {
      this(read, ReadMode.LINEARIZABLE);
    }
  }

  /**
   * A client of this node wants other members; all of {@code changes} or none.
   *
   * @param request the host's name for the wish; the outcome comes back under it. Never reused
   *     while the process lives, nor shared with a {@link Propose#proposal()}.
   */
  record Reconfigure(long request, List<Change> changes) implements Input {
    public Reconfigure {
      changes = List.copyOf(changes);
      Require.argument(!changes.isEmpty(), "request %s changes nothing", request);
      Require.argument(
          Change.areOfDifferentNodes(changes), "changes %s name a node twice", changes);
    }
  }

  /**
   * An operator wants {@code target} to lead (thesis §3.10). Only the leader can do it; it takes no
   * proposals meanwhile and goes on leading if the target has not taken over within the longest
   * election timeout.
   *
   * @param transfer the host's name for the request; the outcome comes back under it. Never reused
   *     while the process lives.
   */
  record Transfer(long transfer, NodeId target) implements Input {}

  /** Everything up to {@link Ready.Persist#sequence()} {@code sequence} is durable. */
  record Persisted(long sequence) implements Input {}

  /**
   * A snapshot that this node took of its applied state is durable: the log may be cut.
   *
   * @param snapshot its last entry is in the log. After a start it may be beyond what this node
   *     knows as committed, if the state machine kept its state by itself: only committed entries
   *     are ever applied, so that it is committed, too.
   */
  record SnapshotTaken(SnapshotMeta snapshot) implements Input {}

  /**
   * All of a snapshot that the leader sent ({@link Ready.SnapshotWork.Store}) is verified and
   * durable here.
   */
  record SnapshotReceived(SnapshotMeta snapshot) implements Input {}

  /** What the leader sent as a snapshot does not check out; nothing of it is kept. */
  record SnapshotRejected(SnapshotMeta snapshot) implements Input {}

  /** Messages to {@code peer} may have been lost: its connection broke or its queue was full. */
  record Unreachable(NodeId peer) implements Input {}
}
