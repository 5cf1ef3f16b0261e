package dev.balsa.server.rpc;

import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/**
 * Takes the one answer of a unary call, or its error. As thread-safe as what it is given.
 *
 * @param answered takes the answer
 * @param failed takes the error, of which gRPC's {@code Status.fromThrowable} can be asked
 * @param <T> the answer
 */
public record OneAnswer<T>(Consumer<T> answered, Consumer<Throwable> failed)
    implements StreamObserver<T> {
  @Override
  public void onNext(T answer) {
    answered.accept(answer);
  }

  @Override
  public void onError(Throwable error) {
    failed.accept(error);
  }

  @Override
  public void onCompleted() {
    // The answer came before.
  }
}
