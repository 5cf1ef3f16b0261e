package dev.balsa.server.watch;

import dev.balsa.proto.WatchGrpc;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import dev.balsa.server.rpc.Login;
import dev.balsa.server.rpc.RequireLeader;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** etcd's Watch service: hands what clients say to the {@link WatchLoop}. */
public final class WatchService extends WatchGrpc.WatchImplBase {
  private final WatchLoop loop;

  /** Serves by {@code loop}. */
  public WatchService(WatchLoop loop) {
    this.loop = loop;
  }

  @Override
  public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> observer) {
    var call = (ServerCallStreamObserver<WatchResponse>) observer;
    CallWire wire = loop.wire(call);
    WatchStream stream = new WatchStream(wire, RequireLeader.ASKED.get(), Login.CURRENT.get());
    call.disableAutoRequest();
    wire.onReady(() -> loop.put(new WatchInput.Ready(stream)));
    call.setOnCancelHandler(() -> loop.put(new WatchInput.Closed(stream)));
    loop.open(stream);
    call.request(1);
    return new Requests(loop, stream);
  }

  /** A client that has said all it has to say still wants to hear; only its end ends the stream. */
  private record Requests(WatchLoop loop, WatchStream stream)
      implements StreamObserver<WatchRequest> {
    @Override
    public void onNext(WatchRequest request) {
      loop.put(new WatchInput.Asked(stream, request));
    }

    @Override
    public void onError(Throwable gone) {
      loop.put(new WatchInput.Closed(stream));
    }

    @Override
    public void onCompleted() {
      // The watchers stay.
    }
  }
}
