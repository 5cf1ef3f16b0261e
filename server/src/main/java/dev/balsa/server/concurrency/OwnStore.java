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
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;

/**
 * This member's store as a client in the name of one caller sees it. Calls block; they fail by
 * {@link io.grpc.StatusRuntimeException}, also when the caller goes away.
 */
record OwnStore(Channel channel) {
  /** For calls that carry {@code metadata}. */
  static OwnStore of(Channel channel, Metadata metadata) {
    return new OwnStore(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata)));
  }

  RangeResponse range(RangeRequest request) {
    return KVGrpc.newBlockingStub(channel).range(request);
  }

  TxnResponse txn(TxnRequest request) {
    return KVGrpc.newBlockingStub(channel).txn(request);
  }

  DeleteRangeResponse delete(ByteString key) {
    return KVGrpc.newBlockingStub(channel)
        .deleteRange(DeleteRangeRequest.newBuilder().setKey(key).build());
  }

  /** A new lease that nobody renews. */
  long grant(long ttlSeconds) {
    LeaseGrantRequest request = LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build();
    return LeaseGrpc.newBlockingStub(channel).leaseGrant(request).getID();
  }

  /** A watch, which the caller closes. */
  OwnWatch watch(WatchCreateRequest request) {
    return OwnWatch.open(channel, request);
  }
}
