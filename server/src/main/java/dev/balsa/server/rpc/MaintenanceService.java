package dev.balsa.server.rpc;

import dev.balsa.kv.KvMachine;
import dev.balsa.node.Consistency;
import dev.balsa.node.NodeStatus;
import dev.balsa.node.TransferOutcome;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmResponse;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.MoveLeaderRequest;
import dev.balsa.proto.MoveLeaderResponse;
import dev.balsa.proto.StatusRequest;
import dev.balsa.proto.StatusResponse;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.Backend;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** etcd's Maintenance service: how this member is. */
public final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
  private final Backend backend;
  private final Requests requests;
  private final Headers headers;

  /** Tells about the member behind {@code backend}. */
  public MaintenanceService(Backend backend, Requests requests, Headers headers) {
    this.backend = backend;
    this.requests = requests;
    this.headers = headers;
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
    requests.<StatusResponse, StoreFigures>read(
        Consistency.STALE, machine -> StoreFigures.of(machine.kv()), observer, this::response);
  }

  /** No alarm is ever raised in this version, so there is none to list and none to take back. */
  @Override
  public void alarm(AlarmRequest request, StreamObserver<AlarmResponse> observer) {
    switch (request.getAction()) {
      case GET, DEACTIVATE ->
          requests.<AlarmResponse, Long>read(
              Consistency.STALE,
              machine -> machine.kv().revision(),
              observer,
              revision -> AlarmResponse.newBuilder().setHeader(headers.at(revision)).build());
      case ACTIVATE, UNRECOGNIZED ->
          observer.onError(
              Status.UNIMPLEMENTED
                  .withDescription(
                      "etcdserver: alarms cannot be raised by request, only listed (action GET)")
                  .asRuntimeException());
    }
  }

  /** Hands the leadership to another member; only the leader can, as in etcd. */
  @Override
  public void moveLeader(MoveLeaderRequest request, StreamObserver<MoveLeaderResponse> observer) {
    NodeId target = new NodeId(request.getTargetID());
    var unused =
        backend
            .transfer(target)
            .thenAccept(
                outcome -> {
                  EtcdError error = error(outcome);
                  if (error != null) {
                    observer.onError(error.exception());
                    return;
                  }
                  observer.onNext(MoveLeaderResponse.getDefaultInstance());
                  observer.onCompleted();
                });
  }

  private static @Nullable EtcdError error(TransferOutcome outcome) {
    return switch (outcome) {
      case TransferOutcome.Done done -> null;
      case TransferOutcome.Stopped stopped -> EtcdError.STOPPED;
      case TransferOutcome.Failed(var reason) ->
          switch (reason) {
            case ALREADY_LEADER -> null;
            case NOT_LEADER -> EtcdError.NOT_LEADER;
            case NOT_A_VOTER -> EtcdError.BAD_LEADER_TRANSFEREE;
            case IN_PROGRESS, TARGET_SILENT, TARGET_BEHIND, TIMED_OUT, OTHER_LEADER ->
                EtcdError.TIMEOUT_LEADER_TRANSFER;
          };
    };
  }

  private StatusResponse response(StoreFigures store) {
    NodeStatus node = backend.status();
    StatusResponse.Builder response =
        StatusResponse.newBuilder()
            .setHeader(headers.at(store.revision()))
            .setVersion(ApiVersion.SERVER)
            .setStorageVersion(ApiVersion.CLUSTER)
            .setDbSize(store.diskBytes())
            .setDbSizeInUse(store.bytes())
            .setRaftIndex(node.raft().commit())
            .setRaftTerm(node.raft().term())
            .setRaftAppliedIndex(node.applied());
    if (node.raft().leader() == null) {
      response.addErrors(EtcdError.NO_LEADER.text());
    } else {
      response.setLeader(node.raft().leader().value());
    }
    return response.build();
  }

  private record StoreFigures(long revision, long bytes, long diskBytes) {
    static StoreFigures of(KvMachine kv) {
      return new StoreFigures(kv.revision(), kv.bytes(), kv.diskBytes());
    }
  }
}
