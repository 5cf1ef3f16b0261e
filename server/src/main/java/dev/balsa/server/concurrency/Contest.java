package dev.balsa.server.concurrency;

import com.google.protobuf.ByteString;
import dev.balsa.proto.Compare;
import dev.balsa.proto.KeyValue;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeRequest.SortOrder;
import dev.balsa.proto.RangeRequest.SortTarget;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.TxnResponse;
import dev.balsa.proto.WatchCreateRequest;
import io.grpc.Context;

/**
 * The queue of those who want the same thing: keys under {@code name/}, each the hexadecimal number
 * of its owner's lease, as etcd's clients and servers write them. So those who queue by this
 * service and those who do by hand stand in one queue.
 */
final class Contest {
  /** What a lease lives that nobody brought. */
  private static final long TTL_SECONDS = 60;

  private final OwnStore store;
  private final ByteString prefix;

  /** The queue of {@code name}. */
  Contest(OwnStore store, ByteString name) {
    this.store = store;
    this.prefix = name.concat(ByteString.copyFromUtf8("/"));
  }

  /**
   * A place in the queue.
   *
   * @param revision the one that created the key, which orders the queue
   * @param value what the key held when the place was looked at
   * @param header of the answer that told of it
   */
  record Place(
      ByteString key, long lease, long revision, ByteString value, ResponseHeader header) {}

  /** The lease itself, or a new one if it is 0. */
  long lease(long wanted) {
    return wanted != 0 ? wanted : store.grant(TTL_SECONDS);
  }

  /** Takes a place for a lease, or finds the one that it has. */
  Place enter(long lease, ByteString value) {
    ByteString key = prefix.concat(ByteString.copyFromUtf8(Long.toString(lease, 16)));
    TxnResponse response =
        store.write(
            TxnRequest.newBuilder()
                .addCompare(createdAt(key, 0))
                .addSuccess(put(key, value, lease))
                .addFailure(
                    RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(key)))
                .build());
    ResponseHeader header = response.getHeader();
    if (response.getSucceeded()) {
      return new Place(key, lease, header.getRevision(), value, header);
    }
    KeyValue found = response.getResponses(0).getResponseRange().getKvs(0);
    return new Place(key, lease, found.getCreateRevision(), found.getValue(), header);
  }

  /** Waits until nobody is before {@code place} any more. */
  void awaitTurn(Place place) {
    while (true) {
      RangeResponse before =
          store.range(
              ofPrefix()
                  .setMaxCreateRevision(place.revision() - 1)
                  .setSortTarget(SortTarget.CREATE)
                  .setSortOrder(SortOrder.DESCEND)
                  .setLimit(1)
                  .build());
      if (before.getKvsCount() == 0) {
        return;
      }
      try (OwnWatch watch =
          store.watch(
              WatchCreateRequest.newBuilder()
                  .setKey(before.getKvs(0).getKey())
                  .setStartRevision(before.getHeader().getRevision() + 1)
                  .addFilters(WatchCreateRequest.FilterType.NOPUT)
                  .build())) {
        watch.awaitDelete();
      }
    }
  }

  /** Gives a place up whose owner has gone away while it waited, unless it may come back. */
  void leave(Place place) {
    if (Context.current().isCancelled() && !store.mayComeBack()) {
      Context.ROOT.run(() -> store.cleanUp(place.key()));
    }
  }

  /** The key as it is now. */
  RangeResponse look(Place place) {
    return store.range(RangeRequest.newBuilder().setKey(place.key()).build());
  }

  /** Who stands first; an answer without a key if nobody does. */
  RangeResponse first() {
    return store.range(
        ofPrefix()
            .setSortTarget(SortTarget.CREATE)
            .setSortOrder(SortOrder.ASCEND)
            .setLimit(1)
            .build());
  }

  /** A watch of all places from {@code revision} on. */
  OwnWatch watchAll(long revision) {
    return store.watch(
        WatchCreateRequest.newBuilder()
            .setKey(prefix)
            .setRangeEnd(end())
            .setStartRevision(revision)
            .build());
  }

  /** A watch of one place from {@code revision} on. */
  OwnWatch watch(ByteString key, long revision) {
    return store.watch(
        WatchCreateRequest.newBuilder().setKey(key).setStartRevision(revision).build());
  }

  /** {@code op}, if the place is still the one that {@code revision} created. */
  static TxnRequest whileHeld(ByteString key, long revision, RequestOp op) {
    return TxnRequest.newBuilder().addCompare(createdAt(key, revision)).addSuccess(op).build();
  }

  static RequestOp put(ByteString key, ByteString value, long lease) {
    return RequestOp.newBuilder()
        .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value).setLease(lease))
        .build();
  }

  private static Compare createdAt(ByteString key, long revision) {
    return Compare.newBuilder()
        .setKey(key)
        .setTarget(Compare.CompareTarget.CREATE)
        .setResult(Compare.CompareResult.EQUAL)
        .setCreateRevision(revision)
        .build();
  }

  private RangeRequest.Builder ofPrefix() {
    return RangeRequest.newBuilder().setKey(prefix).setRangeEnd(end());
  }

  /** What follows on all that begins with the prefix: it ends with a slash, which zero follows. */
  private ByteString end() {
    return prefix.substring(0, prefix.size() - 1).concat(ByteString.copyFromUtf8("0"));
  }
}
