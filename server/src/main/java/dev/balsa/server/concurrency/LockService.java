package dev.balsa.server.concurrency;

import com.google.protobuf.ByteString;
import dev.balsa.proto.LockGrpc;
import dev.balsa.proto.LockRequest;
import dev.balsa.proto.LockResponse;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.UnlockRequest;
import dev.balsa.proto.UnlockResponse;
import dev.balsa.server.concurrency.Contest.Place;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

/** etcd's Lock service, on every member. */
public final class LockService extends LockGrpc.LockImplBase {
  private final Recipes recipes;

  /** Runs its calls by {@code recipes}. */
  public LockService(Recipes recipes) {
    this.recipes = recipes;
  }

  @Override
  public void lock(LockRequest request, StreamObserver<LockResponse> observer) {
    recipes.run(
        observer,
        store -> {
          Contest contest = new Contest(store, request.getName());
          Place place = contest.enter(contest.lease(request.getLease()), ByteString.EMPTY);
          observer.onNext(await(contest, place));
        });
  }

  private static LockResponse await(Contest contest, Place place) {
    try {
      contest.awaitTurn(place);
    } catch (StatusRuntimeException e) {
      contest.leave(place);
      throw e;
    }
    RangeResponse own = contest.look(place);
    if (own.getKvsCount() == 0) {
      throw Status.UNKNOWN.withDescription("mutex: session is expired").asRuntimeException();
    }
    return LockResponse.newBuilder().setHeader(own.getHeader()).setKey(place.key()).build();
  }

  @Override
  public void unlock(UnlockRequest request, StreamObserver<UnlockResponse> observer) {
    recipes.run(
        observer,
        store ->
            observer.onNext(
                UnlockResponse.newBuilder()
                    .setHeader(store.delete(request.getKey()).getHeader())
                    .build()));
  }
}
