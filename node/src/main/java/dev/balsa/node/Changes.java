package dev.balsa.node;

import dev.balsa.raft.Change;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests to change the membership: left here by any thread, the rest is for the loop's alone. One
 * is done when a committed configuration outside of a joint phase stands at its place or after it.
 */
final class Changes {
  private final ConcurrentLinkedQueue<Request> intake = new ConcurrentLinkedQueue<>();
  private final Map<Long, Request> asked = new HashMap<>(); // given to the core, not answered
  private final TreeMap<Long, Placed> placed = new TreeMap<>(); // by index, not yet committed
  private long latest;
  private long committed; // the last index seen by committed()

  private record Request(List<Change> changes, CompletableFuture<ChangeOutcome> outcome) {}

  private record Placed(EntryId first, CompletableFuture<ChangeOutcome> outcome) {}

  /** Any thread. */
  void leave(List<Change> changes, CompletableFuture<ChangeOutcome> outcome) {
    intake.add(new Request(changes, outcome));
  }

  /** Gives the core what was left here. */
  void take(Consumer<Input> step) {
    @Nullable Request request;
    while ((request = intake.poll()) != null) {
      asked.put(++latest, request);
      step.accept(new Input.Reconfigure(latest, request.changes()));
    }
  }

  void answer(Ready.ChangeOutcome answer) {
    Request request =
        Objects.requireNonNull(asked.remove(answer.request()), "change answered twice");
    CompletableFuture<ChangeOutcome> outcome = request.outcome();
    switch (answer) {
      case Ready.ChangeOutcome.Accepted(long id, EntryId first) -> {
        if (first.index() <= committed) {
          outcome.complete(new ChangeOutcome.Unknown()); // its place was learned too late
        } else {
          Placed before = placed.put(first.index(), new Placed(first, outcome));
          if (before != null) {
            before.outcome().complete(new ChangeOutcome.Unknown());
          }
        }
      }
      case Ready.ChangeOutcome.Refused(long id, Refusal reason) ->
          outcome.complete(new ChangeOutcome.Refused(reason));
      case Ready.ChangeOutcome.Unknown unknown -> outcome.complete(new ChangeOutcome.Unknown());
    }
  }

  /** These entries are committed, in log order. */
  void committed(List<Entry> entries) {
    committed = entries.getLast().index();
    if (placed.isEmpty()) {
      return;
    }
    for (Entry entry : entries) {
      Placed there = placed.get(entry.index());
      if (there != null && !there.first().equals(entry.id())) {
        placed.remove(entry.index());
        there.outcome().complete(new ChangeOutcome.Refused(Refusal.LEADER_CHANGED));
      }
      if (entry.payload() instanceof Payload.Configuration(Membership membership)
          && !membership.isJoint()) {
        while (!placed.isEmpty() && placed.firstKey() <= entry.index()) {
          placed.pollFirstEntry().getValue().outcome().complete(new ChangeOutcome.Done(membership));
        }
      }
    }
  }

  void answerStopped() {
    asked.values().forEach(request -> request.outcome().complete(new ChangeOutcome.Stopped()));
    placed.values().forEach(change -> change.outcome().complete(new ChangeOutcome.Stopped()));
    @Nullable Request request;
    while ((request = intake.poll()) != null) {
      request.outcome().complete(new ChangeOutcome.Stopped());
    }
  }
}
