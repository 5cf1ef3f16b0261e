package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberAddRequest;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.MemberListResponse;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two of three members are lost for ever. */
class ForceNewClusterTest {
  private static final long CALL_SECONDS = 20;

  @TempDir Path folder;

  @Test
  void theLastMemberGoesOnAloneAndOthersJoinItAnew() throws Exception {
    try (ThreeServers servers = ThreeServers.start(folder)) {
      for (int i = 0; i < 20; i++) {
        put(servers, "m1", "before/" + i); // answered by m1, so in its log
      }
      long former = members(servers, "m1").getHeader().getClusterId();
      ThreeServers.NAMES.forEach(servers::kill);

      servers.launch("m1", "--force-new-cluster");
      servers.awaitServing("m1");
      put(servers, "m1", "after/1");

      assertThat(count(servers, "m1", "before/")).isEqualTo(20);
      MemberListResponse alone = members(servers, "m1");
      assertThat(alone.getMembersList()).extracting(Member::getName).containsExactly("m1");
      assertThat(alone.getHeader().getClusterId()).isNotEqualTo(former);
      assertThat(folder.resolve("m1.before-force")).isDirectory();

      servers.kill("m1");
      servers.launch("m1", "--force-new-cluster"); // whoever forgot to take it out
      servers.awaitServing("m1");
      assertThat(count(servers, "m1", "after/")).isEqualTo(1);
      assertThat(servers.said("m1")).contains("is not done again; take the flag out");

      Files.move(folder.resolve("m2"), folder.resolve("m2.lost"));
      ClusterGrpc.newBlockingStub(servers.channel("m1"))
          .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
          .memberAdd(MemberAddRequest.newBuilder().addPeerURLs(servers.peerUrl("m2")).build());
      servers.launch("m2", "--initial-cluster-state=existing");
      servers.awaitServing("m2");
      assertThat(count(servers, "m2", "before/")).isEqualTo(20);
    }
  }

  @Test
  void aFormerMemberIsRefused() throws Exception {
    try (ThreeServers servers = ThreeServers.start(folder)) {
      put(servers, "m1", "k");
      ThreeServers.NAMES.forEach(servers::kill);
      servers.launch("m1", "--force-new-cluster");
      servers.awaitServing("m1");

      servers.launch("m2");
      Await.until(
          () -> "m1 refuses m2; m1 said:\n" + servers.said("m1") + "\nm2:\n" + servers.said("m2"),
          () -> (servers.said("m1") + servers.said("m2")).contains("of cluster"));

      put(servers, "m1", "k");
      assertThat(members(servers, "m1").getMembersCount()).isEqualTo(1);
    }
  }

  private static void put(ThreeServers servers, String name, String key) {
    KVGrpc.newBlockingStub(servers.channel(name))
        .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
        .put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
  }

  private static long count(ThreeServers servers, String name, String prefix) {
    ByteString from = ByteString.copyFromUtf8(prefix);
    ByteString end = ByteString.copyFromUtf8(prefix.replace('/', '0'));
    return KVGrpc.newBlockingStub(servers.channel(name))
        .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
        .range(RangeRequest.newBuilder().setKey(from).setRangeEnd(end).setCountOnly(true).build())
        .getCount();
  }

  private static MemberListResponse members(ThreeServers servers, String name) {
    return ClusterGrpc.newBlockingStub(servers.channel(name))
        .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
        .memberList(MemberListRequest.newBuilder().setLinearizable(true).build());
  }
}
