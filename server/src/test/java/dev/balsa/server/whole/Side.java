package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.AlarmMember;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmRequest.AlarmAction;
import dev.balsa.proto.AlarmResponse;
import dev.balsa.proto.AuthDisableRequest;
import dev.balsa.proto.AuthRoleDeleteRequest;
import dev.balsa.proto.AuthRoleListRequest;
import dev.balsa.proto.AuthRoleListResponse;
import dev.balsa.proto.AuthUserDeleteRequest;
import dev.balsa.proto.AuthUserListRequest;
import dev.balsa.proto.AuthUserListResponse;
import dev.balsa.proto.AuthenticateRequest;
import dev.balsa.proto.AuthenticateResponse;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrantResponse;
import dev.balsa.proto.LeaseLeasesRequest;
import dev.balsa.proto.LeaseLeasesResponse;
import dev.balsa.proto.LeaseRevokeRequest;
import dev.balsa.proto.LeaseStatus;
import dev.balsa.proto.LockRequest;
import dev.balsa.proto.LockResponse;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import dev.balsa.server.rpc.Login;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One of two servers that are compared, as a client sees it. For one thread. */
final class Side implements AutoCloseable {
  private static final int BYTES_MAX = 64 << 20;

  private final ManagedChannel channel;
  private final Names names;
  private final Map<String, List<String>> tokens = new TreeMap<>();
  private final Deque<CompletableFuture<Answer>> begun = new ArrayDeque<>();
  private final Map<Integer, WatchedStream> streams = new TreeMap<>();

  private Side(ManagedChannel channel, Names names) {
    this.channel = channel;
    this.names = names;
  }

  /** A server of one member that listens at {@code endpoint}. */
  static Side at(String endpoint) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(endpoint)
            .usePlaintext()
            .maxInboundMessageSize(BYTES_MAX)
            .build();
    return over(channel);
  }

  /** A server, or one of several, through a channel that is this side's from now on. */
  static Side over(ManagedChannel channel) throws Exception {
    Await.until(
        () -> "the member tells its client URLs", () -> self(channel).getClientURLsCount() > 0);
    return new Side(channel, new Names(self(channel)));
  }

  private static Member self(ManagedChannel channel) {
    return ClusterGrpc.newBlockingStub(channel)
        .memberList(MemberListRequest.getDefaultInstance())
        .getMembers(0);
  }

  /** Begins a step; its answer comes in time or not at all. */
  CompletableFuture<Answer> start(Step step) {
    return switch (step) {
      case Step.Ask ask -> start(ask);
      case Step.Begin(Step.Ask ask, ByteString key) -> {
        begun.add(start(ask));
        yield appearance(key);
      }
      case Step.End end -> begun.remove();
      case Step.Raw(String method, ByteString bytes) -> raw(method, bytes);
      case Step.OnStream(int stream, var request, var user) ->
          streams.computeIfAbsent(stream, n -> new WatchedStream(as(user), names)).send(request);
      case Step.Settle settle -> CompletableFuture.completedFuture(new Answer("", 0, null));
    };
  }

  /** What the pieces of a range stream come to together. */
  Answer streamed(RangeRequest request) {
    RangeResponse.Builder whole = RangeResponse.newBuilder();
    try {
      KVGrpc.newBlockingStub(channel)
          .withDeadlineAfter(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .rangeStream((RangeRequest) names.own(request))
          .forEachRemaining(piece -> whole.mergeFrom(piece.getRangeResponse()));
      return Answer.of(whole.build(), names);
    } catch (StatusRuntimeException failed) {
      return failed(failed);
    }
  }

  private CompletableFuture<Answer> appearance(ByteString key) {
    RangeRequest range = RangeRequest.newBuilder().setKey(key).build();
    return start(Step.ask(range))
        .thenCompose(
            answer ->
                answer.response() instanceof RangeResponse found && found.getCount() == 0
                    ? appearance(key)
                    : CompletableFuture.completedFuture(answer));
  }

  /** What each stream's watchers were told. */
  Map<Integer, WatchedStream> streams() {
    return streams;
  }

  int ownLeases() {
    return names.leases();
  }

  private CompletableFuture<Answer> start(Step.Ask ask) {
    Message own = names.own(ask.request());
    return first(as(ask.user()), ask.method(), own)
        .handle((response, error) -> response == null ? failed(error) : said(own, response));
  }

  private Answer said(Message request, Message response) {
    if (response instanceof AuthenticateResponse logged) {
      String user = ((AuthenticateRequest) request).getName();
      tokens.computeIfAbsent(user, name -> new ArrayList<>()).add(logged.getToken());
    } else if (response instanceof LeaseGrantResponse granted
        && ((LeaseGrantRequest) request).getID() == 0) {
      names.learnLease(granted.getID());
    } else if (response instanceof LockResponse locked && ((LockRequest) request).getLease() == 0) {
      String key = locked.getKey().toStringUtf8();
      names.learnLease(Long.parseUnsignedLong(key.substring(key.lastIndexOf('/') + 1), 16));
    }
    return Answer.of(response, names);
  }

  private static Answer failed(Throwable error) {
    return Answer.of(Status.fromThrowable(error));
  }

  /** Whoever {@code user} names, see {@link Step}. */
  private Channel as(@Nullable String user) {
    String token = token(user);
    if (token == null) {
      return channel;
    }
    Metadata metadata = new Metadata();
    metadata.put(Login.TOKEN, token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private @Nullable String token(@Nullable String user) {
    if (user == null) {
      return null;
    }
    if (user.equals(Step.WRONG)) {
      return "wrong.1";
    }
    boolean old = user.startsWith(Step.OLD);
    List<String> known =
        tokens.getOrDefault(old ? user.substring(Step.OLD.length()) : user, List.of());
    return known.isEmpty() ? null : old ? known.getFirst() : known.getLast();
  }

  /** Forgets streams, tokens and calls. */
  void forget() {
    streams.values().forEach(WatchedStream::close);
    streams.clear();
    tokens.clear();
    begun.clear();
  }

  /** Whether a call was begun and not ended. */
  boolean hasBegun() {
    return !begun.isEmpty();
  }

  private CompletableFuture<Answer> raw(String method, ByteString bytes) {
    MethodDescriptor<ByteString, ByteString> described =
        MethodDescriptor.newBuilder(new Verbatim(), new Verbatim())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .build();
    return first(channel, described, bytes)
        .handle(
            (response, error) ->
                response == null ? failed(error) : new Answer("some bytes\n", 0, null));
  }

  private record Verbatim() implements MethodDescriptor.Marshaller<ByteString> {
    @Override
    public InputStream stream(ByteString value) {
      return new ByteArrayInputStream(value.toByteArray());
    }

    @Override
    public ByteString parse(InputStream stream) {
      try {
        return ByteString.readFrom(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @SuppressWarnings("unchecked") // a method's request and response are known by its table only
  private static <T> CompletableFuture<T> first(
      Channel channel, MethodDescriptor<?, ?> method, T request) {
    MethodDescriptor<T, T> typed = (MethodDescriptor<T, T>) method;
    ClientCall<T, T> call =
        channel.newCall(
            typed,
            CallOptions.DEFAULT.withDeadlineAfter(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    CompletableFuture<T> first = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<T>() {
          private @Nullable T response;

          @Override
          public void onMessage(T message) {
            response = message;
            if (!method.getType().serverSendsOneMessage()) {
              first.complete(message);
            }
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            if (status.isOk() && response != null) {
              first.complete(response);
            } else {
              first.completeExceptionally(
                  status.isOk()
                      ? Status.OK.withDescription("no answer").asRuntimeException()
                      : status.asRuntimeException());
            }
          }
        },
        new Metadata());
    call.request(2);
    call.sendMessage(request);
    if (method.getType().clientSendsOneMessage()) {
      call.halfClose();
    }
    // Not before all was sent: a cancelled call takes nothing more.
    var unused = first.whenComplete((response, error) -> call.cancel("one answer is enough", null));
    return first;
  }

  /** Ends authentication, alarms, leases and keys, as far as there are any. */
  void empty() throws Exception {
    forget();
    if (!ask(AuthDisableRequest.getDefaultInstance()).text().contains("not enabled")) {
      ask(
          AuthenticateRequest.newBuilder()
              .setName(UserTheme.ROOT)
              .setPassword(UserTheme.ROOT_PASSWORD)
              .build());
      var unused = start(Step.ask(AuthDisableRequest.getDefaultInstance(), UserTheme.ROOT)).get();
    }
    forget();
    for (AlarmMember alarm :
        answer(AlarmResponse.class, AlarmRequest.getDefaultInstance()).getAlarmsList()) {
      ask(
          AlarmRequest.newBuilder()
              .setAction(AlarmAction.DEACTIVATE)
              .setMemberID(alarm.getMemberID())
              .setAlarm(alarm.getAlarm())
              .build());
    }
    for (String user :
        answer(AuthUserListResponse.class, AuthUserListRequest.getDefaultInstance())
            .getUsersList()) {
      ask(AuthUserDeleteRequest.newBuilder().setName(user).build());
    }
    for (String role :
        answer(AuthRoleListResponse.class, AuthRoleListRequest.getDefaultInstance())
            .getRolesList()) {
      ask(AuthRoleDeleteRequest.newBuilder().setRole(role).build());
    }
    for (LeaseStatus lease :
        answer(LeaseLeasesResponse.class, LeaseLeasesRequest.getDefaultInstance())
            .getLeasesList()) {
      ask(LeaseRevokeRequest.newBuilder().setID(lease.getID()).build());
    }
    ByteString zero = ByteString.copyFrom(new byte[1]);
    ask(DeleteRangeRequest.newBuilder().setKey(zero).setRangeEnd(zero).build());
  }

  long revision() throws Exception {
    ByteString key = ByteString.copyFromUtf8("a");
    return answer(RangeResponse.class, RangeRequest.newBuilder().setKey(key).build())
        .getHeader()
        .getRevision();
  }

  /** Writes until the store is at a revision. */
  void advance(long wanted) throws Exception {
    ByteString key = ByteString.copyFromUtf8("~");
    while (revision() < wanted) {
      var unused = answer(PutResponse.class, PutRequest.newBuilder().setKey(key).build());
    }
    ask(DeleteRangeRequest.newBuilder().setKey(key).build());
  }

  private Answer ask(Message request) throws Exception {
    return start(Step.ask(request)).get();
  }

  private <A extends Message> A answer(Class<A> type, Message request) throws Exception {
    Answer answer = ask(request);
    if (answer.response() == null) {
      throw new AssertionError(request.getDescriptorForType().getName() + ": " + answer.text());
    }
    return type.cast(answer.response());
  }

  @Override
  public void close() {
    forget();
    channel.shutdownNow();
  }
}
