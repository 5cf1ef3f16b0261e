package dev.balsa.node;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Input;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this node's clients wait for: commands and linearizable reads. Left here by any thread, the
 * rest is for the loop's alone. They wait here until a leader is known that has not just refused
 * some, and go to the core in batches.
 */
final class Requests<R, S extends StateMachine<R>> {
  private static final int BATCHES_PER_TURN = 4;

  /** How long refused requests wait for another leader before the same one is asked again. */
  private static final long RETRY_NANOS = 20_000_000;

  /** So many reads wait for a leader before it is looked whose callers have given up. */
  private static final int HELD_READS_UNSEEN = 1_000;

  private final Raft raft;
  private final Applier<R, S> applier;
  private final Intake<R> intake;
  private final long batchBytesMax;
  private final ConcurrentLinkedQueue<Applier.Query<S>> readIntake = new ConcurrentLinkedQueue<>();

  // Given to the core and not answered yet.
  private final Map<Long, List<Intake.Submission<R>>> proposed = new HashMap<>();
  private final Map<Long, List<Applier.Query<S>>> asked = new HashMap<>();
  private long nextRequest = 1;

  // Refused by a leader that is none any more: to be tried again when another is known, or the same
  // one after a while.
  private List<Intake.Submission<R>> heldProposals = new ArrayList<>();
  private final List<Applier.Query<S>> heldReads = new ArrayList<>();
  private int heldReadsLookedAt = HELD_READS_UNSEEN; // the size at which they are next
  private Epoch refusedBy = new Epoch(0, null);
  private long refusedUntil = System.nanoTime();

  private record Epoch(long term, @Nullable NodeId leader) {}

  Requests(Raft raft, Applier<R, S> applier, Intake<R> intake, long batchBytesMax) {
    this.raft = raft;
    this.applier = applier;
    this.intake = intake;
    this.batchBytesMax = batchBytesMax;
  }

  /** Leaves a read. Any thread. */
  void leave(Applier.Query<S> query) {
    readIntake.add(query);
  }

  /** Gives {@code step} all that has gathered, if there is a leader to ask. */
  void take(Consumer<Input> step) {
    propose(step);
    read(step);
  }

  /** How many batches the core has not answered. */
  int unanswered() {
    return proposed.size() + asked.size();
  }

  /**
   * How long the loop may sleep, at most {@code nanos}; not at all while there is work that no peer
   * will announce.
   */
  long patience(long nanos, long now) {
    if (isEmpty()) {
      return Math.max(0, nanos);
    }
    return canPropose(now) ? 0 : Math.max(0, Math.min(nanos, RETRY_NANOS));
  }

  private boolean isEmpty() {
    return intake.isEmpty()
        && readIntake.isEmpty()
        && heldProposals.isEmpty()
        && heldReads.isEmpty();
  }

  private boolean canPropose(long now) {
    return raft.leader() != null && (now - refusedUntil >= 0 || !epoch().equals(refusedBy));
  }

  private void refused() {
    refusedBy = epoch();
    refusedUntil = System.nanoTime() + RETRY_NANOS;
  }

  private Epoch epoch() {
    return new Epoch(raft.term(), raft.leader());
  }

  private void propose(Consumer<Input> step) {
    if (!canPropose(System.nanoTime())) {
      heldProposals.removeIf(submission -> submission.outcome().isDone());
      return;
    }
    if (!heldProposals.isEmpty()) {
      List<Intake.Submission<R>> again = heldProposals;
      heldProposals = new ArrayList<>();
      propose(again, step);
    }
    for (int batches = 0; batches < BATCHES_PER_TURN && !intake.isEmpty(); batches++) {
      propose(intake.drain(batchBytesMax), step);
    }
  }

  private void propose(List<Intake.Submission<R>> batch, Consumer<Input> step) {
    if (batch.isEmpty()) {
      return;
    }
    List<Bytes> commands = new ArrayList<>(batch.size());
    for (Intake.Submission<R> submission : batch) {
      commands.add(submission.command());
    }
    long id = nextRequest++;
    proposed.put(id, batch);
    step.accept(new Input.Propose(id, commands));
  }

  /**
   * Reads that bear with less need not wait for a leader; all others of a mode go together. Those
   * that wait already are not looked at before there is one.
   */
  private void read(Consumer<Input> step) {
    boolean waits = !canPropose(System.nanoTime());
    if (readIntake.isEmpty() && (waits || heldReads.isEmpty())) {
      return;
    }
    List<Applier.Query<S>> all = new ArrayList<>();
    if (!waits) {
      all.addAll(heldReads);
      heldReads.clear();
    }
    Applier.@Nullable Query<S> query;
    while ((query = readIntake.poll()) != null) {
      all.add(query);
    }
    Map<ReadMode, List<Applier.Query<S>>> batches = new LinkedHashMap<>();
    for (Applier.Query<S> read : all) {
      if (waits && !(read.mode() instanceof ReadMode.Bounded)) {
        hold(read);
      } else {
        batches.computeIfAbsent(read.mode(), mode -> new ArrayList<>()).add(read);
      }
    }
    batches.forEach(
        (mode, batch) -> {
          long id = nextRequest++;
          asked.put(id, batch);
          step.accept(new Input.Read(id, mode));
        });
  }

  /** Clients give up and ask again while there is no leader: what they gave up goes in time. */
  private void hold(Applier.Query<S> read) {
    if (heldReads.size() >= heldReadsLookedAt) {
      heldReads.removeIf(Requests::wasGivenUp);
      heldReadsLookedAt = Math.max(HELD_READS_UNSEEN, 2 * heldReads.size());
    }
    heldReads.add(read);
  }

  private static boolean wasGivenUp(Applier.Query<?> read) {
    if (read.isGivenUp()) {
      read.refused(Refusal.NO_LEADER);
      return true;
    }
    return false;
  }

  /** The core tells what became of a batch of commands. */
  void answer(Ready.ProposalOutcome outcome) {
    List<Intake.Submission<R>> batch =
        Objects.requireNonNull(proposed.remove(outcome.proposal()), "proposal answered twice");
    switch (outcome) {
      case Ready.ProposalOutcome.Accepted accepted -> applier.place(accepted.first(), batch);
      case Ready.ProposalOutcome.Refused refused -> {
        switch (refused.reason()) {
          case NO_LEADER, LEADER_CHANGED, TRANSFERRING -> {
            refused();
            heldProposals.addAll(batch);
          }
          default -> complete(batch, new Outcome.Refused<>(refused.reason()));
        }
      }
      case Ready.ProposalOutcome.Unknown unknown ->
          complete(batch, new Outcome.Unknown<>("the leader went away without an answer"));
    }
  }

  /** The core tells what became of a batch of reads. */
  void answer(Ready.ReadOutcome outcome) {
    List<Applier.Query<S>> batch =
        Objects.requireNonNull(asked.remove(outcome.read()), "read answered twice");
    switch (outcome) {
      case Ready.ReadOutcome.Confirmed confirmed ->
          applier.query(confirmed.index(), batch, confirmed.basis());
      case Ready.ReadOutcome.Refused refused -> {
        if (batch.getFirst().mode() instanceof ReadMode.Bounded) {
          batch.forEach(query -> query.refused(Refusal.TOO_STALE));
        } else {
          refused();
          heldReads.addAll(batch);
        }
      }
    }
  }

  /** The node stops: everybody learns it. */
  void answerStopped() {
    proposed.values().forEach(batch -> complete(batch, new Outcome.Stopped<>()));
    complete(heldProposals, new Outcome.Stopped<>());
    while (!intake.isEmpty()) {
      complete(intake.drain(Long.MAX_VALUE), new Outcome.Stopped<>());
    }
    asked.values().forEach(batch -> batch.forEach(Applier.Query::stopped));
    heldReads.forEach(Applier.Query::stopped);
    Applier.@Nullable Query<S> query;
    while ((query = readIntake.poll()) != null) {
      query.stopped();
    }
  }

  private void complete(List<Intake.Submission<R>> batch, Outcome<R> outcome) {
    batch.forEach(submission -> submission.outcome().complete(outcome));
  }
}
