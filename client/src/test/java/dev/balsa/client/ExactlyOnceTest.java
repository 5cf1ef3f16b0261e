package dev.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.balsa.client.ScriptedServer.Asked;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A write has one number until it is answered; whatever is no write passes as it is. */
class ExactlyOnceTest {
  private static final Status UNAVAILABLE = Status.UNAVAILABLE.withDescription("no leader");
  private static final Status EXPIRED =
      Status.FAILED_PRECONDITION.withDescription("balsa: session has expired");
  private static final CallOptions PATIENT = CallOptions.DEFAULT; // ends by itself in two minutes

  private ScriptedServer server = startServer();
  private Channel channel = once(server);

  private static ScriptedServer startServer() {
    try {
      return ScriptedServer.start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Channel once(ScriptedServer server) {
    return ClientInterceptors.intercept(server.channel(), new ExactlyOnce());
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aReadPassesAsItIs() throws InterruptedException {
    String answer =
        ClientCalls.blockingUnaryCall(channel, ScriptedServer.RANGE, PATIENT, "question");

    assertThat(answer).isEqualTo("done");
    assertThat(server.take().ticket()).isEqualTo("null null null");
  }

  @Test
  void writesAreNumberedWithinOneSession() {
    put("a");
    put("b");
    put("c");

    assertThat(server.asked())
        .extracting(Asked::message, Asked::ticket)
        .containsExactly(tuple("a", "300 1 1"), tuple("b", "300 2 2"), tuple("c", "300 3 3"));
  }

  @Test
  void oneInterceptorHasOneSessionForAllChannels() {
    ExactlyOnce once = new ExactlyOnce();
    for (String text : List.of("a", "b")) {
      Channel own = ClientInterceptors.intercept(server.channel(), once);
      ClientCalls.blockingUnaryCall(own, ScriptedServer.PUT, PATIENT, text);
    }

    assertThat(server.asked()).extracting(Asked::ticket).containsExactly("300 1 1", "300 2 2");
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNAVAILABLE", "CANCELLED"})
  void aWriteWithoutAnAnswerIsAskedAgainUnderItsNumber(Status.Code code) {
    server.thenRefuse(code.toStatus()).thenRefuse(code.toStatus());

    assertThat(put("a")).isEqualTo("done");

    assertThat(server.asked())
        .extracting(Asked::message, Asked::ticket)
        .containsExactly(tuple("a", "300 1 1"), tuple("a", "300 1 1"), tuple("a", "300 1 1"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"INVALID_ARGUMENT", "RESOURCE_EXHAUSTED", "UNKNOWN", "FAILED_PRECONDITION"})
  void aRefusalIsAnAnswer(Status.Code code) {
    server.thenRefuse(code.toStatus().withDescription("etcdserver: no"));

    assertThatThrownBy(() -> put("a")).hasMessage(code + ": etcdserver: no");

    assertThat(server.asked()).hasSize(1);
    put("b");
    assertThat(server.asked().getLast().ticket()).isEqualTo("300 2 2");
  }

  @Test
  void theServerIsToldWhichAnswersItMayForget() throws Exception {
    server.then(asked -> {}); // the first write waits
    Future<String> waiting =
        ClientCalls.futureUnaryCall(channel.newCall(ScriptedServer.PUT, PATIENT), "slow");
    Asked slow = server.take();
    put("quick");
    put("quicker");
    slow.answer("at last");
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo("at last");
    put("next");

    assertThat(server.asked())
        .extracting(Asked::ticket)
        .containsExactly("300 1 1", "300 2 1", "300 3 1", "300 4 4");
  }

  @Test
  void whatCallerAndServerAddIsPassedOn() {
    Metadata.Key<String> token = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    Metadata headers = new Metadata();
    headers.put(token, "secret");
    AtomicReference<Metadata> received = new AtomicReference<>();
    Channel adding =
        ClientInterceptors.intercept(
            channel,
            MetadataUtils.newAttachHeadersInterceptor(headers),
            MetadataUtils.newCaptureMetadataInterceptor(received, new AtomicReference<>()));
    server.thenRefuse(UNAVAILABLE);

    ClientCalls.blockingUnaryCall(adding, ScriptedServer.PUT, PATIENT, "a");

    assertThat(server.asked()).extracting(it -> it.header("token")).containsOnly("secret");
    assertThat(received.get().get(ScriptedServer.FROM)).isEqualTo("server");
  }

  @Test
  void aSessionThatEndedBeforeTheWriteIsOpenedAnew() {
    server.open(ScriptedServer.opening(300));
    server.open(ScriptedServer.opening(301));
    put("a");
    server.thenRefuse(EXPIRED);

    assertThat(put("b")).isEqualTo("done");

    assertThat(server.asked())
        .extracting(Asked::ticket)
        .containsExactly("300 1 1", "300 2 2", "301 1 1");
  }

  @Test
  void whetherAWriteTookEffectIsNotGuessedWhenItsSessionEndedMeanwhile() {
    server.open(ScriptedServer.opening(300));
    server.open(ScriptedServer.opening(301));
    server.thenRefuse(UNAVAILABLE).thenRefuse(EXPIRED);

    assertThatThrownBy(() -> put("a")).hasMessageContaining("session has expired");

    assertThat(server.asked()).extracting(Asked::ticket).containsExactly("300 1 1", "300 1 1");
    put("b");
    assertThat(server.asked().getLast().ticket()).isEqualTo("301 1 1");
  }

  @Test
  void aSessionThatCannotBeOpenedNowIsAskedForAgain() {
    server.refuseSession(UNAVAILABLE);

    assertThat(put("a")).isEqualTo("done");

    assertThat(server.asked()).extracting(Asked::ticket).containsExactly("300 1 1");
  }

  @Test
  void aSessionThatIsRefusedFailsTheWriteAndNotTheNext() {
    server.refuseSession(Status.RESOURCE_EXHAUSTED.withDescription("too many sessions"));

    assertThatThrownBy(() -> put("a")).hasMessage("RESOURCE_EXHAUSTED: too many sessions");

    assertThat(server.asked()).isEmpty();
    assertThat(put("b")).isEqualTo("done");
  }

  @Test
  void aServerWithoutSessionsIsNamed() throws IOException {
    try (ScriptedServer etcd = ScriptedServer.withoutSessions()) {
      assertThatThrownBy(
              () -> ClientCalls.blockingUnaryCall(once(etcd), ScriptedServer.PUT, PATIENT, "a"))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("this server has no sessions, so it is no Balsa");
      assertThat(etcd.asked()).isEmpty();
    }
  }

  /** Nothing, half a number, one of 70 bits, a field of no known kind, a header cut short. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\u0010\u0080", "\u0010ÿÿÿÿÿÿÿÿÿÿ\u0001", "\u0015", "\n\u0009\b"})
  void anAnswerThatIsNoSessionFailsTheWrite(String opening) {
    server.open(opening);

    assertThatThrownBy(() -> put("a"))
        .hasMessageStartingWith("INTERNAL: the answer to SessionOpen is malformed: ");

    assertThat(server.asked()).isEmpty();
    assertThat(put("b")).isEqualTo("done");
  }

  @Test
  void aDeadlineEndsTheWriteWhereverItIs() {
    server.then(asked -> {}); // never answered
    CallOptions hasty =
        CallOptions.DEFAULT.withDeadline(Deadline.after(200, TimeUnit.MILLISECONDS));

    assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, ScriptedServer.PUT, hasty, "a"))
        .hasMessageStartingWith("DEADLINE_EXCEEDED");

    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void whoGivesUpIsToldSoAndAsksNobodyAgain() throws Exception {
    CompletableFuture<Status> ended = new CompletableFuture<>();
    ClientCall<String, String> call = channel.newCall(ScriptedServer.PUT, PATIENT);
    server.then(
        asked -> {
          call.cancel("enough", null);
          asked.refuse(UNAVAILABLE);
        });

    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    call.request(2);
    call.sendMessage("a");
    call.halfClose();

    assertThat(ended.get(60, TimeUnit.SECONDS).getDescription()).isEqualTo("enough");
    put("b");
    assertThat(server.asked()).extracting(Asked::message).containsExactly("a", "b");
    assertThat(server.asked().getLast().ticket()).isEqualTo("300 2 2");
  }

  private String put(String text) {
    return ClientCalls.blockingUnaryCall(channel, ScriptedServer.PUT, PATIENT, text);
  }
}
