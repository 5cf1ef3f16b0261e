package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.balsa.proto.LeaseLeasesRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeRequest.SortOrder;
import dev.balsa.proto.RangeRequest.SortTarget;
import dev.balsa.proto.TxnRequest;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three servers answer as one real etcd does, whichever of them is asked. */
class SideBySideTest {
  private static final long SEED = 20_261_122;
  private static final int REQUESTS = 4_000;

  @RegisterExtension static final EtcdAndServers both = EtcdAndServers.patient();

  private static Side theirs;
  private static final Map<String, Side> ours = new TreeMap<>();

  @BeforeAll
  static void start() throws Exception {
    theirs = Side.at(both.etcd().endpoint());
    for (String name : ThreeServers.NAMES) {
      ours.put(name, Side.over(both.servers().channel(name)));
    }
  }

  @AfterAll
  static void end() {
    if (theirs != null) {
      theirs.close();
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
      if (KnownDifference.passesOver(Step.ask(request))) {
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
      if (request instanceof RangeRequest range) {
        if (comesInPieces(range)) {
          assertThat(side(member).streamed(range).text())
              .as("request %d of seed %d, streamed by %s: %s", n, SEED, member, request)
              .isEqualTo(found.text());
        }
      } else {
        lastWriter = member;
      }
      requests.revision(wanted.revision());
    }
    System.out.printf("asked both %d times, passed over %d%n", REQUESTS - skipped, skipped);
  }

  private static boolean comesInPieces(RangeRequest range) {
    return range.getSortOrder() != SortOrder.DESCEND
        && range.getSortTarget() == SortTarget.KEY
        && range.getMinModRevision() == 0
        && range.getMaxModRevision() == 0
        && range.getMinCreateRevision() == 0
        && range.getMaxCreateRevision() == 0;
  }

  private static Side side(String member) {
    return Objects.requireNonNull(ours.get(member));
  }

  private static boolean readsOwnState(Message request) {
    return request instanceof TxnRequest
        || request instanceof LeaseLeasesRequest
        || (request instanceof RangeRequest range && range.getSerializable());
  }
}
