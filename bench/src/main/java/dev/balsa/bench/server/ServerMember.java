package dev.balsa.bench.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** One server process on a client port. */
record ServerMember(String name, int clientPort, Process process) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int OK = 200;
  private static final String FORCES = "etcd_disk_wal_fsync_duration_seconds_count";

  ProcessHandle handle() {
    return process.toHandle();
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
