package dev.balsa.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The leader's side of log replication (paper §5.3) and the commit rule (§5.4.2). */
final class Replication {
  /** How long a commit may wait for another message to carry it to the followers. */
  private static final long NOTICE_NANOS = 1_000_000;

  private final NodeState state;
  private final Outbox outbox;
  private final Reads reads;
  private final Heartbeats heartbeats;
  private final SnapshotSending sending;
  private final Liveness liveness;

  // Batches of this term not yet committed, and the sum of their bytes.
  private final ArrayDeque<Batch> uncommitted = new ArrayDeque<>();
  private long uncommittedBytes;
  private long standsSince; // when the commit moved last, or could first have

  // The slice made last: peers that stand at the same place get the same object.
  private LogSlice latest = new LogSlice(EntryId.ZERO, List.of());

  private record Batch(long last, long bytes) {}

  Replication(
      NodeState state,
      Reads reads,
      Liveness liveness,
      Heartbeats heartbeats,
      SnapshotSending sending) {
    this.state = state;
    this.outbox = state.outbox;
    this.reads = reads;
    this.liveness = liveness;
    this.heartbeats = heartbeats;
    this.sending = sending;
  }

  /** The election is won: a no-op opens the term (paper §8), and every peer is probed with it. */
  void lead() {
    Role.Leader leader = state.becomeLeader();
    uncommitted.clear();
    uncommittedBytes = 0;
    reads.lead();
    addPeers(leader, leader.termStart);
    liveness.lead(leader);
    append(List.of(opening()));
    leader.heartbeatDeadline = Math.addExact(state.now(), state.config.heartbeatNanos());
    replicate(leader);
  }

  /**
   * The first leader of all writes down the membership it was started with, so that the log tells
   * it to nodes that join later; that entry opens the term as well as a no-op does.
   */
  private Payload opening() {
    Configured latest = state.configurations.latest();
    return latest.at().equals(EntryId.ZERO)
        ? new Payload.Configuration(state.incarnations.name(latest.membership()))
        : new Payload.NoOp();
  }

  private void addPeers(Role.Leader leader, long next) {
    for (Member member : state.membership().members()) {
      if (!member.id().equals(state.self())) {
        leader.peers.computeIfAbsent(member.id(), id -> new Progress(state.config, next));
      }
    }
  }

  /**
   * Appends a configuration, in force from now on, and sends it, also to those that it removes:
   * they are peers until it is committed, so that they learn of it.
   */
  EntryId configure(Role.Leader leader, Membership membership) {
    LogSlice slice = append(List.of(new Payload.Configuration(membership)));
    addPeers(leader, slice.last().index());
    replicate(leader);
    return slice.last();
  }

  /** What {@code peer} had acknowledged is gone with its disk: it begins at nothing. */
  void restart(Role.Leader leader, NodeId peer) {
    leader.peers.computeIfPresent(
        peer, (id, former) -> new Progress(state.config, state.log.lastIndex() + 1));
  }

  /** Lets go of peers that are no members, with a last word on what is committed. */
  void dropStrangers(Role.Leader leader) {
    leader
        .peers
        .entrySet()
        .removeIf(
            peer -> {
              boolean stranger = state.membership().member(peer.getKey()) == null;
              if (stranger && peer.getValue().isPipelined()) {
                sendEmpty(peer.getKey(), peer.getValue());
              }
              return stranger;
            });
  }

  /** Since when the commit index stands, if there is anything to commit. */
  long standsSince() {
    return standsSince;
  }

  /** The bytes of this term's entries that are not committed. */
  long uncommittedBytes() {
    return uncommittedBytes;
  }

  /** Whether a batch may be appended, given what is still uncommitted. */
  boolean hasRoom(List<Bytes> commands) {
    long bytes = 0;
    for (Bytes command : commands) {
      bytes += command.length() + Entry.OVERHEAD_BYTES;
    }
    return uncommitted.isEmpty() || uncommittedBytes + bytes <= state.config.uncommittedBytesMax();
  }

  /**
   * Appends the commands to the leader's own log and sends them; returns where the first stands.
   */
  EntryId propose(Role.Leader leader, List<Bytes> commands) {
    List<Payload> payloads = new ArrayList<>(commands.size());
    for (Bytes command : commands) {
      payloads.add(new Payload.Command(command));
    }
    LogSlice slice = append(payloads);
    replicate(leader);
    return slice.entries().getFirst().id();
  }

  private LogSlice append(List<Payload> payloads) {
    EntryId prev = state.log.last();
    List<Entry> entries = new ArrayList<>(payloads.size());
    long index = prev.index();
    for (Payload payload : payloads) {
      entries.add(new Entry(new EntryId(state.term(), ++index), payload));
    }
    LogSlice slice = new LogSlice(prev, entries);
    state.append(slice);
    long bytes = slice.bytes();
    if (uncommitted.isEmpty()) {
      standsSince = state.now();
    }
    uncommitted.add(new Batch(index, bytes));
    uncommittedBytes += bytes;
    latest = slice;
    return slice;
  }

  private void replicate(Role.Leader leader) {
    for (Map.Entry<NodeId, Progress> peer : leader.peers.entrySet()) {
      sendEntries(peer.getKey(), peer.getValue());
    }
  }

  private void sendEntries(NodeId peer, Progress progress) {
    while (!progress.isPaused() && progress.next() <= state.log.lastIndex()) {
      if (progress.next() <= state.log.base().index()) {
        sending.begin(peer, progress, reads.round());
        return;
      }
      LogSlice slice = sliceFrom(progress.next());
      send(peer, progress, slice);
      progress.sent(slice.last().index(), slice.bytes());
    }
  }

  private LogSlice sliceFrom(long next) {
    EntryId prev = state.log.idAt(next - 1);
    long bytesMax = state.config.appendBytesMax();
    boolean reusable =
        latest.prev().equals(prev)
            && !latest.isEmpty()
            && state.log.contains(latest.last())
            && (latest.bytes() <= bytesMax || latest.entries().size() == 1);
    if (!reusable) {
      latest = new LogSlice(prev, state.log.read(next, state.log.lastIndex(), bytesMax));
    }
    return latest;
  }

  private void send(NodeId peer, Progress progress, LogSlice slice) {
    progress.toldCommit = state.commit();
    outbox.sendNow(
        peer, new Message.Append(state.self(), state.term(), slice, state.commit(), reads.round()));
  }

  private void sendEmpty(NodeId peer, Progress progress) {
    heartbeats.speak(peer, progress, reads.round());
  }

  /** Speaks to every peer: calms it, finds lost messages, and carries the current read round. */
  void heartbeat(Role.Leader leader) {
    leader.heartbeatDeadline = Math.addExact(state.now(), state.config.heartbeatNanos());
    leader.noticeDeadline = Long.MAX_VALUE;
    reads.heartbeat(leader);
    leader.peers.forEach(
        (peer, progress) -> {
          if (progress.isPipelined() || progress.shipment() != null) {
            sendEmpty(peer, progress);
          } else {
            progress.resume();
            if (progress.next() <= state.log.lastIndex()) {
              sendEntries(peer, progress);
            } else {
              sendEmpty(peer, progress);
            }
          }
        });
  }

  void wake(Role.Leader leader) {
    sending.wake(leader, reads.round());
    if (state.now() >= leader.heartbeatDeadline) {
      heartbeat(leader);
    } else if (state.now() >= leader.noticeDeadline) {
      leader.noticeDeadline = Long.MAX_VALUE;
      leader.peers.forEach(
          (peer, progress) -> {
            if (progress.isPipelined() && progress.toldCommit < state.commit()) {
              sendEmpty(peer, progress);
            }
          });
    }
  }

  void onAck(Role.Leader leader, Message.AppendAck ack) {
    Progress progress = leader.peers.get(ack.from());
    if (progress == null) {
      return;
    }
    Require.invariant(
        ack.match() <= state.log.lastIndex(),
        "%s acknowledges %s, the log ends at %s",
        ack.from(),
        ack.match(),
        state.log.last());
    progress.heard = state.now();
    boolean news = progress.acked(ack.match());
    // Whatever the log can go on from ends a snapshot's journey, not just its last entry.
    boolean usable = progress.shipment() == null || progress.match() >= state.log.base().index();
    if (usable && !progress.isPipelined() && ack.match() >= progress.match()) {
      progress.pipeline();
      outbox.event(new Event.ProgressChanged(ack.from(), true));
    }
    if (news) {
      advanceCommit(leader);
    }
    reads.acked(leader, progress, ack.round());
    sendEntries(ack.from(), progress);
  }

  void onReject(Role.Leader leader, Message.AppendReject reject) {
    Progress progress = leader.peers.get(reject.from());
    if (progress == null) {
      return;
    }
    progress.heard = state.now();
    reads.acked(leader, progress, reject.round());
    // Both sides skip whole terms: the place of agreement lies where neither term is above (§5.3).
    EntryId hint = reject.hint();
    long agreed =
        state.log.lastNotAbove(Math.min(hint.index(), reject.rejected()), hint.term()).index();
    if (reject.lost() && agreed < progress.match()) {
      outbox.event(new Event.PeerLostEntries(reject.from(), progress.match(), agreed));
      progress.lose(agreed);
    }
    if (!progress.isCurrent(reject.rejected())) {
      return;
    }
    long next = Math.min(reject.rejected(), agreed + 1);
    if (progress.isPipelined()) {
      outbox.event(new Event.ProgressChanged(reject.from(), false));
    }
    outbox.event(new Event.Backtracked(reject.from(), progress.next(), next));
    progress.probe(next);
    sendEntries(reject.from(), progress);
  }

  void onSnapshotAck(Role.Leader leader, Message.SnapshotAck ack) {
    Progress progress = leader.peers.get(ack.from());
    if (progress != null) {
      progress.heard = state.now();
      reads.acked(leader, progress, ack.round());
      sending.onAck(progress, ack, reads.round());
    }
  }

  void snapshotWritten(Role.Leader leader) {
    sending.written(leader, reads.round());
  }

  void unreachable(Role.Leader leader, NodeId peer) {
    Progress progress = leader.peers.get(peer);
    Shipment shipment = progress == null ? null : progress.shipment();
    if (shipment != null) {
      sending.restart(shipment);
    }
    if (progress != null && progress.isPipelined()) {
      progress.probe(progress.match() + 1);
      outbox.event(new Event.ProgressChanged(peer, false));
    }
  }

  /** This node's own log counts for what is durable, no further. */
  void persisted(Role.Leader leader) {
    advanceCommit(leader);
  }

  /**
   * Commits what a majority holds durably, if it is of this term: an older entry may still be
   * overwritten though a majority holds it (paper §5.4.2, figure 8).
   */
  private void advanceCommit(Role.Leader leader) {
    long before = state.commit();
    long held =
        state
            .quorum()
            .reached(
                node -> {
                  Progress progress = leader.peers.get(node);
                  return progress == null ? state.durable() : progress.match();
                });
    if (held <= before) {
      return;
    }
    if (held < leader.termStart) {
      outbox.event(new Event.CommitWithheld(held, state.log.idAt(held).term(), state.term()));
      return;
    }
    state.advanceCommit(held);
    standsSince = state.now();
    while (!uncommitted.isEmpty() && uncommitted.getFirst().last() <= held) {
      uncommittedBytes -= uncommitted.removeFirst().bytes();
    }
    Require.invariant(
        uncommittedBytes >= 0 && uncommitted.isEmpty() == (uncommittedBytes == 0),
        "%s uncommitted batches of %s bytes",
        uncommitted.size(),
        uncommittedBytes);
    tellCommit(leader, before);
    reads.committed(leader);
  }

  /** Peers whose clients wait learn of a commit at once, the others with the next message. */
  private void tellCommit(Role.Leader leader, long before) {
    leader.peers.forEach(
        (peer, progress) -> {
          if (progress.isPipelined()
              && progress.forwardedLast > before
              && progress.next() > state.log.lastIndex()) {
            sendEmpty(peer, progress);
          }
        });
    if (leader.noticeDeadline == Long.MAX_VALUE && !leader.peers.isEmpty()) {
      leader.noticeDeadline = Math.addExact(state.now(), NOTICE_NANOS);
    }
  }

  void describe(Fingerprint print) {
    print.add(uncommitted.size());
    uncommitted.forEach(batch -> print.add(batch.last()).add(batch.bytes()));
    print.add(latest.prev()).add(latest.last());
  }
}
