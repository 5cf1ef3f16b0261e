package dev.balsa.raft;

import dev.balsa.raft.Ready.Outgoing;
import dev.balsa.raft.Ready.Persist;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers what one step produces; {@link #take} hands it to the host and starts afresh. */
final class Outbox {
  private @Nullable LogSlice append;
  private @Nullable EntryId restart;
  private boolean hardStateChanged;
  private List<Outgoing> sendNow = List.of();
  private List<Outgoing> sendDurable = List.of();
  private List<Ready.ProposalOutcome> proposals = List.of();
  private List<Ready.ChangeOutcome> changes = List.of();
  private List<Ready.ReadOutcome> reads = List.of();
  private List<Ready.SnapshotWork> snapshots = List.of();
  private List<Ready.TransferOutcome> transfers = List.of();
  private List<Event> events = List.of();
  private long sequence; // of the last write handed out

  /** The sequence number of the write that this step hands out, if it writes at all. */
  long nextSequence() {
    return sequence + 1;
  }

  void hardStateChanged() {
    hardStateChanged = true;
  }

  void append(LogSlice slice) {
    Require.invariant(append == null, "second append in a step at %s", slice.prev());
    append = slice;
  }

  boolean hasAppend() {
    return append != null;
  }

  void restart(EntryId at) {
    Require.invariant(append == null, "log begins anew at %s in a step that appends", at);
    restart = at;
  }

  boolean writes() {
    return hardStateChanged || restart != null || append != null;
  }

  void sendNow(NodeId to, Message message) {
    sendNow = add(sendNow, new Outgoing(to, message));
  }

  void sendDurable(NodeId to, Message message) {
    sendDurable = add(sendDurable, new Outgoing(to, message));
  }

  void proposal(Ready.ProposalOutcome outcome) {
    proposals = add(proposals, outcome);
  }

  void change(Ready.ChangeOutcome outcome) {
    changes = add(changes, outcome);
  }

  void read(Ready.ReadOutcome outcome) {
    reads = add(reads, outcome);
  }

  void snapshot(Ready.SnapshotWork work) {
    snapshots = add(snapshots, work);
  }

  void transfer(Ready.TransferOutcome outcome) {
    transfers = add(transfers, outcome);
  }

  void event(Event event) {
    events = add(events, event);
  }

  Ready take(HardState hardState) {
    Persist persist =
        writes()
            ? new Persist(++sequence, hardStateChanged ? hardState : null, restart, append)
            : null;
    Ready ready =
        new Ready(
            persist, sendNow, sendDurable, proposals, changes, reads, transfers, snapshots, events);
    append = null;
    restart = null;
    hardStateChanged = false;
    sendNow = List.of();
    sendDurable = List.of();
    proposals = List.of();
    changes = List.of();
    reads = List.of();
    snapshots = List.of();
    transfers = List.of();
    events = List.of();
    return ready;
  }

  private static <T> List<T> add(List<T> list, T element) {
    List<T> target = list.isEmpty() ? new ArrayList<>() : list;
    target.add(element);
    return target;
  }
}
