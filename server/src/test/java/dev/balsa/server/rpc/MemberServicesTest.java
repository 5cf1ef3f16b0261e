package dev.balsa.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.balsa.node.Consistency;
import dev.balsa.node.TransferOutcome;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberAddRequest;
import dev.balsa.proto.MemberAddResponse;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.MemberListResponse;
import dev.balsa.proto.MemberPromoteRequest;
import dev.balsa.proto.MemberRemoveRequest;
import dev.balsa.proto.MemberRemoveResponse;
import dev.balsa.proto.MemberUpdateRequest;
import dev.balsa.proto.MoveLeaderRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.StatusRequest;
import dev.balsa.proto.StatusResponse;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.TransferFailure;
import dev.balsa.server.LocalBackend;
import dev.balsa.server.TestServer;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.backend.ServerMachine;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemberServicesTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void statusTellsVersionLeaderAndIndexes() {
    server.kv().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build());

    StatusResponse status = server.maintenance().status(StatusRequest.getDefaultInstance());

    assertThat(status.getVersion()).matches("3\\.\\d+\\.\\d+");
    assertThat(status.getLeader()).isEqualTo(LocalBackend.SELF.value());
    assertThat(status.getRaftIndex()).isEqualTo(1);
    assertThat(status.getRaftAppliedIndex()).isEqualTo(1);
    assertThat(status.getRaftTerm()).isEqualTo(LocalBackend.TERM);
    assertThat(status.getHeader().getRevision()).isEqualTo(2);
    assertThat(status.getDbSize()).isPositive();
    assertThat(status.getErrorsList()).isEmpty();
  }

  @Test
  void statusWithoutLeaderSaysSo() {
    server.backend().leader(null);

    StatusResponse status = server.maintenance().status(StatusRequest.getDefaultInstance());

    assertThat(status.getLeader()).isZero();
    assertThat(status.getErrorsList()).containsExactly("etcdserver: no leader");
  }

  @Test
  void movingTheLeaderAnswersAsEtcdDoes() {
    TransferOutcome moved = new TransferOutcome.Done(new NodeId(2), 8);
    assertThat(moveLeader(moved)).isEqualTo("OK");
    assertThat(moveLeader(TransferFailure.ALREADY_LEADER)).isEqualTo("OK");
    assertThat(moveLeader(TransferFailure.NOT_LEADER))
        .isEqualTo("FAILED_PRECONDITION etcdserver: not leader");
    assertThat(moveLeader(TransferFailure.NOT_A_VOTER))
        .isEqualTo("FAILED_PRECONDITION etcdserver: bad leader transferee");
    assertThat(moveLeader(TransferFailure.TARGET_BEHIND))
        .isEqualTo("UNAVAILABLE etcdserver: request timed out, leader transfer took too long");
    assertThat(moveLeader(new TransferOutcome.Stopped()))
        .isEqualTo("UNAVAILABLE etcdserver: server stopped");
  }

  private String moveLeader(TransferFailure reason) {
    return moveLeader(new TransferOutcome.Failed(reason));
  }

  private String moveLeader(TransferOutcome outcome) {
    server.backend().transfers(outcome);
    try {
      var response =
          server.maintenance().moveLeader(MoveLeaderRequest.newBuilder().setTargetID(2).build());
      return response.hasHeader() ? "a header" : "OK";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + " " + e.getStatus().getDescription();
    }
  }

  @Test
  void memberIsNamelessUntilItHasPublishedItself() {
    MemberListResponse before = server.cluster().memberList(MemberListRequest.getDefaultInstance());
    publish();
    MemberListResponse after = server.cluster().memberList(MemberListRequest.getDefaultInstance());

    assertThat(before.getMembers(0).getName()).isEmpty();
    assertThat(before.getMembers(0).getPeerURLsList()).containsExactly("http://127.0.0.1:2380");
    assertThat(after.getMembers(0).getName()).isEqualTo("a");
    assertThat(after.getMembers(0).getID()).isEqualTo(LocalBackend.SELF.value());
    assertThat(after.getMembers(0).getPeerURLsList()).containsExactly("http://127.0.0.1:2380");
    assertThat(after.getMembers(0).getClientURLsList()).containsExactly("http://127.0.0.1:2379");
    assertThat(after.getHeader().getRevision()).isZero();
  }

  private void publish() {
    var published =
        server
            .backend()
            .submit(
                ServerMachine.publish(
                    new ClusterMember(
                        LocalBackend.SELF, "a", List.of(), List.of("http://127.0.0.1:2379"))));
    assertThat(published).isCompleted();
  }

  @Test
  void memberListIsLinearizableOnlyOnRequest() {
    server.cluster().memberList(MemberListRequest.getDefaultInstance());
    server.cluster().memberList(MemberListRequest.newBuilder().setLinearizable(true).build());

    assertThat(server.backend().reads())
        .containsExactly(Consistency.STALE, Consistency.LINEARIZABLE);
  }

  @Test
  void healthServiceServesWhileALeaderIsKnown() {
    LocalBackend backend = new LocalBackend();
    LeaderHealth health = new LeaderHealth(backend);

    var status =
        HealthGrpc.newBlockingStub(server.channel()).check(HealthCheckRequest.getDefaultInstance());

    assertThat(status.getStatus()).isEqualTo(ServingStatus.SERVING);
    assertThat(health.isServing()).isTrue();
    backend.leader(null);
    health.refresh();
    assertThat(health.isServing()).isFalse();
  }

  @Test
  void aMemberIsAddedMovedPromotedAndRemoved() {
    publish();
    MemberAddResponse added =
        server
            .cluster()
            .memberAdd(
                MemberAddRequest.newBuilder()
                    .addPeerURLs("http://127.0.0.1:9380")
                    .setIsLearner(true)
                    .build());
    long id = added.getMember().getID();

    server
        .cluster()
        .memberUpdate(
            MemberUpdateRequest.newBuilder()
                .setID(id)
                .addPeerURLs("http://127.0.0.1:9381")
                .build());
    Member moved = member(id);
    server.cluster().memberPromote(MemberPromoteRequest.newBuilder().setID(id).build());
    Member promoted = member(id);
    MemberRemoveResponse removed =
        server.cluster().memberRemove(MemberRemoveRequest.newBuilder().setID(id).build());

    assertThat(added.getMembersList())
        .extracting(Member::getName)
        .as("answers tell names, too")
        .containsExactlyInAnyOrder("a", "");
    assertThat(moved.getPeerURLsList()).containsExactly("http://127.0.0.1:9381");
    assertThat(moved.getIsLearner()).as("an update promotes nobody").isTrue();
    assertThat(promoted.getIsLearner()).isFalse();
    assertThat(removed.getMembersCount()).isEqualTo(1);
  }

  private Member member(long id) {
    return server
        .cluster()
        .memberList(MemberListRequest.getDefaultInstance())
        .getMembersList()
        .stream()
        .filter(member -> member.getID() == id)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatCannotBeIsRefusedInEtcdsWords() {
    publish();
    var add = MemberAddRequest.newBuilder();
    var learner = MemberAddRequest.newBuilder().setIsLearner(true);
    server.cluster().memberAdd(learner.addPeerURLs("http://127.0.0.1:9380").build());

    refused(
        () -> server.cluster().memberAdd(add.clone().addPeerURLs("nowhere").build()),
        Code.INVALID_ARGUMENT,
        "etcdserver: given member URLs are invalid");
    refused(
        () -> server.cluster().memberAdd(add.clone().addPeerURLs("http://127.0.0.1:9380").build()),
        Code.FAILED_PRECONDITION,
        "etcdserver: Peer URLs already exists");
    refused(
        () ->
            server
                .cluster()
                .memberAdd(learner.clearPeerURLs().addPeerURLs("http://127.0.0.1:9381").build()),
        Code.FAILED_PRECONDITION,
        "etcdserver: too many learner members in cluster");
    refused(
        () ->
            server
                .cluster()
                .memberUpdate(
                    MemberUpdateRequest.newBuilder()
                        .setID(9)
                        .addPeerURLs("http://127.0.0.1:9380")
                        .build()),
        Code.NOT_FOUND,
        "etcdserver: member not found");
    long self = LocalBackend.SELF.value();
    refused(
        () -> server.cluster().memberPromote(MemberPromoteRequest.newBuilder().setID(self).build()),
        Code.FAILED_PRECONDITION,
        "etcdserver: can only promote a learner member");
    refused(
        () -> server.cluster().memberRemove(MemberRemoveRequest.newBuilder().setID(self).build()),
        Code.UNKNOWN,
        "etcdserver: re-configuration failed due to not enough started members");
  }

  private static void refused(Runnable call, Code code, String text) {
    StatusRuntimeException error = catchThrowableOfType(StatusRuntimeException.class, call::run);

    assertThat(error.getStatus().getCode()).isEqualTo(code);
    assertThat(error.getStatus().getDescription()).isEqualTo(text);
  }
}
