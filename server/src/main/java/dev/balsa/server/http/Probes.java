package dev.balsa.server.http;

import dev.balsa.kv.Alarm;
import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.Member;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ServerMachine;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@code /livez} and {@code /readyz} for orchestrators: whether to restart this member, and whether
 * to send it clients. Both are a list of checks; {@code exclude=NAME} leaves one out, {@code
 * verbose} lists them, and each has a path of its own below. 200 if all pass, else 503.
 */
public final class Probes {
  private static final String PASSED = "";

  private final Backend backend;
  private final NodeId self;
  private final Duration timeout;
  private final Listener listener;

  /** Is told of each check. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A check was made.
     *
     * @param type {@code livez} or {@code readyz}
     */
    void checked(String type, String name, boolean passed);
  }

  /** Probes of the member {@code self}; a check that takes longer than {@code timeout} fails. */
  public Probes(Backend backend, NodeId self, Duration timeout, Listener listener) {
    this.backend = backend;
    this.self = self;
    this.timeout = timeout;
    this.listener = listener;
  }

  /** Completes with {@link #PASSED} or with what is wrong. */
  private interface Check extends Supplier<CompletableFuture<String>> {}

  /** Adds the probes' paths. */
  public void addTo(HttpRoutes routes) {
    Map<String, Check> live = new LinkedHashMap<>();
    live.put("serializable_read", () -> read(Consistency.STALE));
    Map<String, Check> ready = new LinkedHashMap<>();
    ready.put("data_corruption", this::noCorruption);
    ready.putAll(live);
    ready.put("linearizable_read", () -> read(Consistency.LINEARIZABLE));
    ready.put("non_learner", this::nonLearner);
    add(routes, "/livez", live);
    add(routes, "/readyz", ready);
  }

  private void add(HttpRoutes routes, String path, Map<String, Check> checks) {
    routes.with("GET", path, query -> answer(path.substring(1), checks, query));
    checks.forEach(
        (name, check) ->
            routes.with(
                "GET",
                path + "/" + name,
                query -> answer(path.substring(1), Map.of(name, check), query)));
  }

  private CompletableFuture<HttpAnswer> answer(
      String type, Map<String, Check> checks, HttpQuery query) {
    List<String> excluded = query.parameters().getOrDefault("exclude", List.of());
    CompletableFuture<Report> report =
        CompletableFuture.completedFuture(new Report(true, new StringBuilder()));
    for (Map.Entry<String, Check> check : checks.entrySet()) {
      if (!excluded.contains(check.getKey())) {
        report =
            report.thenCombine(
                check.getValue().get(),
                (before, result) -> {
                  listener.checked(type, check.getKey(), result.equals(PASSED));
                  return before.with(check.getKey(), result);
                });
      }
    }
    return report.thenApply(all -> all.answer(query.parameters().containsKey("verbose")));
  }

  private record Report(boolean passed, StringBuilder lines) {
    Report with(String name, String result) {
      boolean good = result.equals(PASSED);
      lines.append(good ? "[+]" : "[-]").append(name);
      lines.append(good ? " ok\n" : " failed: " + result + "\n");
      return new Report(passed && good, lines);
    }

    HttpAnswer answer(boolean verbose) {
      String list = verbose || !passed ? lines.toString() : "";
      return HttpAnswer.text(passed ? 200 : 503, list + (passed ? "ok" : "not ok"));
    }
  }

  private CompletableFuture<String> noCorruption() {
    return read(
        Consistency.STALE,
        machine ->
            machine.kv().alarms().stream().anyMatch(it -> it.type() == Alarm.Type.CORRUPT)
                ? "alarm activated: " + Alarm.Type.CORRUPT
                : PASSED);
  }

  private CompletableFuture<String> read(Consistency consistency) {
    return read(consistency, machine -> PASSED);
  }

  private CompletableFuture<String> read(
      Consistency consistency, Function<ServerMachine, String> check) {
    return backend
        .<String>read(consistency, check)
        .thenApply(Probes::judge)
        .completeOnTimeout(
            "no answer in " + timeout.toMillis() + " ms",
            timeout.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static String judge(ReadOutcome<String> outcome) {
    return switch (outcome) {
      case ReadOutcome.Served<String>(var result, var index, var path, var age) -> result;
      case ReadOutcome.Refused<String>(var reason) -> "read refused: " + reason;
      case ReadOutcome.Stopped<String>() -> "the server has stopped";
    };
  }

  private CompletableFuture<String> nonLearner() {
    Member member = backend.members().member(self);
    boolean votes = member != null && member.seat().votes();
    return CompletableFuture.completedFuture(votes ? PASSED : "this member does not vote");
  }
}
