package dev.balsa.server.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.google.protobuf.ByteString;
import dev.balsa.proto.Event;
import dev.balsa.proto.KeyValue;
import dev.balsa.proto.WatchResponse;
import dev.balsa.server.rpc.EtcdError;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** The tasks of the connection's thread run when the test says so. */
class CallWireTest {
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<CallWire> unsent = new ArrayList<>();
  private final FakeCall call = new FakeCall();
  private final CallWire wire = new CallWire(call, tasks::add, unsent::add);
  private int told;

  @Test
  void whatOneInputGivesIsOneTaskInItsOrder() {
    wire.send(response(1, 10));
    wire.send(response(2, 10));
    assertThat(unsent).containsExactly(wire);
    assertThat(tasks).isEmpty();

    wire.flush();
    wire.flush();

    assertThat(tasks).hasSize(1);
    assertThat(call.heard).isEmpty();
    tasks.remove().run();
    assertThat(call.heard).containsExactly("1", "2");
  }

  @Test
  void isNotReadyWhileTooMuchIsUnderWayAndSaysWhenItIsAgain() {
    wire.onReady(() -> told++);

    wire.send(response(1, 20_000));
    assertThat(wire.isReady()).isTrue();
    wire.send(response(2, 20_000));
    assertThat(wire.isReady()).isFalse();
    wire.flush();
    assertThat(wire.isReady()).isFalse();
    tasks.remove().run();

    assertThat(told).isEqualTo(1);
    assertThat(wire.isReady()).isTrue();
  }

  @Test
  void saysNothingToWhomNobodyHasAsked() {
    wire.onReady(() -> told++);

    wire.send(response(1, 40_000));
    wire.flush();
    tasks.remove().run();

    assertThat(told).isZero();
  }

  @Test
  void isNotReadyWhenGrpcIsNot() {
    call.ready = false;

    assertThat(wire.isReady()).isFalse();
  }

  @Test
  void theEndComesBehindWhatWasSent() {
    wire.send(response(1, 10));
    wire.end(EtcdError.STOPPED);
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }

    assertThat(call.heard).containsExactly("1", "UNAVAILABLE: etcdserver: server stopped");
  }

  @Test
  void aConnectionWhoseThreadHasEndedIsNoError() {
    CallWire gone =
        new CallWire(
            call,
            task -> {
              throw new RejectedExecutionException("shut down");
            },
            unsent::add);

    assertThatNoException()
        .isThrownBy(
            () -> {
              gone.send(response(1, 10));
              gone.flush();
              gone.end(EtcdError.STOPPED);
            });
    assertThat(call.heard).isEmpty();
  }

  private static WatchResponse response(long id, int bytes) {
    KeyValue kv = KeyValue.newBuilder().setValue(ByteString.copyFrom(new byte[bytes])).build();
    return WatchResponse.newBuilder()
        .setWatchId(id)
        .addEvents(Event.newBuilder().setKv(kv))
        .build();
  }

  /** Notes what the client would hear. */
  private static final class FakeCall extends ServerCallStreamObserver<WatchResponse> {
    final List<String> heard = new ArrayList<>();
    boolean ready = true;

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void onNext(WatchResponse response) {
      heard.add(String.valueOf(response.getWatchId()));
    }

    @Override
    public void onError(Throwable reason) {
      heard.add(String.valueOf(reason.getMessage()));
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      // The wire's own part is looked at.
    }

    @Override
    public void onCompleted() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setCompression(String compression) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void disableAutoInboundFlowControl() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void request(int count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setMessageCompression(boolean enable) {
      throw new UnsupportedOperationException();
    }
  }
}
