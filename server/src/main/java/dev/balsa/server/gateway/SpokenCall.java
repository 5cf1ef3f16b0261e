package dev.balsa.server.gateway;

import com.google.protobuf.Message;
import dev.balsa.server.http.HttpStream;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call over a WebSocket: each message of the client is a request, so that it can react to the
 * answers, which a body cannot. The client is heard while the service takes requests. The call's
 * events come one at a time; the dialogue's methods are safe from any thread.
 */
final class SpokenCall extends ClientCall.Listener<Message> implements HttpStream.Dialogue {
  private final MethodDescriptor<Message, Message> method;
  private final ClientCall<Message, Message> call;
  private final Metadata metadata;
  private final StreamedAnswer answers;

  private boolean saidAll; // of a method that takes one request; only the connection's thread hears
  private volatile @Nullable Status refusal; // written when the client is not understood
  private @Nullable Runnable next; // waits until the service takes another request

  SpokenCall(
      MethodDescriptor<Message, Message> method,
      ClientCall<Message, Message> call,
      Metadata metadata) {
    this.method = method;
    this.call = call;
    this.metadata = metadata;
    this.answers = new StreamedAnswer(call);
  }

  @Override
  public void open(HttpStream.Sink lines) {
    answers.open(lines);
    call.start(this, metadata);
    answers.begin();
  }

  @Override
  public void hear(String text, Runnable next) {
    List<Message> requests;
    try {
      requests = JsonGateway.requests(method, text);
    } catch (StatusRuntimeException malformed) {
      refusal = malformed.getStatus();
      call.cancel("a message is malformed", malformed);
      return;
    }
    if (!saidAll) {
      requests.forEach(call::sendMessage);
      saidAll = method.getType().clientSendsOneMessage();
      if (saidAll) {
        call.halfClose();
      }
    }
    if (isReadyOrCalls(next)) {
      next.run();
    }
  }

  private synchronized boolean isReadyOrCalls(Runnable waiting) {
    boolean ready = saidAll || call.isReady();
    next = ready ? null : waiting;
    return ready;
  }

  @Override
  public void onReady() {
    Runnable waiting;
    synchronized (this) {
      waiting = next;
      next = null;
    }
    if (waiting != null) {
      waiting.run();
    }
  }

  @Override
  public void onMessage(Message message) {
    answers.onMessage(message);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    Status said = refusal;
    answers.onClose(said == null ? status : said, trailers);
  }

  @Override
  public void ready() {
    answers.ready();
  }

  @Override
  public void gone() {
    answers.gone();
  }
}
