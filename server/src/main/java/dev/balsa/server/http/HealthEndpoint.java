package dev.balsa.server.http;

import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import dev.balsa.server.backend.Backend;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * {@code /health}: whether this member can serve. With {@code serializable=true} it answers for
 * itself alone; else it must know a leader and be able to read through it. {@code exclude=} names
 * an alarm to overlook; there are none.
 */
public record HealthEndpoint(Backend backend, Duration timeout) implements HttpRoutes.Endpoint {
  @Override
  public CompletableFuture<HttpAnswer> answer(HttpQuery query) {
    boolean alone = query.has("serializable", "true");
    if (!alone && backend.status().raft().leader() == null) {
      return CompletableFuture.completedFuture(unhealthy("RAFT NO LEADER"));
    }
    return backend
        .<Long>read(
            alone ? Consistency.STALE : Consistency.LINEARIZABLE,
            machine -> machine.kv().revision())
        .thenApply(HealthEndpoint::judge)
        .completeOnTimeout(unhealthy("READ TIMED OUT"), timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static HttpAnswer judge(ReadOutcome<Long> outcome) {
    return switch (outcome) {
      case ReadOutcome.Served<Long> served ->
          HttpAnswer.json(200, "{\"health\":\"true\",\"reason\":\"\"}");
      case ReadOutcome.Refused<Long>(var reason) -> unhealthy("READ REFUSED: " + reason);
      case ReadOutcome.Stopped<Long>() -> unhealthy("SERVER STOPPED");
    };
  }

  private static HttpAnswer unhealthy(String reason) {
    return HttpAnswer.json(503, "{\"health\":\"false\",\"reason\":\"" + reason + "\"}");
  }
}
