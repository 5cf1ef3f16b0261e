package dev.balsa.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseTimeToLiveRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.raft.NodeId;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.config.ServerOptions;
import dev.balsa.server.rpc.SecureChannels;
import dev.balsa.server.whole.Await;
import dev.balsa.server.whole.Ports;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Three members that speak nothing but mutual TLS, to each other and to clients. */
class SecureClusterTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir private Path folder;

  private final Map<String, EtcdServer> servers = new TreeMap<>();
  private final Map<String, ManagedChannel> channels = new TreeMap<>();
  private TestCertificates certificates;
  private List<Integer> ports;

  @BeforeEach
  void start() throws IOException {
    certificates = TestCertificates.in(folder.resolve("certs")).issue("client");
    ports = Ports.free(2 * NAMES.size());
    for (String name : NAMES) {
      certificates.issue(name, "127.0.0.1");
      start(name);
    }
  }

  @AfterEach
  void stop() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    servers.values().forEach(EtcdServer::close);
  }

  @Test
  void theyElectReplicateAndGoOnWithoutTheirLeaderAndTakeItBack() throws Exception {
    for (String name : NAMES) {
      put(name, "through " + name);
    }
    String leader = leader();
    servers.remove(leader).close();
    String other = NAMES.stream().filter(name -> !name.equals(leader)).findFirst().orElseThrow();
    put(other, "without");
    start(leader);

    Await.until(() -> leader + " is back", () -> count(leader, "without") == 1);

    assertThat(NAMES).allSatisfy(name -> assertThat(count(name, "through a")).isEqualTo(1));
  }

  @Test
  void followerAsksTheLeaderAboutALeaseByTls() throws Exception {
    put("a", "a leader is there");
    String leader = leader();
    String follower = NAMES.stream().filter(name -> !name.equals(leader)).findFirst().orElseThrow();
    long id =
        LeaseGrpc.newBlockingStub(channel(follower))
            .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(1_000).build())
            .getID();
    LeaseTimeToLiveRequest request = LeaseTimeToLiveRequest.newBuilder().setID(id).build();
    List<Long> left = new ArrayList<>();

    Await.until(
        () -> "the leader has published where it is",
        () ->
            left.addAll(
                    tried(
                        () ->
                            LeaseGrpc.newBlockingStub(channel(follower))
                                .leaseTimeToLive(request)
                                .getTTL()))
                || !left.isEmpty());

    assertThat(left.getFirst()).isBetween(1L, 1_000L);
  }

  private interface Attempt<T> {
    T make();
  }

  /** What comes of it, nothing if the members are not ready for it yet. */
  private static <T> List<T> tried(Attempt<T> attempt) {
    try {
      return List.of(attempt.make());
    } catch (StatusRuntimeException notYet) {
      assertThat(notYet.getStatus().getCode())
          .isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
      return List.of();
    }
  }

  private void put(String name, String key) throws Exception {
    PutRequest request = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    Await.until(
        () -> key + " is put through " + name,
        () ->
            !tried(
                    () ->
                        KVGrpc.newBlockingStub(channel(name))
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .put(request))
                .isEmpty());
  }

  private long count(String name, String key) {
    RangeRequest request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    List<Long> counts =
        tried(
            () ->
                KVGrpc.newBlockingStub(channel(name))
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .range(request)
                    .getCount());
    return counts.isEmpty() ? -1 : counts.getFirst();
  }

  private String leader() {
    NodeId leader = servers.values().iterator().next().status().raft().leader();
    return servers.entrySet().stream()
        .filter(server -> server.getValue().id().equals(leader))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private ManagedChannel channel(String name) {
    return channels.computeIfAbsent(
        name,
        it -> {
          TlsFiles files =
              TlsFiles.of(certificates.cert("client"), certificates.key("client"))
                  .trusting(certificates.ca());
          int port = ports.get(NAMES.indexOf(it));
          return SecureChannels.builder("127.0.0.1", port, Tls.open(files)).build();
        });
  }

  private void start(String name) {
    String cluster =
        NAMES.stream().map(it -> it + "=" + peerUrl(it)).collect(Collectors.joining(","));
    List<String> flags = new ArrayList<>();
    flags.add("--name=" + name);
    flags.add("--data-dir=" + folder.resolve(name));
    flags.add("--listen-client-urls=https://127.0.0.1:" + ports.get(NAMES.indexOf(name)));
    flags.add("--listen-peer-urls=" + peerUrl(name));
    flags.add("--initial-cluster=" + cluster);
    flags.addAll(List.of("--heartbeat-interval=50", "--election-timeout=500"));
    flags.addAll(certificates.serverFlags(name));
    flags.addAll(certificates.mutualFlags());
    flags.addAll(
        List.of(
            "--peer-cert-file=" + certificates.cert(name),
            "--peer-key-file=" + certificates.key(name),
            "--peer-client-cert-auth",
            "--peer-trusted-ca-file=" + certificates.ca()));
    ServerOptions options = new ServerOptions();
    new CommandLine(options).parseArgs(flags.toArray(String[]::new));
    servers.put(name, EtcdServer.start(options.toConfig()));
  }

  private String peerUrl(String name) {
    return "https://127.0.0.1:" + ports.get(NAMES.size() + NAMES.indexOf(name));
  }
}
