package dev.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberAddRequest;
import dev.balsa.proto.MemberPromoteRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.StatusRequest;
import dev.balsa.server.config.ServerConfig;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who a member is when it starts: by its data, its flags, or what other members know of it. */
class JoiningTest extends LoopbackServers {
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
    assertThat(saysItLearns(first)).isFalse();
    assertThat(saysItLearns(second)).isTrue();
    assertThatThrownBy(() -> get(second, "k"))
        .hasMessage("FAILED_PRECONDITION: etcdserver: rpc not supported for learner");
    assertThatThrownBy(() -> put(second, "k", "w"))
        .hasMessage("FAILED_PRECONDITION: etcdserver: rpc not supported for learner");
    promote(first, id);
    assertThat(members(first)).extracting(Member::getIsLearner).containsExactly(false, false);
  }

  private static boolean saysItLearns(EtcdServer server) {
    StatusRequest request = StatusRequest.getDefaultInstance();
    return call(server, channel -> MaintenanceGrpc.newBlockingStub(channel).status(request))
        .getIsLearner();
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
}
