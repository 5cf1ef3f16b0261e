package dev.balsa.server.concurrency;

import com.google.protobuf.ByteString;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.DeleteRangeResponse;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.TxnResponse;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.server.rpc.Once;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * This member's store as a client in the name of one caller sees it. Calls block; they fail by
 * {@link io.grpc.StatusRuntimeException}, also when the caller goes away.
 */
record OwnStore(Channel channel, Channel once, @Nullable String sequence) {
  /** For calls that carry {@code metadata}. */
  static OwnStore of(Channel channel, Metadata metadata) {
    Metadata withoutSession = new Metadata();
    withoutSession.merge(metadata);
    Once.KEYS.forEach(withoutSession::discardAll);
    String session = metadata.get(Once.SESSION);
    return new OwnStore(
        carrying(channel, withoutSession),
        carrying(channel, metadata),
        session == null ? null : session + "/" + metadata.get(Once.SEQUENCE));
  }

  private static Channel carrying(Channel channel, Metadata metadata) {
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  /** Whether the caller may ask for the same again. */
  boolean mayComeBack() {
    return sequence != null;
  }

  RangeResponse range(RangeRequest request) {
    return KVGrpc.newBlockingStub(channel).range(request);
  }

  /** The caller's write, which takes effect once if it is one of a session. */
  TxnResponse write(TxnRequest request) {
    return KVGrpc.newBlockingStub(once).txn(request);
  }

  /** The caller's write, which takes effect once if it is one of a session. */
  DeleteRangeResponse delete(ByteString key) {
    return delete(once, key);
  }

  /** A write that follows on the caller's, and may be done again. */
  TxnResponse follow(TxnRequest request) {
    return KVGrpc.newBlockingStub(channel).txn(request);
  }

  /** Deletes what the caller leaves behind. */
  DeleteRangeResponse cleanUp(ByteString key) {
    return delete(channel, key);
  }

  private static DeleteRangeResponse delete(Channel channel, ByteString key) {
    return KVGrpc.newBlockingStub(channel)
        .deleteRange(DeleteRangeRequest.newBuilder().setKey(key).build());
  }

  /** A new lease that nobody renews; the same one if the caller comes back. */
  long grant(long ttlSeconds) {
    long id = sequence == null ? 0 : leaseOf(sequence);
    LeaseGrantRequest request = LeaseGrantRequest.newBuilder().setID(id).setTTL(ttlSeconds).build();
    try {
      return LeaseGrpc.newBlockingStub(channel).leaseGrant(request).getID();
    } catch (StatusRuntimeException refused) {
      if (id != 0 && refused.getStatus().getCode() == Status.Code.FAILED_PRECONDITION) {
        return id; // by the first of its calls
      }
      throw refused;
    }
  }

  /** As good as random, and the same on every member. */
  private static long leaseOf(String sequence) {
    return UUID.nameUUIDFromBytes(sequence.getBytes(StandardCharsets.UTF_8))
            .getLeastSignificantBits()
        & Long.MAX_VALUE;
  }

  /** A watch, which the caller closes. */
  OwnWatch watch(WatchCreateRequest request) {
    return OwnWatch.open(channel, request);
  }
}
