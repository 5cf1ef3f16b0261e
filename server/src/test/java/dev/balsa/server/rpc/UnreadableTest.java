package dev.balsa.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.AuthGrpc;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.ElectionGrpc;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LockGrpc;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.SessionsGrpc;
import dev.balsa.proto.WatchGrpc;
import dev.balsa.server.OverHttp;
import dev.balsa.server.TestServer;
import dev.balsa.server.whole.Await;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who sends bytes that are no message hears so, and the server's log hears nothing. */
class UnreadableTest {
  /** A field of 127 bytes that are not there. */
  private static final ByteString CUT_SHORT = ByteString.copyFrom(new byte[] {10, 127});

  private static final Logger GRPC = Logger.getLogger("io.grpc");

  private final BlockingQueue<LogRecord> logged = new LinkedBlockingQueue<>();
  private final Handler log = new Collecting(logged);
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    GRPC.addHandler(log);
  }

  @AfterEach
  void stop() {
    GRPC.removeHandler(log);
    server.close();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethodRefusesWhatIsNoMessageAsEtcdDoes(MethodDescriptor<?, ?> method) throws Exception {
    Status status = send(method, CUT_SHORT);

    assertThat(status.getCode()).isEqualTo(Code.INTERNAL);
    assertThat(status.getDescription())
        .startsWith(
            method.getType() == MethodType.UNARY
                ? "grpc: error unmarshalling request: "
                : "grpc: failed to unmarshal the received message ");
    assertThat(logged).isEmpty();
  }

  @Test
  void aFieldInTheFormOfAnotherTypeIsRefusedByItsName() throws Exception {
    ByteString keyAsNumber = ByteString.copyFrom(new byte[] {8, 1});

    assertThat(send(KVGrpc.getPutMethod(), keyAsNumber).getDescription())
        .isEqualTo("grpc: error unmarshalling request: proto: wrong wireType = 0 for field Key");
    assertThat(send(WatchGrpc.getWatchMethod(), keyAsNumber).getDescription())
        .isEqualTo(
            "grpc: failed to unmarshal the received message "
                + "proto: wrong wireType = 0 for field CreateRequest");
    assertThat(logged).isEmpty();
  }

  @Test
  void aFieldOfAVersionToComeIsPassedOver() throws Exception {
    ByteString toCome = ByteString.copyFrom(new byte[] {10, 1, 'k', (byte) 0xa0, 6, 1});

    assertThat(send(KVGrpc.getPutMethod(), toCome).getCode()).isEqualTo(Code.OK);
  }

  static Stream<MethodDescriptor<?, ?>> methods() {
    return Stream.of(
            KVGrpc.getServiceDescriptor(),
            WatchGrpc.getServiceDescriptor(),
            LeaseGrpc.getServiceDescriptor(),
            ClusterGrpc.getServiceDescriptor(),
            MaintenanceGrpc.getServiceDescriptor(),
            AuthGrpc.getServiceDescriptor(),
            LockGrpc.getServiceDescriptor(),
            ElectionGrpc.getServiceDescriptor(),
            SessionsGrpc.getServiceDescriptor())
        .map(ServiceDescriptor::getMethods)
        .flatMap(methods -> methods.stream());
  }

  @Test
  void aStreamThatBreaksOffTakesItsWatchersWithIt() throws Exception {
    ByteString create = ByteString.copyFrom(new byte[] {10, 3, 10, 1, 'k'}); // watches k

    Status status = send(WatchGrpc.getWatchMethod(), create, CUT_SHORT);

    assertThat(status.getCode()).isEqualTo(Code.INTERNAL);
    Await.until(
        () -> "no watcher is left",
        () -> page().contains("\netcd_debugging_mvcc_watcher_total 0.0\n"));
    server.kv().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build());
    assertThat(logged).isEmpty();
  }

  private String page() throws Exception {
    return OverHttp.page(server.address(), "/metrics");
  }

  private Status send(MethodDescriptor<?, ?> method, ByteString... messages) throws Exception {
    MethodDescriptor<ByteString, ByteString> raw =
        MethodDescriptor.newBuilder(new Verbatim(), new Verbatim())
            .setType(method.getType())
            .setFullMethodName(method.getFullMethodName())
            .build();
    CompletableFuture<Status> closed = new CompletableFuture<>();
    ClientCall<ByteString, ByteString> call =
        server.channel().newCall(raw, CallOptions.DEFAULT.withWaitForReady());
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            closed.complete(status);
          }
        },
        new Metadata());
    call.request(Integer.MAX_VALUE);
    List.of(messages).forEach(call::sendMessage);
    if (method.getType().clientSendsOneMessage()) {
      call.halfClose();
    }
    return closed.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private record Verbatim() implements MethodDescriptor.Marshaller<ByteString> {
    @Override
    public InputStream stream(ByteString value) {
      return new ByteArrayInputStream(value.toByteArray());
    }

    @Override
    public ByteString parse(InputStream stream) {
      return ByteString.EMPTY;
    }
  }

  private static final class Collecting extends Handler {
    private final BlockingQueue<LogRecord> records;

    Collecting(BlockingQueue<LogRecord> records) {
      this.records = records;
    }

    @Override
    public void publish(LogRecord logged) {
      if (logged.getThrown() != null) {
        records.add(logged);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
