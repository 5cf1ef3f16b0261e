package dev.balsa.server.http;

import dev.balsa.kv.Alarm;
import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import dev.balsa.server.backend.Backend;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * {@code /health}: whether this member can serve. With {@code serializable=true} it answers for
 * itself alone; else it must know a leader and be able to read through it. An alarm of any member
 * makes it unhealthy, too, unless {@code exclude=} names the alarm's type.
 */
public record HealthEndpoint(Backend backend, Duration timeout) implements HttpRoutes.Endpoint {
  @Override
  public CompletableFuture<HttpAnswer> answer(HttpQuery query) {
    boolean alone = query.has("serializable", "true");
    if (!alone && backend.status().raft().leader() == null) {
      return CompletableFuture.completedFuture(unhealthy("RAFT NO LEADER"));
    }
    List<String> excluded = query.parameters().getOrDefault("exclude", List.of());
    return backend
        .<List<Alarm>>read(
            alone ? Consistency.STALE : Consistency.LINEARIZABLE, machine -> machine.kv().alarms())
        .thenApply(outcome -> judge(outcome, excluded))
        .completeOnTimeout(unhealthy("READ TIMED OUT"), timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static HttpAnswer judge(ReadOutcome<List<Alarm>> outcome, List<String> excluded) {
    return switch (outcome) {
      case ReadOutcome.Served<List<Alarm>>(var alarms, var index, var path, var age) ->
          judge(alarms, excluded);
      case ReadOutcome.Refused<List<Alarm>>(var reason) -> unhealthy("READ REFUSED: " + reason);
      case ReadOutcome.Stopped<List<Alarm>>() -> unhealthy("SERVER STOPPED");
    };
  }

  private static HttpAnswer judge(List<Alarm> alarms, List<String> excluded) {
    return alarms.stream()
        .map(alarm -> alarm.type().name())
        .filter(type -> !excluded.contains(type))
        .findFirst()
        .map(type -> unhealthy("ALARM " + type))
        .orElseGet(() -> HttpAnswer.json(200, "{\"health\":\"true\",\"reason\":\"\"}"));
  }

  private static HttpAnswer unhealthy(String reason) {
    return HttpAnswer.json(503, "{\"health\":\"false\",\"reason\":\"" + reason + "\"}");
  }
}
