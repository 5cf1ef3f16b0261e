package dev.balsa.server.rpc;

import dev.balsa.kv.Caller;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandRules;
import dev.balsa.kv.KvResult;
import dev.balsa.node.Consistency;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.CompactionResponse;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.DeleteRangeResponse;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RangeStreamResponse;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.TxnResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** etcd's KV service. What can be refused without the store is refused before the log. */
public final class KvService extends KVGrpc.KVImplBase {
  private final Requests requests;
  private final Headers headers;
  private final CommandRules rules;
  private final Consumer<Runnable> afterSweep;

  /**
   * Serves {@code requests}; transactions may have as many operations as {@code rules} say, and
   * {@code afterSweep} runs something when what was compacted is gone.
   */
  public KvService(
      Requests requests, Headers headers, CommandRules rules, Consumer<Runnable> afterSweep) {
    this.requests = requests;
    this.headers = headers;
    this.rules = rules;
    this.afterSweep = afterSweep;
  }

  @Override
  public void range(RangeRequest request, StreamObserver<RangeResponse> observer) {
    Command.Range range;
    try {
      range = KvMapping.command(request);
    } catch (StatusRuntimeException refused) {
      observer.onError(refused);
      return;
    }
    if (refuse(rules.check(range), observer)) {
      return;
    }
    Caller caller = Login.CURRENT.get().caller();
    requests.<RangeResponse, KvResult>read(
        request.getSerializable() ? Consistency.STALE : Consistency.LINEARIZABLE,
        machine -> machine.kv().range(caller, range),
        observer,
        result -> rangeResponse((KvResult.RangeDone) result));
  }

  @Override
  public void rangeStream(RangeRequest request, StreamObserver<RangeStreamResponse> observer) {
    Command.Range range;
    try {
      range = KvMapping.command(request);
    } catch (StatusRuntimeException refused) {
      observer.onError(refused);
      return;
    }
    if (refuse(rules.check(range), observer)) {
      return;
    }
    if (!RangeStream.canBe(range)) {
      observer.onError(
          Status.UNIMPLEMENTED
              .withDescription(
                  "etcdserver: a range stream has no sort order but the keys' own and no filter by"
                      + " revision; ask for a Range")
              .asRuntimeException());
      return;
    }
    new RangeStream(
            requests,
            headers,
            Login.CURRENT.get().caller(),
            range,
            (ServerCallStreamObserver<RangeStreamResponse>) observer)
        .start(request.getSerializable() ? Consistency.STALE : Consistency.LINEARIZABLE);
  }

  @Override
  public void put(PutRequest request, StreamObserver<PutResponse> observer) {
    write(
        KvMapping.command(request),
        observer,
        done -> KvMapping.response(headers.at(done.revision()), (KvResult.PutDone) done));
  }

  @Override
  public void deleteRange(
      DeleteRangeRequest request, StreamObserver<DeleteRangeResponse> observer) {
    write(
        KvMapping.command(request),
        observer,
        done -> KvMapping.response(headers.at(done.revision()), (KvResult.DeleteDone) done));
  }

  @Override
  public void txn(TxnRequest request, StreamObserver<TxnResponse> observer) {
    Command.Txn txn;
    try {
      txn = KvMapping.command(request);
    } catch (StatusRuntimeException refused) {
      observer.onError(refused);
      return;
    }
    if (!txn.isReadOnly()) {
      write(txn, observer, this::txnResponse);
    } else if (!refuse(rules.check(txn), observer)) {
      Caller caller = Login.CURRENT.get().caller();
      requests.<TxnResponse, KvResult>read(
          KvMapping.isSerializable(request) ? Consistency.STALE : Consistency.LINEARIZABLE,
          machine -> machine.kv().read(caller, txn),
          observer,
          this::txnResponse);
    }
  }

  @Override
  public void compact(CompactionRequest request, StreamObserver<CompactionResponse> observer) {
    write(
        KvMapping.command(request),
        request.getPhysical() ? new AfterSweep<>(observer, afterSweep) : observer,
        done -> KvMapping.response(headers.at(done.revision()), (KvResult.CompactDone) done));
  }

  /** Holds an answer back until this member has removed what is compacted. */
  private record AfterSweep<A>(StreamObserver<A> observer, Consumer<Runnable> afterSweep)
      implements StreamObserver<A> {
    @Override
    public void onNext(A answer) {
      afterSweep.accept(
          () -> {
            observer.onNext(answer);
            observer.onCompleted();
          });
    }

    @Override
    public void onError(Throwable error) {
      observer.onError(error);
    }

    @Override
    public void onCompleted() {
      // The answer brings its end along.
    }
  }

  private <A> void write(
      Command command, StreamObserver<A> observer, Function<? super KvResult.Done, A> answer) {
    if (!refuse(rules.check(command), observer)) {
      requests.write(command, observer, answer);
    }
  }

  private static boolean refuse(Optional<KvResult.KvError> error, StreamObserver<?> observer) {
    error.ifPresent(it -> observer.onError(EtcdError.of(it).exception()));
    return error.isPresent();
  }

  private RangeResponse rangeResponse(KvResult.RangeDone done) {
    return KvMapping.response(headers.at(done.revision()), done);
  }

  private TxnResponse txnResponse(KvResult result) {
    KvResult.TxnDone done = (KvResult.TxnDone) result;
    return KvMapping.response(headers.at(done.revision()), done);
  }
}
