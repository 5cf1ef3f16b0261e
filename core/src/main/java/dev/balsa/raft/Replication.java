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
  private final Liveness liveness;

  // Batches of this term not yet committed, and the sum of their bytes.
  private final ArrayDeque<Batch> uncommitted = new ArrayDeque<>();
  private long uncommittedBytes;

  // The slice made last: peers that stand at the same place get the same object.
  private LogSlice latest = new LogSlice(EntryId.ZERO, List.of());

  private record Batch(long last, long bytes) {}

  Replication(NodeState state, Reads reads, Liveness liveness) {
    this.state = state;
    this.outbox = state.outbox;
    this.reads = reads;
    this.liveness = liveness;
  }

  /** The election is won: a no-op opens the term (paper §8), and every peer is probed with it. */
  void lead() {
    Role.Leader leader = state.becomeLeader();
    uncommitted.clear();
    uncommittedBytes = 0;
    reads.lead();
    for (NodeId voter : state.membership.voters()) {
      if (!voter.equals(state.self())) {
        leader.peers.put(voter, new Progress(state.config, leader.termStart));
      }
    }
    liveness.lead(leader);
    append(List.of(new Payload.NoOp()));
    leader.heartbeatDeadline = Math.addExact(state.now(), state.config.heartbeatNanos());
    replicate(leader);
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
    EntryId prev = state.log.idAt(progress.next() - 1);
    send(peer, progress, new LogSlice(prev, List.of()));
  }

  /** Speaks to every peer: calms it, finds lost messages, and carries the current read round. */
  void heartbeat(Role.Leader leader) {
    leader.heartbeatDeadline = Math.addExact(state.now(), state.config.heartbeatNanos());
    leader.noticeDeadline = Long.MAX_VALUE;
    leader.peers.forEach(
        (peer, progress) -> {
          if (progress.isPipelined()) {
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
    if (!progress.isPipelined() && ack.match() >= progress.match()) {
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
    if (!progress.isCurrent(reject.rejected())) {
      return;
    }
    // Both sides skip whole terms: the place of agreement lies where neither term is above (§5.3).
    EntryId hint = reject.hint();
    long agreed =
        state.log.lastNotAbove(Math.min(hint.index(), reject.rejected()), hint.term()).index();
    long next = Math.min(reject.rejected(), agreed + 1);
    if (progress.isPipelined()) {
      outbox.event(new Event.ProgressChanged(reject.from(), false));
    }
    outbox.event(new Event.Backtracked(reject.from(), progress.next(), next));
    progress.probe(next);
    sendEntries(reject.from(), progress);
  }

  void unreachable(Role.Leader leader, NodeId peer) {
    Progress progress = leader.peers.get(peer);
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
        Quorum.reached(
            state.membership,
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
    while (!uncommitted.isEmpty() && uncommitted.getFirst().last() <= held) {
      uncommittedBytes -= uncommitted.removeFirst().bytes();
    }
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
