package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseLeasesRequest;
import dev.balsa.proto.LeaseLeasesResponse;
import dev.balsa.proto.LeaseRevokeRequest;
import dev.balsa.proto.LeaseStatus;
import dev.balsa.proto.LeaseTimeToLiveRequest;
import dev.balsa.proto.LeaseTimeToLiveResponse;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.proto.TxnRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a server says to one KV or Lease request: a response, or an error's code and text.
 *
 * @param text all of it but what differs between any two clusters: ids and the term, the seconds
 *     that are left of a lease, and the order of leases and of a lease's keys
 * @param revision of the header, 0 for an error
 */
record KvAnswer(String text, long revision) {
  /** Sends {@code request} and waits for the answer. */
  static KvAnswer to(Message request, ManagedChannel channel) {
    KVGrpc.KVBlockingStub kv =
        KVGrpc.newBlockingStub(channel)
            .withDeadlineAfter(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    LeaseGrpc.LeaseBlockingStub lease =
        LeaseGrpc.newBlockingStub(channel)
            .withDeadlineAfter(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    try {
      return of(
          switch (request) {
            case RangeRequest range -> kv.range(range);
            case PutRequest put -> kv.put(put);
            case DeleteRangeRequest delete -> kv.deleteRange(delete);
            case TxnRequest txn -> kv.txn(txn);
            case CompactionRequest compaction -> kv.compact(compaction);
            case LeaseGrantRequest grant -> lease.leaseGrant(grant);
            case LeaseRevokeRequest revoke -> lease.leaseRevoke(revoke);
            case LeaseTimeToLiveRequest timeToLive -> sorted(lease.leaseTimeToLive(timeToLive));
            case LeaseLeasesRequest leases -> sorted(lease.leaseLeases(leases));
            default -> throw new IllegalArgumentException("no KV request: " + request);
          });
    } catch (StatusRuntimeException e) {
      return new KvAnswer(
          e.getStatus().getCode() + ": " + e.getStatus().getDescription() + "\n", 0);
    }
  }

  private static Message sorted(LeaseTimeToLiveResponse response) {
    List<ByteString> keys =
        response.getKeysList().stream()
            .sorted(ByteString.unsignedLexicographicalComparator())
            .toList();
    return response.toBuilder()
        .setTTL(Math.min(response.getTTL(), 0))
        .clearKeys()
        .addAllKeys(keys)
        .build();
  }

  private static Message sorted(LeaseLeasesResponse response) {
    List<LeaseStatus> leases =
        response.getLeasesList().stream()
            .sorted(Comparator.comparingLong(LeaseStatus::getID))
            .toList();
    return response.toBuilder().clearLeases().addAllLeases(leases).build();
  }

  private static KvAnswer of(Message response) {
    FieldDescriptor field = response.getDescriptorForType().findFieldByName("header");
    ResponseHeader header = (ResponseHeader) response.getField(field);
    ResponseHeader alike =
        header.toBuilder().clearClusterId().clearMemberId().clearRaftTerm().build();
    return new KvAnswer(
        response.toBuilder().setField(field, alike).build().toString(), header.getRevision());
  }
}
