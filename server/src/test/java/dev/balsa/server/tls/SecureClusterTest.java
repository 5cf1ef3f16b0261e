package dev.balsa.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseKeepAliveRequest;
import dev.balsa.proto.LeaseKeepAliveResponse;
import dev.balsa.proto.LeaseTimeToLiveRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.raft.NodeId;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.auth.Users;
import dev.balsa.server.config.ServerOptions;
import dev.balsa.server.rpc.SecureChannels;
import dev.balsa.server.whole.Await;
import dev.balsa.server.whole.Ports;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
    certificates = TestCertificates.in(folder.resolve("certs")).issue("client").issue("alice");
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

  @Test
  void whoIsKnownByACertificateAloneRenewsALeaseThroughAnyMember() throws Exception {
    put("a", "a leader is there");
    new Users(channel("a")).enable();
    long lease =
        LeaseGrpc.newBlockingStub(channel("a", "alice"))
            .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(1_000).build())
            .getID();

    for (String name : NAMES) {
      for (int time = 0; time < 2; time++) {
        List<Long> renewed = new ArrayList<>();
        Await.until(
            () -> "a lease is renewed through " + name,
            () -> renewed.addAll(tried(() -> renewed(channel(name, "alice"), lease))));
        assertThat(renewed).containsExactly(1_000L);
      }
      LeaseTimeToLiveRequest request = LeaseTimeToLiveRequest.newBuilder().setID(lease).build();
      assertThat(
              LeaseGrpc.newBlockingStub(channel(name, "alice")).leaseTimeToLive(request).getTTL())
          .isBetween(1L, 1_000L);
    }
    for (String name : NAMES) { // who is no user may not, wherever it asks
      assertThatThrownBy(() -> renewed(channel(name), lease))
          .hasMessageContaining("etcdserver: permission denied");
    }
  }

  private static long renewed(ManagedChannel channel, long lease) {
    CompletableFuture<Long> ttl = new CompletableFuture<>();
    var stream =
        LeaseGrpc.newStub(channel)
            .leaseKeepAlive(
                new StreamObserver<>() {
                  @Override
                  public void onNext(LeaseKeepAliveResponse answer) {
                    ttl.complete(answer.getTTL());
                  }

                  @Override
                  public void onError(Throwable failed) {
                    ttl.completeExceptionally(failed);
                  }

                  @Override
                  public void onCompleted() {
                    ttl.completeExceptionally(Status.UNKNOWN.asRuntimeException());
                  }
                });
    stream.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
    try {
      return ttl.join();
    } catch (CompletionException e) {
      throw Status.fromThrowable(e).asRuntimeException();
    } finally {
      stream.onCompleted();
    }
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
    return channel(name, "client");
  }

  private ManagedChannel channel(String name, String user) {
    return channels.computeIfAbsent(
        name + " for " + user,
        it -> {
          TlsFiles files =
              TlsFiles.of(certificates.cert(user), certificates.key(user))
                  .trusting(certificates.ca());
          int port = ports.get(NAMES.indexOf(name));
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
    flags.addAll(List.of("--heartbeat-interval=100", "--election-timeout=2000", "--bcrypt-cost=4"));
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
