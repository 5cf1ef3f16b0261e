package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.WatchCancelRequest;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchProgressRequest;
import dev.balsa.proto.WatchRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Watchers that come and go while keys change. A compaction comes only first, and cancellations
 * only when everybody has been told everything: what a watcher that is behind is told else is a
 * matter of time.
 */
final class WatchTheme implements Theme {
  private static final int STREAMS = 3;
  private static final int CALM = 30;

  /** Three are less than a request may have; a few such requests are more than a response may. */
  private static final int LARGE_BYTES = 400_000;

  /** Whose watchers may want revisions to come, see {@link KnownDifference#PROGRESS_OF_FUTURE}. */
  private static final int PATIENT = 2;

  private final Random random;
  private final RandomRequests requests;
  private final @Nullable String user;
  private final Deque<Step> planned = new ArrayDeque<>();
  private int sinceCalm;

  WatchTheme(Random random) {
    this(random, new RandomRequests(random), null);
    planned.add(Step.ask(RandomRequests.put("a", "1")));
  }

  WatchTheme(Random random, RandomRequests requests, @Nullable String user) {
    this.random = random;
    this.requests = requests;
    this.user = user;
  }

  @Override
  public Step next() {
    if (planned.isEmpty()) {
      plan();
    }
    return planned.remove();
  }

  @Override
  public void heard(Step step, Answer answer) {
    boolean first = requests.isNew();
    requests.revision(answer.revision());
    if (first && answer.revision() > 1) {
      planned.add(
          Step.ask(
              CompactionRequest.newBuilder().setRevision(requests.someRevision()).build(), user));
    }
  }

  private void plan() {
    if (++sinceCalm == CALM) {
      sinceCalm = 0;
      planned.addAll(settled(user));
      for (int stream = 0; stream < STREAMS; stream++) {
        planned.add(new Step.OnStream(stream, cancel(), user));
        if (stream != PATIENT) {
          planned.add(new Step.OnStream(stream, progress(), user));
        }
      }
    } else if (requests.oneIn(3)) {
      planned.add(created(random.nextInt(STREAMS)));
    } else {
      planned.add(Step.ask(change(), user));
    }
  }

  /** All keys are put, then deleted, so that every watcher that wants any hears of it. */
  static List<Step> settled(@Nullable String user) {
    TxnRequest.Builder all = TxnRequest.newBuilder();
    for (ByteString key : RandomRequests.keys()) {
      all.addSuccess(RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(key)));
    }
    ByteString zero = ByteString.copyFrom(new byte[1]);
    return List.of(
        Step.ask(all.build(), user),
        Step.ask(DeleteRangeRequest.newBuilder().setKey(zero).setRangeEnd(zero).build(), user),
        new Step.Settle());
  }

  /** Any request but a compaction; now and then more than one response may hold. */
  private Message change() {
    if (requests.oneIn(150)) {
      return large();
    }
    Message request = requests.next();
    while (request instanceof CompactionRequest) {
      request = requests.next();
    }
    return request;
  }

  private Message large() {
    ByteString value = ByteString.copyFrom(new byte[LARGE_BYTES]);
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (ByteString key : RandomRequests.keys().subList(0, 3)) {
      txn.addSuccess(
          RequestOp.newBuilder()
              .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value)));
    }
    return txn.build();
  }

  private Step created(int stream) {
    WatchCreateRequest.Builder create =
        WatchCreateRequest.newBuilder()
            .setKey(requests.oneIn(5) ? ByteString.EMPTY : requests.key())
            .setRangeEnd(requests.oneIn(3) ? ByteString.copyFrom(new byte[1]) : requests.end())
            .setPrevKv(requests.oneIn(2))
            .setFragment(requests.oneIn(2))
            .setProgressNotify(requests.oneIn(4))
            .setStartRevision(stream == PATIENT && requests.oneIn(4) ? Long.MAX_VALUE : start())
            .setWatchId(requests.oneIn(5) ? named() : 0);
    for (int filters = random.nextInt(4) - 1; filters > 0; filters--) {
      create.addFiltersValue(random.nextInt(requests.oneIn(4) ? 4 : 2));
    }
    return new Step.OnStream(
        stream, WatchRequest.newBuilder().setCreateRequest(create).build(), user);
  }

  private long start() {
    return switch (random.nextInt(8)) {
      case 1 -> random.nextInt(3) + 1;
      case 2, 3, 4 -> requests.someRevision();
      default -> 0;
    };
  }

  private WatchRequest cancel() {
    return WatchRequest.newBuilder()
        .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(random.nextInt(-1, 9)))
        .build();
  }

  private static WatchRequest progress() {
    return WatchRequest.newBuilder()
        .setProgressRequest(WatchProgressRequest.getDefaultInstance())
        .build();
  }

  /** Not -1, by which refusals go: among a watcher's events there they come in any order. */
  private int named() {
    int id = random.nextInt(-2, 8);
    return id == -1 ? 8 : id;
  }
}
