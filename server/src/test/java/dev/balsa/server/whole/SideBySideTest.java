package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import dev.balsa.server.Tools;
import dev.balsa.server.cli.RealEtcd;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
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
  private static Side theirs;
  private static final Map<String, Side> ours = new TreeMap<>();
  private static ThreeServers servers;

  @BeforeAll
  static void start() throws Exception {
    etcd = RealEtcd.start(Tools.require("etcd"), folder.resolve("etcd"));
    theirs = Side.at(etcd.endpoint());
    servers = ThreeServers.start(folder);
    ThreeServers.NAMES.forEach(name -> ours.put(name, Side.over(servers.channel(name))));
  }

  @AfterAll
  static void end() {
    if (servers != null) {
      servers.close();
    }
    if (theirs != null) {
      theirs.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }

  @Test
  void randomRequestsGetTheSameAnswers() throws Exception {
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
      Answer wanted = theirs.start(Step.ask(request)).get();
      Answer found = side(member).start(Step.ask(request)).get();

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

  /** The read at a revision to come makes etcd refuse in the end, so both stay alike. */
  @Test
  void onlyWeRefuseAPutUnderADeleteThatEtcdOverlooks() throws Exception {
    RequestOp put = RequestOp.newBuilder().setRequestPut(put("k")).build();
    RequestOp delete =
        RequestOp.newBuilder()
            .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(utf8("k")))
            .build();
    RequestOp endless =
        RequestOp.newBuilder()
            .setRequestDeleteRange(
                DeleteRangeRequest.newBuilder().setKey(utf8("a")).setRangeEnd(utf8("\0")))
            .build();

    assertOnlyWeRefuse(KnownDifference.PUT_UNDER_ENDLESS_DELETE, put, endless);
    assertOnlyWeRefuse(KnownDifference.PUT_UNDER_DELETE_OF_NEIGHBOR, nested(put), nested(delete));
  }

  @Test
  void onlyWeSortBeforeTheLimitWithoutAnOrder() throws Exception {
    for (String key : List.of("z/3", "z/2", "z/1")) {
      assertThat(answer(put(key))).isEqualTo(theirs.start(Step.ask(put(key))).get().text());
    }
    RangeRequest oldest =
        RangeRequest.newBuilder()
            .setKey(utf8("z/"))
            .setRangeEnd(utf8("z0"))
            .setSortTarget(RangeRequest.SortTarget.MOD)
            .setLimit(1)
            .build();

    assertThat(KnownDifference.LIMIT_BEFORE_SORT.touches(oldest)).isTrue();
    assertThat(answer(oldest)).contains("z/3");
    assertThat(theirs.start(Step.ask(oldest)).get().text()).contains("z/2");
  }

  private static void assertOnlyWeRefuse(KnownDifference reason, RequestOp... ops)
      throws Exception {
    RangeRequest future =
        RangeRequest.newBuilder().setKey(utf8("k")).setRevision(1_000_000_000).build();
    TxnRequest txn =
        TxnRequest.newBuilder()
            .addAllSuccess(List.of(ops))
            .addSuccess(RequestOp.newBuilder().setRequestRange(future))
            .build();

    assertThat(reason.touches(txn)).isTrue();
    assertThat(answer(txn)).contains("duplicate key given in txn request");
    assertThat(theirs.start(Step.ask(txn)).get().text()).contains("future revision");
  }

  private static String answer(Message request) throws Exception {
    return side(ThreeServers.NAMES.getFirst()).start(Step.ask(request)).get().text();
  }

  private static Side side(String member) {
    return Objects.requireNonNull(ours.get(member));
  }

  private static RequestOp nested(RequestOp op) {
    return RequestOp.newBuilder().setRequestTxn(TxnRequest.newBuilder().addSuccess(op)).build();
  }

  private static PutRequest put(String key) {
    return PutRequest.newBuilder().setKey(utf8(key)).build();
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static boolean readsOwnState(Message request) {
    return request instanceof TxnRequest
        || (request instanceof RangeRequest range && range.getSerializable());
  }
}
