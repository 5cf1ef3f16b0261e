package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.Compare;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Keys and leases, and now and then a request that is too big or makes no sense. */
final class KeyTheme implements Theme {
  private static final int BIG = 1_400_000;
  private static final int TOO_BIG = 1_600_000;
  private static final int TOO_BIG_FOR_GRPC = 2_200_000;
  private static final int OPS_MAX = 128;

  /** A field cut short, a number cut short, the field 0, an end of what has not begun. */
  private static final List<ByteString> UNREADABLE =
      Stream.of(new byte[] {10, 127}, new byte[] {8, -1}, new byte[] {0, 0}, new byte[] {12})
          .map(ByteString::copyFrom)
          .toList();

  private static final DeleteRangeRequest MANY_GO =
      DeleteRangeRequest.newBuilder()
          .setKey(ByteString.copyFromUtf8("many"))
          .setRangeEnd(ByteString.copyFromUtf8("man~"))
          .build();

  private final Random random;
  private final RandomRequests requests;
  private final Deque<Step> planned = new ArrayDeque<>();

  KeyTheme(Random random) {
    this.random = random;
    this.requests = new RandomRequests(random);
  }

  @Override
  public Step next() {
    if (!planned.isEmpty()) {
      return planned.remove();
    }
    return requests.oneIn(20) ? odd() : Step.ask(requests.next());
  }

  @Override
  public void heard(Step step, Answer answer) {
    requests.revision(answer.revision());
    if (step instanceof Step.Ask ask && ask.request().equals(MANY_GO)) {
      requests.forgetPast();
    }
  }

  private Step odd() {
    return switch (random.nextInt(12)) {
      case 3 ->
          new Step.Raw(Methods.any(random), UNREADABLE.get(random.nextInt(UNREADABLE.size())));
      case 0 -> new Step.Raw("etcdserverpb.KV/Guess", ByteString.EMPTY);
      case 1 -> new Step.Raw("etcdserverpb.Guess/Range", ByteString.EMPTY);
      case 2 -> new Step.Raw("etcdserverpb.KV/Range", bytes(random.nextInt(1, 40)));
      default -> Step.ask(oddRequest());
    };
  }

  private Message oddRequest() {
    return switch (random.nextInt(8)) {
      case 0 -> big();
      case 1 -> txn(many());
      case 2 -> nested(many());
      case 3 ->
          RangeRequest.newBuilder()
              .setKey(requests.key())
              .setSortOrderValue(random.nextInt(2, 9))
              .setSortTargetValue(random.nextInt(4, 9))
              .build();
      case 4 ->
          RangeRequest.newBuilder()
              .setKey(requests.key())
              .setRangeEnd(requests.end())
              .setLimit(extreme())
              .setRevision(extreme())
              .setMinModRevision(extreme())
              .setMaxCreateRevision(extreme())
              .build();
      case 5 -> LeaseGrantRequest.newBuilder().setTTL(5_000).build();
      case 6 ->
          TxnRequest.newBuilder()
              .addCompare(
                  Compare.newBuilder()
                      .setKey(requests.key())
                      .setRangeEnd(requests.end())
                      .setResultValue(random.nextInt(2, 9))
                      .setTargetValue(random.nextInt(3, 9))
                      .setModRevision(extreme()))
              .build();
      default -> PutRequest.newBuilder().setKey(requests.key()).setLease(extreme()).build();
    };
  }

  /** Far from the bound, since requests are not encoded alike. */
  private Message big() {
    int size =
        switch (random.nextInt(3)) {
          case 0 -> BIG;
          case 1 -> TOO_BIG;
          default -> TOO_BIG_FOR_GRPC;
        };
    return PutRequest.newBuilder()
        .setKey(requests.key())
        .setValue(ByteString.copyFrom(new byte[size]))
        .build();
  }

  /** About the bound; they are deleted after that, see {@link KnownDifference#ORDER_OF_EQUALS}. */
  private int many() {
    planned.add(Step.ask(MANY_GO));
    return OPS_MAX + random.nextInt(-1, 2);
  }

  private static TxnRequest txn(int ops) {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (int n = 0; n < ops; n++) {
      txn.addSuccess(
          RequestOp.newBuilder()
              .setRequestPut(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("many" + n))));
    }
    return txn.build();
  }

  private static TxnRequest nested(int ops) {
    return TxnRequest.newBuilder()
        .addFailure(RequestOp.newBuilder().setRequestTxn(txn(ops)))
        .addSuccess(RequestOp.newBuilder().setRequestTxn(txn(ops - 1)))
        .build();
  }

  private long extreme() {
    return switch (random.nextInt(5)) {
      case 0 -> Long.MAX_VALUE;
      case 1 -> Long.MIN_VALUE;
      case 2 -> -1;
      case 3 -> 1L << 40;
      default -> 0;
    };
  }

  private ByteString bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
