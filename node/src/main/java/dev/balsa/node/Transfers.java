package dev.balsa.node;

import dev.balsa.node.net.PeerStatus;
import dev.balsa.raft.Input;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Status;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Requests to move the leadership: left here by any thread, the rest is for the loop's alone. */
final class Transfers {
  private final ConcurrentLinkedQueue<Request> intake = new ConcurrentLinkedQueue<>();
  private final Map<Long, Request> asked = new HashMap<>(); // given to the core, not answered
  private long latest;

  private record Request(NodeId target, CompletableFuture<TransferOutcome> outcome) {}

  /** The connected followers of a leader, the one whose log is most complete first. */
  static List<NodeId> successors(Status leader, List<PeerStatus> peers) {
    Set<NodeId> connected = new TreeSet<>();
    for (PeerStatus peer : peers) {
      if (peer.inbound() && peer.outbound() == PeerStatus.Connection.CONNECTED) {
        connected.add(peer.node());
      }
    }
    return leader.followers().stream()
        .filter(follower -> connected.contains(follower.node()))
        .sorted(Comparator.comparingLong(Status.Follower::match).reversed())
        .map(Status.Follower::node)
        .toList();
  }

  /** Any thread. */
  void leave(NodeId target, CompletableFuture<TransferOutcome> outcome) {
    intake.add(new Request(target, outcome));
  }

  /** Gives the core what was left here. */
  void take(Consumer<Input> step) {
    @Nullable Request request;
    while ((request = intake.poll()) != null) {
      asked.put(++latest, request);
      step.accept(new Input.Transfer(latest, request.target()));
    }
  }

  void answer(Ready.TransferOutcome outcome) {
    Request request =
        Objects.requireNonNull(asked.remove(outcome.transfer()), "transfer answered twice");
    request
        .outcome()
        .complete(
            switch (outcome) {
              case Ready.TransferOutcome.Done(long transfer, NodeId leader, long term) ->
                  new TransferOutcome.Done(leader, term);
              case Ready.TransferOutcome.Failed(long transfer, var reason) ->
                  new TransferOutcome.Failed(reason);
            });
  }

  void answerStopped() {
    asked.values().forEach(request -> request.outcome().complete(new TransferOutcome.Stopped()));
    @Nullable Request request;
    while ((request = intake.poll()) != null) {
      request.outcome().complete(new TransferOutcome.Stopped());
    }
  }
}
