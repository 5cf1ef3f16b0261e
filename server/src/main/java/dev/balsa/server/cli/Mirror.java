package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.Event;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.KVGrpc.KVBlockingStub;
import dev.balsa.proto.KeyValue;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchResponse;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keys of one cluster copied into another: first as they stand at one revision, page by page, then
 * every change, those of one revision in one transaction as far as that is allowed to grow. Leases
 * stay behind, since they mean nothing there.
 */
final class Mirror {
  private static final int PAGE_KEYS = 1_000;

  /** Well below what a member takes in one request by default, 1.5 MiB. */
  private static final long TXN_BYTES = 1 << 20;

  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  private final Cluster source;
  private final Cluster target;
  private final ByteString prefix;
  private final ByteString targetPrefix;
  private final int opsMax;
  private final AtomicLong changes = new AtomicLong(); // written by the one that copies

  /**
   * A mirror of the keys that begin with {@code prefix}, which becomes {@code targetPrefix}.
   *
   * @param opsMax how large a transaction may be, positive
   */
  Mirror(Cluster source, Cluster target, ByteString prefix, ByteString targetPrefix, int opsMax) {
    this.source = source;
    this.target = target;
    this.prefix = prefix;
    this.targetPrefix = targetPrefix;
    this.opsMax = opsMax;
  }

  /** How many keys were put or deleted there. */
  long changes() {
    return changes.get();
  }

  /**
   * Copies until the watch ends.
   *
   * @param revision where the changes begin, 0 to copy all keys first
   * @throws CommandFailure at the end, since nobody asked for one
   */
  void run(long revision) {
    target.write(
        to -> {
          KVBlockingStub there = KVGrpc.newBlockingStub(to);
          long from = revision != 0 ? revision : copy(there) + 1;
          new ResumingWatch(source, response -> follow(response, there))
              .run(
                  WatchCreateRequest.newBuilder()
                      .setKey(prefix.isEmpty() ? ZERO : prefix)
                      .setRangeEnd(KeySpan.afterPrefix(prefix))
                      .setStartRevision(from)
                      .build());
          throw new CommandFailure("the mirror has ended: the source has canceled the watch");
        });
  }

  /** Copies all keys as of one revision, which it returns. */
  private long copy(KVBlockingStub there) {
    RangeRequest.Builder page =
        RangeRequest.newBuilder()
            .setKey(prefix.isEmpty() ? ZERO : prefix)
            .setRangeEnd(KeySpan.afterPrefix(prefix))
            .setLimit(PAGE_KEYS);
    while (true) {
      RangeResponse found = source.read(channel -> range(channel, page.build()));
      if (page.getRevision() == 0) {
        page.setRevision(found.getHeader().getRevision()); // all pages show the same moment
      }
      List<RequestOp> puts = new ArrayList<>();
      found.getKvsList().forEach(pair -> puts.add(put(pair)));
      write(puts, there);
      if (!found.getMore()) {
        return page.getRevision();
      }
      page.setKey(found.getKvs(found.getKvsCount() - 1).getKey().concat(ZERO));
    }
  }

  private RangeResponse range(Channel channel, RangeRequest request) {
    return KVGrpc.newBlockingStub(channel)
        .withDeadlineAfter(source.commandTimeout().toNanos(), TimeUnit.NANOSECONDS)
        .range(request);
  }

  private void follow(WatchResponse response, KVBlockingStub there) {
    if (response.getCanceled()) {
      throw new CommandFailure(
          "the mirror cannot go on: %s; start it again to copy everything anew"
              .formatted(
                  response.getCompactRevision() == 0
                      ? response.getCancelReason()
                      : "the source has compacted what the mirror has not yet seen"));
    }
    List<RequestOp> ofOneRevision = new ArrayList<>();
    long revision = 0;
    for (Event event : response.getEventsList()) {
      if (event.getKv().getModRevision() != revision) {
        write(ofOneRevision, there);
        ofOneRevision.clear();
        revision = event.getKv().getModRevision();
      }
      ofOneRevision.add(
          event.getType() == Event.EventType.PUT ? put(event.getKv()) : delete(event.getKv()));
    }
    write(ofOneRevision, there);
  }

  private RequestOp put(KeyValue pair) {
    return RequestOp.newBuilder()
        .setRequestPut(
            PutRequest.newBuilder().setKey(renamed(pair.getKey())).setValue(pair.getValue()))
        .build();
  }

  private RequestOp delete(KeyValue pair) {
    return RequestOp.newBuilder()
        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(renamed(pair.getKey())))
        .build();
  }

  private ByteString renamed(ByteString key) {
    return targetPrefix.concat(key.substring(prefix.size()));
  }

  private void write(List<RequestOp> operations, KVBlockingStub there) {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    long bytes = 0;
    for (RequestOp operation : operations) {
      bytes += operation.getSerializedSize();
      if (txn.getSuccessCount() == opsMax || (bytes > TXN_BYTES && txn.getSuccessCount() > 0)) {
        commit(txn, there);
        txn.clear();
        bytes = operation.getSerializedSize();
      }
      txn.addSuccess(operation);
    }
    if (txn.getSuccessCount() > 0) {
      commit(txn, there);
    }
  }

  private void commit(TxnRequest.Builder txn, KVBlockingStub there) {
    try {
      var unused =
          there
              .withDeadlineAfter(target.commandTimeout().toNanos(), TimeUnit.NANOSECONDS)
              .txn(txn.build());
    } catch (StatusRuntimeException e) {
      throw new CommandFailure("the destination refuses: " + Cluster.reason(e));
    }
    changes.addAndGet(txn.getSuccessCount());
  }
}
