package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LockGrpc;
import dev.balsa.proto.LockRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.SessionOpenRequest;
import dev.balsa.proto.SessionsGrpc;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes of a session on members with their stores on disk, which are killed as processes are. */
class OnceTest {
  private static final int PUTS = 40;
  private static final ByteString KEY = ByteString.copyFromUtf8("counted");

  @TempDir Path folder;

  private ThreeServers servers;

  @BeforeEach
  void start() throws Exception {
    servers = ThreeServers.startBrisk(folder);
  }

  @AfterEach
  void end() {
    servers.close();
  }

  /** Every answer counts as lost once: the same is asked again, of another member. */
  @Test
  void nothingCountsTwiceWhenLeadersAndTheWholeClusterAreKilled() throws Exception {
    long session = open();
    String lock = lock(session, 0);
    long first = 0;
    for (int sequence = 2; sequence <= PUTS + 1; sequence++) {
      long revision = put(session, sequence, 0);
      first = sequence == 2 ? revision : first;
      if (sequence % 20 == 5) {
        restart(List.of(servers.awaitLeader()));
      } else if (sequence % 20 == 15) {
        restart(ThreeServers.NAMES);
      }

      assertThat(put(session, sequence, 1)).as("request %s again", sequence).isEqualTo(revision);
    }

    assertThat(put(session, 2, 2)).as("the oldest request again").isEqualTo(first);
    assertThat(lock(session, 1)).as("the lock again").isEqualTo(lock);
    for (String name : ThreeServers.NAMES) {
      servers.awaitServing(name);
      assertThat(version(name)).as("version at %s", name).isEqualTo(PUTS);
    }
  }

  private void restart(List<String> names) throws Exception {
    names.forEach(servers::kill);
    for (String name : names) {
      servers.launch(name);
    }
    for (String name : names) {
      servers.awaitServing(name);
    }
  }

  private long open() throws Exception {
    return answered(
        0,
        channel ->
            SessionsGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .sessionOpen(SessionOpenRequest.getDefaultInstance())
                .getSession());
  }

  /** Its first request; returns the lock's key. */
  private String lock(long session, int from) throws Exception {
    LockRequest lock = LockRequest.newBuilder().setName(ByteString.copyFromUtf8("door")).build();
    return answered(
        from,
        channel ->
            LockGrpc.newBlockingStub(within(channel, session, 1))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .lock(lock)
                .getKey()
                .toStringUtf8());
  }

  private long put(long session, int sequence, int from) throws Exception {
    PutRequest put = PutRequest.newBuilder().setKey(KEY).setValue(KEY).build();
    return answered(
        from,
        channel ->
            KVGrpc.newBlockingStub(within(channel, session, sequence))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .put(put)
                .getHeader()
                .getRevision());
  }

  /** The answer of the first member, from that place on, that gives one. */
  private <A> A answered(int from, Function<Channel, A> call) throws Exception {
    List<A> answers = new ArrayList<>();
    int[] place = {from};
    Await.until(
        () ->
            "a member answers; they said:\n"
                + ThreeServers.NAMES.stream().map(servers::said).toList(),
        () -> {
          String name = ThreeServers.NAMES.get(place[0]++ % ThreeServers.NAMES.size());
          try {
            answers.add(call.apply(servers.channel(name)));
            return true;
          } catch (StatusRuntimeException again) {
            assertThat(again.getStatus().getCode().name()).isIn("UNAVAILABLE", "DEADLINE_EXCEEDED");
            servers.channel(name).resetConnectBackoff();
            return false;
          }
        });
    return answers.getFirst();
  }

  private static Channel within(Channel channel, long session, int sequence) {
    Metadata metadata = new Metadata();
    put(metadata, "balsa-session", session);
    put(metadata, "balsa-sequence", sequence);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private static void put(Metadata metadata, String name, long number) {
    metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), Long.toString(number));
  }

  private long version(String name) {
    return KVGrpc.newBlockingStub(servers.channel(name))
        .range(RangeRequest.newBuilder().setKey(KEY).build())
        .getKvs(0)
        .getVersion();
  }
}
