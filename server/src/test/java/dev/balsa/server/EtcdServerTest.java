package dev.balsa.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberAddRequest;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.MemberPromoteRequest;
import dev.balsa.proto.MoveLeaderRequest;
import dev.balsa.proto.MoveLeaderResponse;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import dev.balsa.raft.NodeId;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.ServerOptions;
import dev.balsa.server.whole.Await;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Whole members on the loopback: real log, real peers, real port. */
class EtcdServerTest {
  @TempDir private Path directory;

  private final List<EtcdServer> servers = new ArrayList<>();
  private final Map<String, ServerSocket> held = new TreeMap<>();

  @AfterEach
  void stop() throws IOException {
    for (ServerSocket socket : held.values()) {
      socket.close();
    }
    servers.forEach(EtcdServer::close);
  }

  @Test
  void memberAloneServesAndKeepsItsDataOverARestart() throws Exception {
    ServerConfig config = config("a", freePeerUrls(1));
    EtcdServer first = start(config);
    put(first, "k", "v");
    first.close();
    servers.clear();

    EtcdServer second = start(config);

    assertThat(get(second, "k").getKvs(0).getValue().toStringUtf8()).isEqualTo("v");
    assertThat(put(second, "k", "w")).isEqualTo(3);
  }

  @Test
  void writeThroughAnyMemberIsReadThroughEveryMember() throws Exception {
    startThree();

    for (EtcdServer server : servers) {
      put(server, "through " + server.config().name(), "v");
    }

    for (EtcdServer server : servers) {
      assertThat(get(server, "through a").getCount()).isEqualTo(1);
      assertThat(get(server, "through b").getCount()).isEqualTo(1);
      assertThat(get(server, "through c").getCount()).isEqualTo(1);
    }
  }

  @Test
  void acknowledgedWritesSurviveTheLeader() throws Exception {
    startThree();
    put(servers.getFirst(), "before", "v");
    EtcdServer leader = leader();

    leader.close();
    servers.remove(leader);

    assertThat(get(servers.getFirst(), "before").getCount()).isEqualTo(1);
    putAcrossLeaders(servers.getFirst(), "after");
    assertThat(get(servers.getLast(), "after").getCount()).isEqualTo(1);
  }

  @Test
  void leaderHandsOverBeforeItEnds() throws Exception {
    startThree();
    put(servers.getFirst(), "before", "v");
    EtcdServer leader = leader();
    NodeId self = leader.config().self().id();

    leader.close();
    servers.remove(leader);

    // The last that it saw before its end was another leader.
    assertThat(leader.status().raft().leader()).isNotNull().isNotEqualTo(self);
    putAcrossLeaders(servers.getFirst(), "after");
  }

  @Test
  void leadershipMovesToTheMemberThatWasAskedFor() throws Exception {
    startThree();
    put(servers.getFirst(), "k", "v");
    EtcdServer leader = leader();
    NodeId target = servers.get((servers.indexOf(leader) + 1) % 3).config().self().id();

    moveLeader(leader, target);

    assertThat(leader.status().raft().leader()).isEqualTo(target);
    assertThatThrownBy(() -> moveLeader(leader, target))
        .hasMessage("FAILED_PRECONDITION: etcdserver: not leader");
  }

  /** Asks again while the target was not heard, which a member is that has just started. */
  private static void moveLeader(EtcdServer server, NodeId target) throws Exception {
    MoveLeaderRequest request = MoveLeaderRequest.newBuilder().setTargetID(target.value()).build();
    untilAvailable(
        "leadership moves",
        () -> {
          MoveLeaderResponse response =
              call(server, channel -> MaintenanceGrpc.newBlockingStub(channel).moveLeader(request));
          assertThat(response.hasHeader()).isFalse();
        });
    putAcrossLeaders(server, "a turn later"); // the status is as fresh as the loop's last turn
  }

  @Test
  void everyMemberLearnsTheOthersClientUrls() throws Exception {
    startThree();
    for (EtcdServer server : servers) {
      // A member's publication is proposed before the first call, but by another way than a put.
      awaitPublished(server);
    }

    for (EtcdServer server : servers) {
      assertThat(members(server)).extracting(Member::getName).containsExactly("a", "b", "c");
      assertThat(members(server).get(1).getClientURLsList())
          .containsExactly("http://127.0.0.1:" + clientPort(servers.get(1)));
    }
  }

  @Test
  void healthTurnsTrueOnceALeaderIsKnown() throws Exception {
    EtcdServer server = start(config("a", freePeerUrls(1)));
    put(server, "k", "v"); // waits for the leader

    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + clientPort(server) + "/health");
      var health = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());

      assertThat(health.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void clientPortInUseIsNamedAndNothingIsLeftOpen() throws Exception {
    List<String> peers = freePeerUrls(1);
    letGo(peers.getFirst());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ServerConfig config =
          config("a", peers, "--listen-client-urls=http://127.0.0.1:" + taken.getLocalPort());

      assertThatThrownBy(() -> EtcdServer.start(config))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("http://127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("Address already in use")
          .hasMessageContaining("--listen-client-urls");
    }

    start(config("a", peers));
    assertThat(put(servers.getFirst(), "k", "v")).isEqualTo(2);
  }

  @Test
  void strangersOnThePeerPortsDisturbNobody() throws Exception {
    startThree();
    put(servers.getFirst(), "before", "v");

    for (EtcdServer server : servers) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.peerPort())) {
        socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));

        assertThat(socket.getInputStream().readAllBytes()).as("a verdict").isNotEmpty();
      }
    }

    for (EtcdServer server : servers) {
      put(server, "through " + server.config().name(), "v");
      assertThat(get(server, "before").getCount()).isEqualTo(1);
    }
  }

  @Test
  void dataThatIsThereDecidesWhoTheMemberIsAndNotTheFlags() throws Exception {
    EtcdServer first = start(config("a", freePeerUrls(1)));
    put(first, "k", "v");
    first.close();
    servers.clear();

    EtcdServer again = start(config("a", freePeerUrls(3)));

    assertThat(again.id()).isEqualTo(first.id()).isNotEqualTo(again.config().self().id());
    assertThat(get(again, "k").getKvs(0).getValue().toStringUtf8()).isEqualTo("v");
  }

  @Test
  void joiningWithoutDataIsRefused() throws Exception {
    ServerConfig config = config("a", freePeerUrls(1), "--initial-cluster-state=existing");

    assertThatThrownBy(() -> EtcdServer.start(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("--initial-cluster-state existing")
        .hasMessageContaining(directory.resolve("a").toString());
    assertThat(Files.exists(directory.resolve("a"))).isFalse();
  }

  @Test
  void memberThatWasNotAddedIsToldToBe() throws Exception {
    List<String> peers = freePeerUrls(2);
    EtcdServer first = start(config("a", peers.subList(0, 1)));
    put(first, "k", "v");
    ServerConfig second = config("b", peers, "--initial-cluster-state=existing");

    assertThatThrownBy(() -> EtcdServer.start(second))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(peers.getLast())
        .hasMessageContaining("add it first");
  }

  @Test
  void addedMemberFindsOutWhoItIsAndALearnerServesOnlyStaleReads() throws Exception {
    List<String> peers = freePeerUrls(2);
    EtcdServer first = start(config("a", peers.subList(0, 1)));
    put(first, "k", "v");
    MemberAddRequest add =
        MemberAddRequest.newBuilder().addPeerURLs(peers.getLast()).setIsLearner(true).build();
    long id =
        call(first, channel -> ClusterGrpc.newBlockingStub(channel).memberAdd(add))
            .getMember()
            .getID();

    EtcdServer second = start(config("b", peers, "--initial-cluster-state=existing"));
    while (staleCount(second) == 0) {
      put(first, "again", "v"); // passes the log
    }

    assertThat(second.id().value()).isEqualTo(id);
    assertThat(members(first)).extracting(Member::getIsLearner).containsExactly(false, true);
    assertThatThrownBy(() -> get(second, "k"))
        .hasMessage("FAILED_PRECONDITION: etcdserver: rpc not supported for learner");
    assertThatThrownBy(() -> put(second, "k", "w"))
        .hasMessage("FAILED_PRECONDITION: etcdserver: rpc not supported for learner");
    promote(first, id);
    assertThat(members(first)).extracting(Member::getIsLearner).containsExactly(false, false);
  }

  private static long staleCount(EtcdServer server) {
    RangeRequest request =
        RangeRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("k"))
            .setSerializable(true)
            .build();
    return call(server, channel -> KVGrpc.newBlockingStub(channel).range(request).getCount());
  }

  /** Asks until the learner has caught up. */
  private static void promote(EtcdServer server, long id) {
    MemberPromoteRequest request = MemberPromoteRequest.newBuilder().setID(id).build();
    while (true) {
      try {
        call(server, channel -> ClusterGrpc.newBlockingStub(channel).memberPromote(request));
        return;
      } catch (StatusRuntimeException notYet) {
        assertThat(notYet).hasMessageContaining("in sync with leader");
      }
    }
  }

  private void startThree() throws IOException {
    List<String> peers = freePeerUrls(3);
    for (String name : List.of("a", "b", "c")) {
      start(config(name, peers));
    }
  }

  private EtcdServer start(ServerConfig config) throws IOException {
    letGo(config.listenPeer().toString());
    EtcdServer server = EtcdServer.start(config);
    servers.add(server);
    return server;
  }

  private void letGo(String url) throws IOException {
    ServerSocket socket = held.remove(url);
    if (socket != null) {
      socket.close();
    }
  }

  private ServerConfig config(String name, List<String> peerUrls, String... more) {
    String cluster =
        IntStream.range(0, peerUrls.size())
            .mapToObj(i -> "abc".charAt(i) + "=" + peerUrls.get(i))
            .collect(Collectors.joining(","));
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--name=" + name,
                "--data-dir=" + directory.resolve(name),
                "--listen-peer-urls=" + peerUrls.get("abc".indexOf(name)),
                "--initial-cluster=" + cluster,
                "--heartbeat-interval=20",
                "--election-timeout=200"));
    flags.add(more.length == 0 ? "--listen-client-urls=http://127.0.0.1:0" : more[0]);
    if (more.length > 0 && !more[0].startsWith("--listen-client-urls")) {
      flags.add("--listen-client-urls=http://127.0.0.1:0");
    }
    return CommandLine.populateCommand(new ServerOptions(), flags.toArray(String[]::new))
        .toConfig();
  }

  /** Each port is held until its member starts, so that nothing else is given it. */
  private List<String> freePeerUrls(int count) throws IOException {
    List<String> urls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      String url = "http://127.0.0.1:" + socket.getLocalPort();
      held.put(url, socket);
      urls.add(url);
    }
    return urls;
  }

  private EtcdServer leader() {
    NodeId leader = servers.getFirst().status().raft().leader();
    return servers.stream()
        .filter(server -> server.config().self().id().equals(leader))
        .findFirst()
        .orElseThrow();
  }

  private static long put(EtcdServer server, String key, String value) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFromUtf8(value))
            .build();
    return call(
        server, channel -> KVGrpc.newBlockingStub(channel).put(request).getHeader().getRevision());
  }

  /** What was on its way to the former leader may have an unknown outcome, so is put again. */
  private static void putAcrossLeaders(EtcdServer server, String key) throws Exception {
    untilAvailable(key + " is put", () -> put(server, key, "v"));
  }

  private static void untilAvailable(String what, Runnable call) throws Exception {
    Await.until(
        () -> what,
        () -> {
          try {
            call.run();
            return true;
          } catch (StatusRuntimeException refused) {
            if (refused.getStatus().getCode() != Status.Code.UNAVAILABLE) {
              throw refused;
            }
            return false;
          }
        });
  }

  private static RangeResponse get(EtcdServer server, String key) {
    RangeRequest request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    return call(server, channel -> KVGrpc.newBlockingStub(channel).range(request));
  }

  private static void awaitPublished(EtcdServer server) {
    int self = "abc".indexOf(server.config().name());
    while (members(server).get(self).getName().isEmpty()) {
      put(server, "passes the log", "v");
    }
  }

  private static List<Member> members(EtcdServer server) {
    MemberListRequest request = MemberListRequest.newBuilder().setLinearizable(true).build();
    return call(server, channel -> ClusterGrpc.newBlockingStub(channel).memberList(request))
        .getMembersList()
        .stream()
        .sorted((x, y) -> x.getName().compareTo(y.getName()))
        .toList();
  }

  private static int clientPort(EtcdServer server) {
    return server.clientAddresses().getFirst().getPort();
  }

  private static <T> T call(EtcdServer server, Function<ManagedChannel, T> call) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", clientPort(server)).usePlaintext().build();
    try {
      return call.apply(channel);
    } finally {
      channel.shutdownNow();
    }
  }
}
