package dev.balsa.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.Member;
import dev.balsa.proto.MoveLeaderRequest;
import dev.balsa.proto.MoveLeaderResponse;
import dev.balsa.raft.NodeId;
import dev.balsa.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;

class EtcdServerTest extends LoopbackServers {
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
}
