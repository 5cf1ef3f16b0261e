package dev.balsa.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server in this process that notes what it is asked and answers as it is told: what {@link
 * #then} says, in that order, and "done" after that. Messages are bytes, as text. Thread-safe.
 */
final class ScriptedServer implements AutoCloseable {
  static final MethodDescriptor<String, String> PUT = method("etcdserverpb.KV/Put");
  static final MethodDescriptor<String, String> RANGE = method("etcdserverpb.KV/Range");

  /** What an answer carries beside its message. */
  static final Metadata.Key<String> FROM =
      Metadata.Key.of("from", Metadata.ASCII_STRING_MARSHALLER);

  private static final MethodDescriptor<String, String> OPEN =
      method("balsapb.Sessions/SessionOpen");

  /** The number of a session, of two bytes on the wire. */
  static final int SESSION = 300;

  private static final long PATIENCE_SECONDS = 60;

  private final Server server;
  private final ManagedChannel channel;
  private final Deque<Consumer<Asked>> script = new ArrayDeque<>(); // guarded by this
  private final List<Asked> all = new ArrayList<>(); // guarded by this
  private final LinkedBlockingQueue<Asked> untaken = new LinkedBlockingQueue<>();
  private Status refusal = Status.OK; // guarded by this: of the next session
  private final Deque<String> openings = new ArrayDeque<>(); // guarded by this

  /** One call, as far as it has come. */
  record Asked(String method, String message, Metadata headers, ServerCall<String, String> call) {
    @Nullable String header(String name) {
      return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    /** Session, number and least number without an answer. */
    String ticket() {
      return header("balsa-session")
          + " "
          + header("balsa-sequence")
          + " "
          + header("balsa-unanswered");
    }

    void answer(String text) {
      Metadata from = new Metadata();
      from.put(FROM, "server");
      call.sendHeaders(from);
      call.sendMessage(text);
      call.close(Status.OK, new Metadata());
    }

    void refuse(Status status) {
      call.close(status, new Metadata());
    }
  }

  private ScriptedServer(String name, boolean hasSessions) throws IOException {
    ServerCallHandler<String, String> handler = this::listen;
    InProcessServerBuilder builder =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder("etcdserverpb.KV")
                    .addMethod(PUT, handler)
                    .addMethod(RANGE, handler)
                    .build());
    if (hasSessions) {
      builder.addService(
          ServerServiceDefinition.builder("balsapb.Sessions").addMethod(OPEN, handler).build());
    }
    server = builder.build().start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  static ScriptedServer start() throws IOException {
    return new ScriptedServer(InProcessServerBuilder.generateName(), true);
  }

  static ScriptedServer withoutSessions() throws IOException {
    return new ScriptedServer(InProcessServerBuilder.generateName(), false);
  }

  ManagedChannel channel() {
    return channel;
  }

  /** Does this with the next call that is not told of yet. */
  synchronized ScriptedServer then(Consumer<Asked> reaction) {
    script.add(reaction);
    return this;
  }

  /** Refuses the next call that is not told of yet. */
  ScriptedServer thenRefuse(Status status) {
    return then(asked -> asked.refuse(status));
  }

  /** The next session is not opened. */
  synchronized void refuseSession(Status status) {
    refusal = status;
  }

  /** Answers to the next session that is asked for. */
  synchronized void open(String answer) {
    openings.add(answer);
  }

  /** Waits for a call that was not taken before, and takes it. */
  Asked take() throws InterruptedException {
    Asked asked = untaken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (asked == null) {
      throw new AssertionError("nothing was asked for " + PATIENCE_SECONDS + " s");
    }
    return asked;
  }

  /** Each call so far. */
  synchronized List<Asked> asked() {
    return List.copyOf(all);
  }

  private ServerCall.Listener<String> listen(ServerCall<String, String> call, Metadata headers) {
    call.request(2);
    return new ServerCall.Listener<>() {
      private String message = "";

      @Override
      public void onMessage(String text) {
        message = text;
      }

      @Override
      public void onHalfClose() {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (method.equals(OPEN.getFullMethodName())) {
          open(call);
        } else {
          react(new Asked(method, message, headers, call));
        }
      }
    };
  }

  private void open(ServerCall<String, String> call) {
    Status refused;
    String opened;
    synchronized (this) {
      refused = refusal;
      refusal = Status.OK;
      opened = openings.isEmpty() ? opening(SESSION) : openings.remove();
    }
    call.sendHeaders(new Metadata());
    if (refused.isOk()) {
      call.sendMessage(opened);
    }
    call.close(refused, new Metadata());
  }

  /** A header of two bytes in field 1, the number in field 2. */
  static String opening(int session) {
    char low = (char) ((session & 0x7f) | 0x80);
    return "\n\u0002\b\u0001\u0010" + low + (char) (session >> 7);
  }

  private void react(Asked asked) {
    Consumer<Asked> reaction;
    synchronized (this) {
      all.add(asked);
      reaction = script.isEmpty() ? it -> it.answer("done") : script.remove();
    }
    untaken.add(asked);
    reaction.accept(asked);
  }

  private static MethodDescriptor<String, String> method(String name) {
    return MethodDescriptor.newBuilder(new Text(), new Text())
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .build();
  }

  private record Text() implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(ISO_8859_1));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), ISO_8859_1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
