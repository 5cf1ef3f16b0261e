package dev.balsa.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the host must do after a step. The type keeps apart what may leave at once from what must
 * wait for the disk:
 *
 * <ol>
 *   <li>write {@link #persist} (if any) to stable storage, in step order; report it by {@link
 *       Input.Persisted} once it is forced. Several steps may share one force.
 *   <li>send {@link #sendNow} at any time, best before that force: the leader replicates in
 *       parallel with its own write (thesis §10.2.1).
 *   <li>send {@link #sendDurable} only when this step's {@link #persist}, and those of all earlier
 *       steps, are durable.
 * </ol>
 *
 * @param persist what to write, or null if this step changed nothing durable
 * @param sendNow messages that promise nothing about this node's disk
 * @param sendDurable messages that do: votes, acknowledgements, requests for votes
 * @param proposals what became of batches that this node's clients proposed
 * @param changes what became of changes of the membership that this node's clients asked for
 * @param reads what became of reads that this node's clients asked for
 * @param transfers what became of requests to move the leadership
 * @param snapshots what to do with snapshots, in order
 * @param events what happened and why, in order
 */
public record Ready(
    @Nullable Persist persist,
    List<Outgoing> sendNow,
    List<Outgoing> sendDurable,
    List<ProposalOutcome> proposals,
    List<ChangeOutcome> changes,
    List<ReadOutcome> reads,
    List<TransferOutcome> transfers,
    List<SnapshotWork> snapshots,
    List<Event> events) {

  /**
   * A write to stable storage. If both parts are there, they may be one record or two in this
   * order; a crash between them is harmless.
   *
   * @param sequence counts from 1, one more for each write
   * @param hardState the new term and vote, or null if unchanged
   * @param restart the whole log is discarded, what follows continues after this entry, for which a
   *     durable snapshot stands. Null but when a snapshot is installed.
   * @param append entries to write after {@code append.prev}; whatever the log holds after that
   *     place is discarded. Null if the log is unchanged.
   */
  public record Persist(
      long sequence,
      @Nullable HardState hardState,
      @Nullable EntryId restart,
      @Nullable LogSlice append) {
    /** A write that goes on with the log. */
    public Persist(long sequence, @Nullable HardState hardState, @Nullable LogSlice append) {
      this(sequence, hardState, null, append);
    }
  }

  /** Something to do with a snapshot. */
  public sealed interface SnapshotWork {
    /**
     * A follower needs a snapshot and the latest has no bytes ({@link SnapshotMeta#isWritten}):
     * write the state down as it is now, or a later one, and answer by {@link Input.SnapshotTaken}.
     * Asking twice before that is asking once.
     */
    record Write() implements SnapshotWork {}

    /**
     * Keep bytes of a snapshot that the leader sends. They come in order; an offset of 0 begins a
     * snapshot, and ends the one before if that is not complete. When the last byte is there,
     * verify the snapshot, make it durable and answer by {@link Input.SnapshotReceived}, or drop it
     * and answer by {@link Input.SnapshotRejected}. That may take its time; nothing else waits.
     */
    record Store(SnapshotMeta snapshot, long offset, Bytes data) implements SnapshotWork {}

    /**
     * Replace all state of the state machine by this snapshot, which is durable, before anything
     * later is applied; the next entry to apply is the one after it.
     */
    record Install(SnapshotMeta snapshot) implements SnapshotWork {}

    /**
     * Nothing before and including the entry {@code base} is needed any more, nor a snapshot before
     * the one at {@code oldest}. A host may delete less, or later.
     */
    record Release(EntryId base, EntryId oldest) implements SnapshotWork {}
  }

  /** A message and whom it is for. */
  public record Outgoing(NodeId to, Message message) {}

  /** What became of a batch of commands. */
  public sealed interface ProposalOutcome {
    long proposal();

    /**
     * The commands are in the leader's log at consecutive indexes from {@code first} on. Each is
     * done when the entry at its index is applied; it is lost if that entry has another term.
     */
    record Accepted(long proposal, EntryId first) implements ProposalOutcome {}

    /** Nothing was appended, here or elsewhere. */
    record Refused(long proposal, Refusal reason) implements ProposalOutcome {}

    /** The leader asked gave no answer: the commands may yet be committed. */
    record Unknown(long proposal) implements ProposalOutcome {}
  }

  /** What became of a wish for other members. */
  public sealed interface ChangeOutcome {
    long request();

    /**
     * The change is under way. It is done when the entry at {@code first.index()} is applied with
     * this very id, or, if that entry carries a joint phase, when the next configuration is; it is
     * lost if the entry there has another term.
     */
    record Accepted(long request, EntryId first) implements ChangeOutcome {}

    /** Nothing was changed, here or elsewhere. */
    record Refused(long request, Refusal reason) implements ChangeOutcome {}

    /** The leader asked gave no answer: the change may yet come about. */
    record Unknown(long request) implements ChangeOutcome {}
  }

  /** What became of a read. */
  public sealed interface ReadOutcome {
    long read();

    /** Serve the read once {@code index} is applied; it then keeps what was asked of it. */
    record Confirmed(long read, long index, ReadBasis basis) implements ReadOutcome {}

    /** The read was not confirmed; asking again is safe. */
    record Refused(long read, Refusal reason) implements ReadOutcome {}
  }

  /** What became of a request to move the leadership. */
  public sealed interface TransferOutcome {
    long transfer();

    /** The target leads {@code term}. */
    record Done(long transfer, NodeId leader, long term) implements TransferOutcome {}

    /** The leadership did not move to the target, as far as this node knows. */
    record Failed(long transfer, TransferFailure reason) implements TransferOutcome {}
  }
}
