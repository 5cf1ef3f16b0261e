package dev.balsa.server.rpc;

import dev.balsa.kv.Alarm;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.StoreHash;
import dev.balsa.node.Consistency;
import dev.balsa.node.NodeStatus;
import dev.balsa.node.TransferOutcome;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmResponse;
import dev.balsa.proto.DefragmentRequest;
import dev.balsa.proto.DefragmentResponse;
import dev.balsa.proto.DowngradeInfo;
import dev.balsa.proto.DowngradeRequest;
import dev.balsa.proto.DowngradeResponse;
import dev.balsa.proto.HashKVRequest;
import dev.balsa.proto.HashKVResponse;
import dev.balsa.proto.HashRequest;
import dev.balsa.proto.HashResponse;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.MoveLeaderRequest;
import dev.balsa.proto.MoveLeaderResponse;
import dev.balsa.proto.SnapshotRequest;
import dev.balsa.proto.SnapshotResponse;
import dev.balsa.proto.StatusRequest;
import dev.balsa.proto.StatusResponse;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ServerMachine;
import dev.balsa.server.backup.BackupSource;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** etcd's Maintenance service: how this member is, and what keeps it well. */
public final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
  private final Backend backend;
  private final Requests requests;
  private final Headers headers;
  private final WholeStore wholeStore;
  private final Consumer<Runnable> afterSweep;
  private final long quotaBytes;

  /**
   * Tells about the member behind {@code backend}.
   *
   * @param afterSweep runs something when what was compacted is gone
   * @param quotaBytes how large its store may grow, {@link Long#MAX_VALUE} for no limit
   */
  public MaintenanceService(
      Backend backend,
      Requests requests,
      Headers headers,
      Consumer<Runnable> afterSweep,
      long quotaBytes) {
    this.backend = backend;
    this.requests = requests;
    this.headers = headers;
    this.wholeStore = new WholeStore(backend);
    this.afterSweep = afterSweep;
    this.quotaBytes = quotaBytes;
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
    requests.<StatusResponse, StoreFigures>read(
        Consistency.STALE, StoreFigures::of, observer, this::response);
  }

  @Override
  public void alarm(AlarmRequest request, StreamObserver<AlarmResponse> observer) {
    Alarm.Type type;
    try {
      type = AlarmMapping.type(request.getAlarm(), request.getAlarmValue());
    } catch (StatusRuntimeException unknown) {
      observer.onError(unknown);
      return;
    }
    switch (request.getAction()) {
      case GET -> listAlarms(type, observer);
      case ACTIVATE -> changeAlarm(request, type, Command.AlarmRaise::new, observer);
      case DEACTIVATE -> changeAlarm(request, type, Command.AlarmClear::new, observer);
      case UNRECOGNIZED ->
          observer.onError(
              Status.INVALID_ARGUMENT
                  .withDescription(
                      "etcdserver: alarm action %d is unknown; 0 is GET, 1 ACTIVATE, 2 DEACTIVATE"
                          .formatted(request.getActionValue()))
                  .asRuntimeException());
    }
  }

  private void listAlarms(Alarm.@Nullable Type type, StreamObserver<AlarmResponse> observer) {
    requests.<AlarmResponse, StoreFigures>read(
        Consistency.LINEARIZABLE,
        StoreFigures::of,
        observer,
        store ->
            AlarmMapping.response(
                headers.at(store.revision()),
                store.alarms().stream().filter(it -> type == null || it.type() == type).toList()));
  }

  /** As in etcd neither action takes a wildcard: of no type there is never an alarm. */
  private void changeAlarm(
      AlarmRequest request,
      Alarm.@Nullable Type type,
      Function<Alarm, Command> change,
      StreamObserver<AlarmResponse> observer) {
    if (type == null) {
      requests.<AlarmResponse, StoreFigures>read(
          Consistency.LINEARIZABLE,
          StoreFigures::of,
          observer,
          store -> AlarmMapping.response(headers.at(store.revision()), List.of()));
      return;
    }
    requests.write(
        CommandCodec.encode(change.apply(new Alarm(request.getMemberID(), type))),
        observer,
        done ->
            AlarmMapping.response(
                headers.at(done.revision()), ((KvResult.AlarmsChanged) done).alarms()));
  }

  /**
   * Nothing to do, for the store gives freed space back by itself and the member goes on; answers
   * when what was compacted is gone. Without a header, as in etcd.
   */
  @Override
  public void defragment(DefragmentRequest request, StreamObserver<DefragmentResponse> observer) {
    afterSweep.accept(
        () -> {
          observer.onNext(DefragmentResponse.getDefaultInstance());
          observer.onCompleted();
        });
  }

  @Override
  public void hash(HashRequest request, StreamObserver<HashResponse> observer) {
    withHash(
        0,
        observer,
        hash ->
            HashResponse.newBuilder()
                .setHeader(headers.at(hash.newestRevision()))
                .setHash(hash.ofAll())
                .build());
  }

  @Override
  public void hashKV(HashKVRequest request, StreamObserver<HashKVResponse> observer) {
    withHash(
        request.getRevision(),
        observer,
        hash ->
            HashKVResponse.newBuilder()
                .setHeader(headers.at(hash.newestRevision()))
                .setHash(hash.ofKeys())
                .setCompactRevision(hash.compactRevision())
                .setHashRevision(hash.revision())
                .build());
  }

  private <A> void withHash(
      long revision, StreamObserver<A> observer, Function<StoreHash, A> answer) {
    wholeStore.<StoreHash.Asked>ask(
        machine -> machine.kv().hashAt(revision),
        asked -> {
          switch (asked) {
            case StoreHash.Refused(var error) -> observer.onError(EtcdError.of(error).exception());
            case StoreHash.Ready(var hash) -> {
              try (hash) {
                observer.onNext(answer.apply(hash));
              }
              observer.onCompleted();
            }
          }
        },
        observer);
  }

  /** Also of a learner: what it has is what a restored cluster would begin with. */
  @Override
  public void snapshot(SnapshotRequest request, StreamObserver<SnapshotResponse> observer) {
    var stream = new BackupStream((ServerCallStreamObserver<SnapshotResponse>) observer, headers);
    wholeStore.<BackupSource>ask(
        BackupSource::of,
        source -> {
          try (source) {
            stream.send(source);
          }
        },
        observer);
  }

  /** Says whether a downgrade could be; there is no older format that one could lead to. */
  @Override
  public void downgrade(DowngradeRequest request, StreamObserver<DowngradeResponse> observer) {
    StatusRuntimeException refusal = refusal(request);
    if (refusal != null) {
      observer.onError(refusal);
      return;
    }
    requests.<DowngradeResponse, Long>read(
        Consistency.LINEARIZABLE,
        machine -> machine.kv().revision(),
        observer,
        revision ->
            DowngradeResponse.newBuilder()
                .setHeader(headers.at(revision))
                .setVersion(DowngradeTarget.minor(ApiVersion.CLUSTER))
                .build());
  }

  private static @Nullable StatusRuntimeException refusal(DowngradeRequest request) {
    EtcdError error =
        request.getAction() == DowngradeRequest.DowngradeAction.CANCEL
            ? EtcdError.NO_DOWNGRADE
            : DowngradeTarget.errorIn(request.getVersion(), ApiVersion.CLUSTER);
    if (error != null) {
      return error.exception();
    }
    return request.getAction() == DowngradeRequest.DowngradeAction.VALIDATE
        ? null
        : Status.UNIMPLEMENTED
            .withDescription(
                "etcdserver: a downgrade can be validated, not enabled: there is no older format")
            .asRuntimeException();
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
            .setRaftAppliedIndex(node.applied())
            .setDbSizeQuota(quotaBytes == Long.MAX_VALUE ? 0 : quotaBytes)
            .setIsLearner(LearnerCalls.isLearner(headers.self(), backend))
            .setDowngradeInfo(DowngradeInfo.getDefaultInstance()); // none is under way
    if (node.raft().leader() == null) {
      response.addErrors(EtcdError.NO_LEADER.text());
    } else {
      response.setLeader(node.raft().leader().value());
    }
    store.alarms().forEach(alarm -> response.addErrors(AlarmMapping.text(alarm)));
    return response.build();
  }

  private record StoreFigures(long revision, long bytes, long diskBytes, List<Alarm> alarms) {
    static StoreFigures of(ServerMachine machine) {
      var kv = machine.kv();
      return new StoreFigures(kv.revision(), kv.bytes(), kv.diskBytes(), kv.alarms());
    }
  }
}
