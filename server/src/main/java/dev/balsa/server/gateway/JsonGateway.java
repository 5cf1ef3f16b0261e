package dev.balsa.server.gateway;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonStreamParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.balsa.server.http.HttpAnswer;
import dev.balsa.server.http.HttpQuery;
import dev.balsa.server.http.HttpRoutes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Answers {@code POST /v3/…} by a call of the gRPC method behind the path. The body is the request
 * in protobuf's JSON form, names in either spelling, whatever content type it claims; a method that
 * takes a stream gets every object of the body. Over a WebSocket on such a path each message is a
 * request and each answer a message. Thread-safe.
 */
public final class JsonGateway {
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

  private final Channel channel;

  /**
   * A gateway to the services behind {@code channel}, whose executor must not block for long: it is
   * the thread that prints answers.
   */
  public JsonGateway(Channel channel) {
    this.channel = channel;
  }

  /** Adds a path to {@code routes} for every method of {@code services} that has a path. */
  public void addTo(HttpRoutes routes, List<ServerServiceDefinition> services) {
    Map<String, MethodDescriptor<?, ?>> methods = new TreeMap<>();
    for (ServerServiceDefinition service : services) {
      service
          .getMethods()
          .forEach(
              method ->
                  methods.put(
                      method.getMethodDescriptor().getFullMethodName(),
                      method.getMethodDescriptor()));
    }
    GatewayPaths.methods()
        .forEach(
            (path, name) -> {
              MethodDescriptor<?, ?> method = methods.get(name);
              if (method != null) {
                @SuppressWarnings("unchecked") // all services here are protobuf's
                var typed = (MethodDescriptor<Message, Message>) method;
                routes.with("POST", path, query -> answer(typed, query));
                if (method.getType() != MethodDescriptor.MethodType.UNARY) {
                  routes.withDialogue(
                      path,
                      query ->
                          new SpokenCall(
                              typed, channel.newCall(typed, CallOptions.DEFAULT), metadata(query)));
                }
              }
            });
  }

  private CompletableFuture<HttpAnswer> answer(
      MethodDescriptor<Message, Message> method, HttpQuery query) {
    List<Message> requests;
    try {
      requests = requests(method, query.body());
    } catch (StatusRuntimeException malformed) {
      return CompletableFuture.completedFuture(GatewayError.answer(malformed.getStatus()));
    }
    ClientCall<Message, Message> call = channel.newCall(method, CallOptions.DEFAULT);
    if (method.getType().serverSendsOneMessage()) {
      CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
      start(call, query, new OneAnswer(answer));
      call.request(2); // the second is never there, and tells that the first is the only one
      send(call, method, requests);
      return answer;
    }
    StreamedAnswer answer = new StreamedAnswer(call);
    start(call, query, answer);
    answer.begin();
    send(call, method, requests);
    return answer.head();
  }

  private static void start(
      ClientCall<Message, Message> call, HttpQuery query, ClientCall.Listener<Message> listener) {
    call.start(listener, metadata(query));
  }

  private static Metadata metadata(HttpQuery query) {
    Metadata metadata = new Metadata();
    query
        .metadata()
        .forEach(
            (name, value) ->
                metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    return metadata;
  }

  /** A watch goes on after its last request; every other call ends when it has answered all. */
  private static void send(
      ClientCall<Message, Message> call,
      MethodDescriptor<Message, Message> method,
      List<Message> requests) {
    requests.forEach(call::sendMessage);
    if (!method.getFullMethodName().equals("etcdserverpb.Watch/Watch")) {
      call.halfClose();
    }
  }

  /**
   * What a body, or a message over a WebSocket, asks for; if it is empty an empty request, as with
   * etcd.
   *
   * @throws StatusRuntimeException if it is something else
   */
  static List<Message> requests(MethodDescriptor<Message, Message> method, String body) {
    try {
      return parse(method, body);
    } catch (InvalidProtocolBufferException | JsonParseException malformed) {
      throw Status.INVALID_ARGUMENT
          .withDescription("request is not the JSON of this call: " + malformed.getMessage())
          .asRuntimeException();
    }
  }

  private static List<Message> parse(MethodDescriptor<Message, Message> method, String body)
      throws InvalidProtocolBufferException {
    Message prototype =
        ((PrototypeMarshaller<Message>) method.getRequestMarshaller()).getMessagePrototype();
    if (prototype == null) {
      throw new IllegalStateException(method.getFullMethodName() + " has no request prototype");
    }
    List<Message> requests = new ArrayList<>();
    JsonStreamParser objects = new JsonStreamParser(body);
    while (!body.isBlank() && objects.hasNext()) {
      JsonElement object = objects.next();
      Message.Builder builder = prototype.newBuilderForType();
      PARSER.merge(object.toString(), builder);
      requests.add(builder.build());
      if (method.getType().clientSendsOneMessage()) {
        return requests; // what follows is ignored
      }
    }
    if (requests.isEmpty()) {
      requests.add(prototype.getDefaultInstanceForType());
    }
    return requests;
  }

  /** One message in protobuf's JSON form, on one line. */
  static String print(Message message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message without any Any cannot fail to print", e);
    }
  }

  /** Completes with the only message, or with what went wrong. */
  private static final class OneAnswer extends ClientCall.Listener<Message> {
    private final CompletableFuture<HttpAnswer> answer;
    private HttpAnswer found =
        GatewayError.answer(Status.INTERNAL.withDescription("the call gave no answer"));

    OneAnswer(CompletableFuture<HttpAnswer> answer) {
      this.answer = answer;
    }

    @Override
    public void onMessage(Message message) {
      found = HttpAnswer.json(200, print(message));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      answer.complete(status.isOk() ? found : GatewayError.answer(status));
    }
  }
}
