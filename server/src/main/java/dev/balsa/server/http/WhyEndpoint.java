package dev.balsa.server.http;

import dev.balsa.node.NodeStatus;
import dev.balsa.raft.Status;
import dev.balsa.raft.Why;
import dev.balsa.server.backend.Backend;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * {@code /debug/why}: what does not go on in this member and why, each with what to do, as JSON; an
 * empty list if all goes on. Answered from the latest picture of the node, so it answers though
 * nothing else does.
 */
public record WhyEndpoint(Backend backend) implements HttpRoutes.Endpoint {
  @Override
  public CompletableFuture<HttpAnswer> answer(HttpQuery query) {
    NodeStatus status = backend.status();
    Status raft = status.raft();
    String reasons =
        status.why().stream().map(WhyEndpoint::reason).collect(Collectors.joining(",", "[", "]"));
    return CompletableFuture.completedFuture(
        HttpAnswer.json(
            200,
            "{\"member\":\"%s\",\"role\":\"%s\",\"term\":%d,\"leader\":\"%s\",\"why\":%s}"
                .formatted(
                    raft.self(),
                    raft.role(),
                    raft.term(),
                    raft.leader() == null ? "" : raft.leader(),
                    reasons)));
  }

  /** Ids, numbers and fixed words only, so nothing needs an escape. */
  private static String reason(Why why) {
    return "{\"question\":\"%s\",\"reason\":\"%s\",\"text\":\"%s\",\"remedy\":\"%s\"}"
        .formatted(why.question(), why, why.text(), why.remedy());
  }
}
