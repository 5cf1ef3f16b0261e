package dev.balsa.bench.server;

import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.StatusRequest;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One server process on a client port. */
record ServerMember(String name, List<String> command, int clientPort, Process process) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int OK = 200;
  private static final String FORCES = "etcd_disk_wal_fsync_duration_seconds_count";

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** The same member as another process. */
  ServerMember as(Process next) {
    return new ServerMember(name, command, clientPort, next);
  }

  /** Whether it answers a linearizable read of {@code key} with a value. */
  boolean serves(RangeRequest key) {
    return asked(channel -> KVGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE).range(key))
        .map(answer -> answer.getCount() == 1)
        .orElse(false);
  }

  /** Whether it says that it leads. */
  boolean leads() {
    return asked(
            channel ->
                MaintenanceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(PATIENCE)
                    .status(StatusRequest.getDefaultInstance()))
        .map(status -> status.getLeader() == status.getHeader().getMemberId())
        .orElse(false);
  }

  /** What it answers on a connection of its own; empty if it refuses, or nobody is there. */
  private <A> Optional<A> asked(Function<Channel, A> question) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", clientPort).usePlaintext().build();
    try {
      return Optional.of(question.apply(channel));
    } catch (StatusRuntimeException e) {
      return Optional.empty();
    } finally {
      channel.shutdownNow();
    }
  }

  boolean isHealthy() throws InterruptedException {
    try {
      return get("/health").statusCode() == OK;
    } catch (IOException e) {
      return false; // not listening yet
    }
  }

  /**
   * How many forces of the write-ahead log the member reports, in etcd's metric; not a number if it
   * has no such metric.
   */
  double forces() throws IOException, InterruptedException {
    return Metrics.value(get("/metrics").body(), FORCES).orElse(Double.NaN);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + clientPort + path);
    return HTTP.send(
        HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString());
  }
}
