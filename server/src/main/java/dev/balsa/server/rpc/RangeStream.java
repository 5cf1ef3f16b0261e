package dev.balsa.server.rpc;

import dev.balsa.kv.Caller;
import dev.balsa.kv.Command;
import dev.balsa.kv.Command.SortOrder;
import dev.balsa.kv.Command.SortTarget;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.KvResult.RangeDone;
import dev.balsa.node.Consistency;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RangeStreamResponse;
import dev.balsa.raft.Bytes;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Arrays;

/**
 * Answers one range in pieces, as etcd 3.7 does: ten keys first, then so many that a piece comes
 * near the size of the largest request. Every piece is read at the revision of the first one, and
 * only when the client has taken most of what came before, so a long range costs no memory. If that
 * revision is compacted meanwhile, the stream ends with that error.
 */
final class RangeStream {
  private static final int FIRST_KEYS = 10;
  private static final int KEYS_MAX = 1 << 20;

  private final Requests requests;
  private final Headers headers;
  private final Caller caller;
  private final Command.Range range;
  private final ServerCallStreamObserver<RangeStreamResponse> observer;

  // All below is used by one thread at a time: who has set reading, see begins().
  private boolean reading; // guarded by this
  private Consistency consistency = Consistency.STALE;
  private KeyRange rest;
  private long revision;
  private long newest;
  private long sent;
  private int keys = FIRST_KEYS;

  /** Must be made before the call's method returns. */
  RangeStream(
      Requests requests,
      Headers headers,
      Caller caller,
      Command.Range range,
      ServerCallStreamObserver<RangeStreamResponse> observer) {
    this.requests = requests;
    this.headers = headers;
    this.caller = caller;
    this.range = range;
    this.observer = observer;
    this.rest = range.range();
    this.revision = range.revision();
    observer.setOnReadyHandler(this::goOn);
    observer.setOnCancelHandler(() -> {}); // the next piece finds out
  }

  /** Whether the keys come in their own order and all of the range's count. */
  static boolean canBe(Command.Range range) {
    boolean natural =
        range.order() == SortOrder.NONE
            || (range.order() == SortOrder.ASCEND && range.target() == SortTarget.KEY);
    return natural
        && range.minModRevision() == 0
        && range.maxModRevision() == 0
        && range.minCreateRevision() == 0
        && range.maxCreateRevision() == 0;
  }

  /** Reads the first piece at {@code first}; those after it are in this member's store by then. */
  void start(Consistency first) {
    consistency = first;
    goOn();
  }

  private void goOn() {
    if (begins()) {
      long left = range.limit() <= 0 ? Long.MAX_VALUE : range.limit() - sent;
      boolean last = range.countOnly() || left <= keys;
      Command.Range page = page(Math.min(left, keys));
      requests.<RangeDone, KvResult>read(
          consistency,
          machine -> last ? machine.kv().range(caller, page) : machine.kv().page(caller, page),
          new OneAnswer<>(done -> send(done, last), observer::onError),
          done -> (RangeDone) done);
    }
  }

  private synchronized boolean begins() {
    boolean begins = !reading && observer.isReady() && !observer.isCancelled();
    reading |= begins;
    return begins;
  }

  private synchronized void ended() {
    reading = false;
  }

  private Command.Range page(long limit) {
    return new Command.Range(
        rest,
        limit,
        revision,
        SortOrder.NONE,
        SortTarget.KEY,
        range.keysOnly(),
        range.countOnly(),
        0,
        0,
        0,
        0);
  }

  private void send(RangeDone done, boolean last) {
    if (newest == 0) {
      newest = done.revision();
      revision = revision > 0 ? revision : newest;
      consistency = Consistency.STALE;
    }
    long count = sent + done.count();
    sent += done.kvs().size();
    RangeResponse.Builder piece = RangeResponse.newBuilder();
    done.kvs().forEach(kv -> piece.addKvs(KvMapping.keyValue(kv)));
    if (last || !done.more()) {
      piece.setHeader(headers.at(newest)).setMore(done.more()).setCount(count);
      observer.onNext(RangeStreamResponse.newBuilder().setRangeResponse(piece).build());
      observer.onCompleted();
      return;
    }
    rest = new KeyRange(after(done.kvs().getLast().key()), range.range().end());
    RangeStreamResponse response = RangeStreamResponse.newBuilder().setRangeResponse(piece).build();
    resize(response.getSerializedSize());
    observer.onNext(response);
    ended();
    goOn();
  }

  private void resize(int bytes) {
    if (bytes > requests.requestBytesMax()) {
      keys = Math.max(1, keys / 2);
    } else if (bytes < requests.requestBytesMax() / 2) {
      keys = Math.min(KEYS_MAX, keys * 2);
    }
  }

  /** The first key that is greater. */
  private static Bytes after(Bytes key) {
    byte[] bytes = key.toByteArray();
    return Bytes.wrap(Arrays.copyOf(bytes, bytes.length + 1));
  }
}
