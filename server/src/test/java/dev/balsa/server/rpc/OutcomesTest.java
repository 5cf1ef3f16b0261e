package dev.balsa.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.balsa.node.Outcome;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.raft.Refusal;
import dev.balsa.server.TestServer;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a node may answer besides a result, as the client sees it. */
class OutcomesTest {
  private static final PutRequest PUT =
      PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();
  private static final RangeRequest GET =
      RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();

  @Test
  void writeRefusedForAChangeOfLeaderIsSubmittedAgain() throws IOException {
    try (TestServer server = new TestServer()) {
      server.backend().scriptWrite(new Outcome.Refused<>(Refusal.LEADER_CHANGED));
      server.backend().scriptWrite(new Outcome.Refused<>(Refusal.NO_LEADER));

      long revision = server.kv().put(PUT).getHeader().getRevision();

      assertThat(revision).isEqualTo(2);
      assertThat(server.backend().applied()).isEqualTo(1);
    }
  }

  @Test
  void readRefusedForAChangeOfLeaderIsAskedAgain() throws IOException {
    try (TestServer server = new TestServer()) {
      server.backend().scriptReadRefusal(Refusal.LEADER_CHANGED);
      server.backend().scriptReadRefusal(Refusal.NO_LEADER);

      server.kv().range(GET);

      assertThat(server.backend().reads()).hasSize(3);
    }
  }

  @Test
  void writeOfUnknownOutcomeIsNotSubmittedAgain() throws IOException {
    try (TestServer server = new TestServer()) {
      server.backend().scriptWrite(new Outcome.Unknown<>("leader lost"));

      assertError(
          () -> server.kv().put(PUT),
          Code.UNAVAILABLE,
          "etcdserver: request timed out, possibly due to previous leader failure");
      assertThat(server.backend().applied()).isZero();
    }
  }

  @Test
  void tooManyUncommittedBytesAreTooManyRequests() throws IOException {
    try (TestServer server = new TestServer()) {
      server.backend().scriptWrite(new Outcome.Refused<>(Refusal.UNCOMMITTED_BYTES));

      assertError(
          () -> server.kv().put(PUT), Code.RESOURCE_EXHAUSTED, "etcdserver: too many requests");
    }
  }

  @Test
  void writesAreRefusedWhileMoreThan5000EntriesAreNotApplied() throws IOException {
    try (TestServer server = new TestServer()) {
      server.backend().unapplied(5000);
      server.kv().put(PUT);
      server.backend().unapplied(5001);

      assertError(
          () -> server.kv().put(PUT), Code.RESOURCE_EXHAUSTED, "etcdserver: too many requests");
    }
  }

  @Test
  void stoppedNodeIsUnavailable() throws IOException {
    try (TestServer server = new TestServer()) {
      server.backend().scriptWrite(new Outcome.Stopped<>());
      server.backend().scriptReadStopped();

      assertError(() -> server.kv().put(PUT), Code.UNAVAILABLE, "etcdserver: server stopped");
      assertError(() -> server.kv().range(GET), Code.UNAVAILABLE, "etcdserver: server stopped");
    }
  }

  @Test
  void writeWithoutAnswerTimesOut() throws IOException {
    try (TestServer server = new TestServer(Duration.ofMillis(1))) {
      server.backend().scriptSilence();

      assertError(() -> server.kv().put(PUT), Code.UNAVAILABLE, "etcdserver: request timed out");
    }
  }

  @Test
  void callThatAsksForALeaderFailsAtOnceWithoutOne() throws IOException {
    try (TestServer server = new TestServer()) {
      Metadata metadata = new Metadata();
      metadata.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
      var kv = server.kv().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));

      kv.range(GET);
      server.backend().leader(null);

      assertError(() -> kv.range(GET), Code.UNAVAILABLE, "etcdserver: no leader");
    }
  }

  private static void assertError(ThrowingCallable call, Code code, String text) {
    StatusRuntimeException error = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(error.getStatus().getCode()).isEqualTo(code);
    assertThat(error.getStatus().getDescription()).isEqualTo(text);
  }
}
