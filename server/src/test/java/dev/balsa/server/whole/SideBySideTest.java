package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.TxnRequest;
import dev.balsa.server.Tools;
import dev.balsa.server.cli.RealEtcd;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three servers answer as one real etcd does, whichever of them is asked. */
class SideBySideTest {
  private static final long SEED = 20_261_122;
  private static final int REQUESTS = 4_000;

  @TempDir static Path folder;

  private static RealEtcd etcd;
  private static ManagedChannel theirs;
  private static ThreeServers servers;

  @BeforeAll
  static void start() throws Exception {
    etcd = RealEtcd.start(Tools.require("etcd"), folder.resolve("etcd"));
    theirs = NettyChannelBuilder.forTarget(etcd.endpoint()).usePlaintext().build();
    servers = ThreeServers.start(folder);
  }

  @AfterAll
  static void end() {
    if (servers != null) {
      servers.close();
    }
    if (theirs != null) {
      theirs.shutdownNow();
    }
    if (etcd != null) {
      etcd.close();
    }
  }

  @Test
  void randomRequestsGetTheSameAnswers() {
    RandomRequests requests = new RandomRequests(SEED);
    Random members = new Random(SEED);
    String lastWriter = ThreeServers.NAMES.getFirst();

    int skipped = 0;
    for (int n = 0; n < REQUESTS; n++) {
      Message request = requests.next();
      if (Stream.of(KnownDifference.values()).anyMatch(it -> it.touches(request))) {
        skipped++;
        continue;
      }
      // A read of a member's own state sees what was written through it.
      String member =
          readsOwnState(request)
              ? lastWriter
              : ThreeServers.NAMES.get(members.nextInt(ThreeServers.NAMES.size()));
      KvAnswer wanted = KvAnswer.to(request, theirs);
      KvAnswer found = KvAnswer.to(request, servers.channel(member));

      assertThat(found.text())
          .as("request %d of seed %d, to %s: %s", n, SEED, member, request)
          .isEqualTo(wanted.text());
      if (!(request instanceof RangeRequest)) {
        lastWriter = member;
      }
      requests.revision(wanted.revision());
    }
    System.out.printf("asked both %d times, passed over %d%n", REQUESTS - skipped, skipped);
  }

  private static boolean readsOwnState(Message request) {
    return request instanceof TxnRequest
        || (request instanceof RangeRequest range && range.getSerializable());
  }
}
