package dev.balsa.server;

import com.google.protobuf.ByteString;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberListRequest;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Whole members on the loopback: real log, real peers, real port. */
abstract class LoopbackServers {
  @TempDir Path directory;

  final List<EtcdServer> servers = new ArrayList<>();
  final Map<String, ServerSocket> held = new TreeMap<>();

  @AfterEach
  void stop() throws IOException {
    for (ServerSocket socket : held.values()) {
      socket.close();
    }
    servers.forEach(EtcdServer::close);
  }

  void startThree() throws IOException {
    List<String> peers = freePeerUrls(3);
    for (String name : List.of("a", "b", "c")) {
      start(config(name, peers));
    }
  }

  EtcdServer start(ServerConfig config) throws IOException {
    letGo(config.listenPeer().toString());
    EtcdServer server = EtcdServer.start(config);
    servers.add(server);
    return server;
  }

  void letGo(String url) throws IOException {
    ServerSocket socket = held.remove(url);
    if (socket != null) {
      socket.close();
    }
  }

  ServerConfig config(String name, List<String> peerUrls, String... more) {
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
                "--heartbeat-interval=50",
                "--election-timeout=1000"));
    flags.add(more.length == 0 ? "--listen-client-urls=http://127.0.0.1:0" : more[0]);
    if (more.length > 0 && !more[0].startsWith("--listen-client-urls")) {
      flags.add("--listen-client-urls=http://127.0.0.1:0");
    }
    return CommandLine.populateCommand(new ServerOptions(), flags.toArray(String[]::new))
        .toConfig();
  }

  /** Each port is held until its member starts, so that nothing else is given it. */
  List<String> freePeerUrls(int count) throws IOException {
    List<String> urls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      String url = "http://127.0.0.1:" + socket.getLocalPort();
      held.put(url, socket);
      urls.add(url);
    }
    return urls;
  }

  EtcdServer leader() {
    NodeId leader = servers.getFirst().status().raft().leader();
    return servers.stream()
        .filter(server -> server.config().self().id().equals(leader))
        .findFirst()
        .orElseThrow();
  }

  static long put(EtcdServer server, String key, String value) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFromUtf8(value))
            .build();
    return call(
        server, channel -> KVGrpc.newBlockingStub(channel).put(request).getHeader().getRevision());
  }

  /** What was on its way to the former leader may have an unknown outcome, so is put again. */
  static void putAcrossLeaders(EtcdServer server, String key) throws Exception {
    untilAvailable(key + " is put", () -> put(server, key, "v"));
  }

  static void untilAvailable(String what, Runnable call) throws Exception {
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

  static RangeResponse get(EtcdServer server, String key) {
    RangeRequest request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    return call(server, channel -> KVGrpc.newBlockingStub(channel).range(request));
  }

  static void awaitPublished(EtcdServer server) {
    int self = "abc".indexOf(server.config().name());
    while (members(server).get(self).getName().isEmpty()) {
      put(server, "passes the log", "v");
    }
  }

  static List<Member> members(EtcdServer server) {
    MemberListRequest request = MemberListRequest.newBuilder().setLinearizable(true).build();
    return call(server, channel -> ClusterGrpc.newBlockingStub(channel).memberList(request))
        .getMembersList()
        .stream()
        .sorted((x, y) -> x.getName().compareTo(y.getName()))
        .toList();
  }

  static int clientPort(EtcdServer server) {
    return server.clientAddresses().getFirst().getPort();
  }

  static <T> T call(EtcdServer server, Function<ManagedChannel, T> call) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", clientPort(server)).usePlaintext().build();
    try {
      return call.apply(channel);
    } finally {
      channel.shutdownNow();
    }
  }
}
