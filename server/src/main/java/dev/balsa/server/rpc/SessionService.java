package dev.balsa.server.rpc;

import dev.balsa.kv.KvResult;
import dev.balsa.proto.SessionCloseRequest;
import dev.balsa.proto.SessionCloseResponse;
import dev.balsa.proto.SessionKeepAliveRequest;
import dev.balsa.proto.SessionKeepAliveResponse;
import dev.balsa.proto.SessionOpenRequest;
import dev.balsa.proto.SessionOpenResponse;
import dev.balsa.proto.SessionsGrpc;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.server.backend.ServerMachine;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongFunction;

/** Opens the sessions within which writes take effect once. */
public final class SessionService extends SessionsGrpc.SessionsImplBase {
  private static final Duration USUAL_TIMEOUT = Duration.ofMinutes(5);

  private final Requests requests;
  private final Headers headers;

  /** Serves by {@code requests}. */
  public SessionService(Requests requests, Headers headers) {
    this.requests = requests;
    this.headers = headers;
  }

  @Override
  public void sessionOpen(
      SessionOpenRequest request, StreamObserver<SessionOpenResponse> observer) {
    long asked = request.getTimeoutMillis();
    submit(
        now -> new SessionCommand.Open(asked == 0 ? USUAL_TIMEOUT.toMillis() : asked, now),
        observer,
        done ->
            SessionOpenResponse.newBuilder()
                .setHeader(headers.at(done.revision()))
                .setSession(((KvResult.SessionDone) done).session())
                .build());
  }

  @Override
  public void sessionKeepAlive(
      SessionKeepAliveRequest request, StreamObserver<SessionKeepAliveResponse> observer) {
    submit(
        now -> new SessionCommand.KeepAlive(request.getSession(), now),
        observer,
        done ->
            SessionKeepAliveResponse.newBuilder().setHeader(headers.at(done.revision())).build());
  }

  @Override
  public void sessionClose(
      SessionCloseRequest request, StreamObserver<SessionCloseResponse> observer) {
    submit(
        now -> new SessionCommand.Close(request.getSession(), now),
        observer,
        done -> SessionCloseResponse.newBuilder().setHeader(headers.at(done.revision())).build());
  }

  private <A> void submit(
      LongFunction<SessionCommand> command,
      StreamObserver<A> observer,
      Function<? super KvResult.Done, A> answer) {
    SessionCommand made;
    try {
      made = command.apply(Math.max(0, System.currentTimeMillis()));
    } catch (IllegalArgumentException outOfRange) {
      observer.onError(
          Status.INVALID_ARGUMENT.withDescription(outOfRange.getMessage()).asRuntimeException());
      return;
    }
    requests.write(ServerMachine.session(made), observer, answer);
  }
}
