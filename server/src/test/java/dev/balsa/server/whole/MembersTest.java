package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberAddRequest;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.MemberRemoveRequest;
import dev.balsa.proto.RangeRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members come, go and lose their disks while clients write. */
class MembersTest {
  private static final long CALL_SECONDS = 20;

  @TempDir Path folder;

  private ThreeServers servers;

  @BeforeEach
  void start() throws Exception {
    servers = ThreeServers.start(folder);
  }

  @AfterEach
  void end() {
    servers.close();
  }

  @Test
  void aFourthMemberJoinsServesAndTheLeaderIsRemoved() throws Exception {
    try (PutLoad load = new PutLoad(servers);
        Fourth fourth = new Fourth()) {
      load.awaitProgress();
      fourth.joinAndServe("m1");
      load.awaitProgress();

      String leader = servers.awaitLeader();
      String other = ThreeServers.NAMES.stream().filter(it -> !it.equals(leader)).findAny().get();
      remove(other, idOf(other, leader));
      int code = servers.awaitEnd(leader);
      load.awaitProgress();
      wipe(leader);
      servers.launch(leader);
      int again = servers.awaitEnd(leader);
      load.awaitProgress();
      load.stop();

      assertThat(code).as(servers.said(leader)).isEqualTo(1);
      assertThat(again).as(servers.said(leader)).isEqualTo(1);
      assertThat(servers.said(leader))
          .contains("Error: member " + leader + " has stopped: it was removed from the cluster")
          .contains("Error: member " + leader + " (")
          .contains("was removed from the cluster; to bring it back add it anew");
      assertThat(load.strange()).isEmpty();
      assertThat(fourth.count())
          .isBetween(
              (long) load.acknowledged().size(), load.acknowledged().size() + load.unknown());
      assertThat(members(other)).extracting(Member::getName).doesNotContain(leader);
    }
  }

  @Test
  void aDeadMemberIsReplacedAndOneWithoutItsDiskComesBackByItself() throws Exception {
    try (PutLoad load = new PutLoad(servers);
        Fourth fourth = new Fourth()) {
      load.awaitProgress();
      servers.kill("m3");
      remove("m1", idOf("m1", "m3"));
      fourth.joinAndServe("m1");
      awaitVoters("m1");
      load.awaitProgress();

      servers.kill("m2");
      wipe("m2");
      load.awaitProgress();
      servers.launch("m2");
      servers.awaitServing("m2");
      Await.until(
          () -> "m2 is taken back as a voter; m1 said:\n" + allSaid(fourth),
          () ->
              allSaid(fourth)
                  .matches("(?s).*as a learner, with data directory.*a voter, caught up.*"));
      load.awaitProgress();
      load.stop();

      assertThat(load.strange()).isEmpty();
      assertThat(fourth.count())
          .isBetween(
              (long) load.acknowledged().size(), load.acknowledged().size() + load.unknown());
    }
  }

  private String allSaid(Fourth fourth) {
    return servers.said("m1") + fourth.said();
  }

  private void awaitVoters(String name) throws Exception {
    Await.until(
        () -> "three members are known by name",
        () -> members(name).stream().noneMatch(member -> member.getName().isEmpty()));
  }

  private ClusterGrpc.ClusterBlockingStub cluster(String name) {
    return ClusterGrpc.newBlockingStub(servers.channel(name))
        .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
  }

  private List<Member> members(String name) {
    return cluster(name).memberList(MemberListRequest.getDefaultInstance()).getMembersList();
  }

  private long idOf(String asked, String name) {
    return members(asked).stream()
        .filter(member -> member.getName().equals(name))
        .findAny()
        .orElseThrow()
        .getID();
  }

  /** Asks again while a leader that went away leaves it open what became of the request. */
  private void remove(String asked, long id) throws Exception {
    MemberRemoveRequest request = MemberRemoveRequest.newBuilder().setID(id).build();
    Await.until(
        () -> "a member is removed",
        () -> {
          try {
            return cluster(asked).memberRemove(request).getMembersList().stream()
                .noneMatch(member -> member.getID() == id);
          } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
              assertThat(e).hasMessage("NOT_FOUND: etcdserver: member not found");
              return true;
            }
            return false;
          }
        });
  }

  private void wipe(String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(name))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** A member that is added to the three. */
  private final class Fourth implements AutoCloseable {
    private final Path log = folder.resolve("m4.log");
    private final String client;
    private final String peer;
    private final ManagedChannel channel;
    private @Nullable ServerProcess process; // since joinAndServe

    Fourth() throws IOException {
      List<Integer> ports = Ports.free(2);
      client = "127.0.0.1:" + ports.getFirst();
      peer = "http://127.0.0.1:" + ports.getLast();
      channel = NettyChannelBuilder.forTarget(client).usePlaintext().build();
      Files.createFile(log);
    }

    void joinAndServe(String asked) throws Exception {
      var added = cluster(asked).memberAdd(MemberAddRequest.newBuilder().addPeerURLs(peer).build());
      assertThat(added.getMember().getIsLearner()).isFalse();
      String all =
          ThreeServers.NAMES.stream()
              .map(name -> name + "=" + servers.peerUrl(name))
              .collect(Collectors.joining(","));
      process =
          ServerProcess.start(
              log,
              List.of(
                  "--name=m4",
                  "--data-dir=" + folder.resolve("m4"),
                  "--listen-client-urls=http://" + client,
                  "--advertise-client-urls=http://" + client,
                  "--listen-peer-urls=" + peer,
                  "--initial-advertise-peer-urls=" + peer,
                  "--initial-cluster=" + all + ",m4=" + peer,
                  "--initial-cluster-state=existing",
                  "--heartbeat-interval=100",
                  "--election-timeout=4000"));
      Await.until(() -> "m4 serves; it said:\n" + said(), this::serves);
    }

    private boolean serves() {
      if (process == null || !process.isAlive()) {
        throw new AssertionError("m4 ended by itself; it said:\n" + said());
      }
      try {
        return count() >= 0;
      } catch (StatusRuntimeException notYet) {
        if (notYet.getStatus().getCode() != Status.Code.UNAVAILABLE
            && notYet.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
          throw notYet;
        }
        channel.resetConnectBackoff();
        return false;
      }
    }

    /** How many keys of the load a linearizable read through it finds. */
    long count() {
      ByteString from = ByteString.copyFromUtf8(PutLoad.PREFIX);
      RangeRequest request =
          RangeRequest.newBuilder()
              .setKey(from)
              .setRangeEnd(ByteString.copyFrom(new byte[1]))
              .setCountOnly(true)
              .build();
      return KVGrpc.newBlockingStub(channel)
          .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
          .range(request)
          .getCount();
    }

    String said() {
      try {
        return Files.readString(log);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      channel.shutdownNow();
      if (process != null) {
        process.close();
      }
    }
  }
}
