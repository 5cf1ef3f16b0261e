package dev.balsa.server.concurrency;

import com.google.protobuf.ByteString;
import dev.balsa.proto.CampaignRequest;
import dev.balsa.proto.CampaignResponse;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.ElectionGrpc;
import dev.balsa.proto.LeaderKey;
import dev.balsa.proto.LeaderRequest;
import dev.balsa.proto.LeaderResponse;
import dev.balsa.proto.ProclaimRequest;
import dev.balsa.proto.ProclaimResponse;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.ResignRequest;
import dev.balsa.proto.ResignResponse;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.TxnResponse;
import dev.balsa.server.concurrency.Contest.Place;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

/**
 * etcd's Election service, on every member. Its errors have etcd's texts and no code of their own.
 */
public final class ElectionService extends ElectionGrpc.ElectionImplBase {
  private final Recipes recipes;

  /** Runs its calls by {@code recipes}. */
  public ElectionService(Recipes recipes) {
    this.recipes = recipes;
  }

  @Override
  public void campaign(CampaignRequest request, StreamObserver<CampaignResponse> observer) {
    recipes.run(
        observer,
        store -> {
          Contest contest = new Contest(store, request.getName());
          ByteString value = request.getValue();
          Place place = contest.enter(contest.lease(request.getLease()), value);
          try {
            if (!place.value().equals(value)) {
              var unused =
                  proclaimed(
                      store.follow(
                          proclamation(place.key(), place.revision(), place.lease(), value)));
            }
            contest.awaitTurn(place);
          } catch (StatusRuntimeException e) {
            contest.leave(place);
            throw e;
          }
          observer.onNext(elected(request.getName(), place));
        });
  }

  private static CampaignResponse elected(ByteString name, Place place) {
    LeaderKey.Builder leader =
        LeaderKey.newBuilder()
            .setName(name)
            .setKey(place.key())
            .setRev(place.revision())
            .setLease(place.lease());
    return CampaignResponse.newBuilder().setHeader(place.header()).setLeader(leader).build();
  }

  @Override
  public void proclaim(ProclaimRequest request, StreamObserver<ProclaimResponse> observer) {
    if (!request.hasLeader()) {
      observer.onError(failure("\"leader\" field must be provided"));
      return;
    }
    LeaderKey leader = request.getLeader();
    recipes.run(
        observer,
        store -> {
          ResponseHeader header =
              proclaimed(
                  store.write(
                      proclamation(
                          leader.getKey(),
                          leader.getRev(),
                          leader.getLease(),
                          request.getValue())));
          observer.onNext(ProclaimResponse.newBuilder().setHeader(header).build());
        });
  }

  private static TxnRequest proclamation(
      ByteString key, long revision, long lease, ByteString value) {
    return Contest.whileHeld(key, revision, Contest.put(key, value, lease));
  }

  private static ResponseHeader proclaimed(TxnResponse response) {
    if (!response.getSucceeded()) {
      throw failure("election: not leader");
    }
    return response.getHeader();
  }

  @Override
  public void resign(ResignRequest request, StreamObserver<ResignResponse> observer) {
    if (!request.hasLeader()) {
      observer.onError(failure("\"leader\" field must be provided"));
      return;
    }
    LeaderKey leader = request.getLeader();
    RequestOp delete =
        RequestOp.newBuilder()
            .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(leader.getKey()))
            .build();
    recipes.run(
        observer,
        store -> {
          TxnRequest resignation = Contest.whileHeld(leader.getKey(), leader.getRev(), delete);
          ResponseHeader header = store.write(resignation).getHeader();
          observer.onNext(ResignResponse.newBuilder().setHeader(header).build());
        });
  }

  @Override
  public void leader(LeaderRequest request, StreamObserver<LeaderResponse> observer) {
    recipes.run(
        observer,
        store -> {
          RangeResponse first = new Contest(store, request.getName()).first();
          if (first.getKvsCount() == 0) {
            throw failure("election: no leader");
          }
          observer.onNext(
              LeaderResponse.newBuilder()
                  .setHeader(first.getHeader())
                  .setKv(first.getKvs(0))
                  .build());
        });
  }

  @Override
  public void observe(LeaderRequest request, StreamObserver<LeaderResponse> observer) {
    Slowly<LeaderResponse> slowly = new Slowly<>(observer);
    recipes.run(
        observer,
        slowly::cancelled,
        store -> new Observation(new Contest(store, request.getName()), slowly).run());
  }

  private static StatusRuntimeException failure(String text) {
    return Status.UNKNOWN.withDescription(text).asRuntimeException();
  }
}
