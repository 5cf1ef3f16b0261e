package dev.balsa.server.gateway;

import com.google.protobuf.Message;
import dev.balsa.server.http.HttpAnswer;
import dev.balsa.server.http.HttpStream;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A call whose answers go out one a line as they come: {@code {"result":…}}. The next one is asked
 * for when the last is on the wire, so a slow reader holds back the call and nothing piles up. A
 * call that fails before its first answer is an ordinary error; after that the failure is the
 * stream's last line. Messages arrive one at a time; the stream's methods are safe from any thread.
 */
final class StreamedAnswer extends ClientCall.Listener<Message> implements HttpStream.Source {
  private final ClientCall<Message, Message> call;
  private final CompletableFuture<HttpAnswer> head = new CompletableFuture<>();

  private @Nullable Message first; // not yet sent; only until there is a sink
  private HttpStream.@Nullable Sink sink;
  private @Nullable Status ended;

  StreamedAnswer(ClientCall<Message, Message> call) {
    this.call = call;
  }

  CompletableFuture<HttpAnswer> head() {
    return head;
  }

  /** Asks for the first answer. */
  void begin() {
    call.request(1);
  }

  @Override
  public void onMessage(Message message) {
    HttpStream.Sink open;
    synchronized (this) {
      open = sink;
      if (open == null) {
        first = message;
      }
    }
    if (open == null) {
      head.complete(HttpAnswer.stream("application/json", this));
    } else {
      open.line(line(message));
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    HttpStream.Sink open;
    synchronized (this) {
      ended = status;
      open = sink;
      if (open == null && first == null) {
        head.complete(status.isOk() ? HttpAnswer.json(200, "") : GatewayError.answer(status));
      }
    }
    if (open != null) {
      end(open, status);
    }
  }

  /** The head is on the wire: lines may follow. */
  @Override
  public void open(HttpStream.Sink lines) {
    Message waiting;
    Status over;
    synchronized (this) {
      sink = lines;
      waiting = first;
      first = null;
      over = ended;
    }
    if (waiting != null) {
      lines.line(line(waiting));
    }
    if (over != null) {
      end(lines, over);
    }
  }

  private static String line(Message message) {
    return "{\"result\":" + JsonGateway.print(message) + "}";
  }

  private static void end(HttpStream.Sink open, Status status) {
    if (!status.isOk()) {
      open.line(GatewayError.line(status));
    }
    open.end();
  }

  @Override
  public void ready() {
    call.request(1);
  }

  @Override
  public void gone() {
    call.cancel("the HTTP connection is gone", null);
  }
}
