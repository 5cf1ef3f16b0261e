package dev.balsa.server.lease;

import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import dev.balsa.node.tls.Tls;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseKeepAliveRequest;
import dev.balsa.proto.LeaseKeepAliveResponse;
import dev.balsa.proto.LeaseTimeToLiveRequest;
import dev.balsa.proto.LeaseTimeToLiveResponse;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Forwarded;
import dev.balsa.server.rpc.Login;
import dev.balsa.server.rpc.SecureChannels;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * Asks the leader, over its client port, what only the leader's clock knows. Members are found by
 * the client URLs that they have published. Thread-safe.
 */
final class LeaderCalls implements AutoCloseable {
  /** One request and one answer look on the wire like a unary call, whatever may follow. */
  private static final MethodDescriptor<LeaseKeepAliveRequest, LeaseKeepAliveResponse> KEEP_ALIVE =
      LeaseGrpc.getLeaseKeepAliveMethod().toBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .build();

  private final Backend backend;
  private final Duration timeout;
  private final Tls tls;
  private final Map<String, Line> lines = new ConcurrentHashMap<>();

  /**
   * @param timeout how long a call may take
   * @param tls for members whose client URLs want it
   */
  LeaderCalls(Backend backend, Duration timeout, Tls tls) {
    this.backend = backend;
    this.timeout = timeout;
    this.tls = tls;
  }

  /** A channel, and the TLS that its connections are made of. */
  private record Line(ManagedChannel channel, SSLContext context) {}

  void keepAlive(
      LeaseKeepAliveRequest request, Login login, StreamObserver<LeaseKeepAliveResponse> answer) {
    call(KEEP_ALIVE, request, login, answer);
  }

  void timeToLive(
      LeaseTimeToLiveRequest request, Login login, StreamObserver<LeaseTimeToLiveResponse> answer) {
    call(LeaseGrpc.getLeaseTimeToLiveMethod(), request, login, answer);
  }

  /** A call to be made of the leader, in the name of whoever made it here. */
  private record Passed<Q, A>(MethodDescriptor<Q, A> method, Q request, Optional<String> token) {
    Metadata metadata() {
      Metadata metadata = new Metadata();
      metadata.put(Forwarded.KEY, "true");
      token.ifPresent(it -> metadata.put(Login.TOKEN, it));
      return metadata;
    }
  }

  private <Q, A> void call(
      MethodDescriptor<Q, A> method, Q request, Login login, StreamObserver<A> answer) {
    var unused =
        login
            .tokenToPassOn()
            .whenComplete(
                (token, failed) -> {
                  if (failed == null) {
                    call(new Passed<>(method, request, token), answer);
                  } else {
                    answer.onError(Status.fromThrowable(failed).asRuntimeException());
                  }
                });
  }

  /** Fails by UNAVAILABLE where asking again later may help. */
  private <Q, A> void call(Passed<Q, A> passed, StreamObserver<A> answer) {
    NodeId leader = backend.status().raft().leader();
    if (leader == null) {
      answer.onError(EtcdError.NO_LEADER.exception());
      return;
    }
    ClusterMember unnamed = new ClusterMember(leader, "", List.of(), List.of());
    var unused =
        backend
            .<List<String>>read(
                Consistency.STALE, machine -> machine.completed(unnamed).clientUrls())
            .thenAccept(
                outcome -> {
                  if (outcome
                          instanceof
                          ReadOutcome.Served<List<String>>(var urls, var index, var path, var age)
                      && !urls.isEmpty()) {
                    call(urls.getFirst(), passed, answer);
                  } else {
                    answer.onError(EtcdError.NO_LEADER.exception());
                  }
                });
  }

  private <Q, A> void call(String url, Passed<Q, A> passed, StreamObserver<A> answer) {
    var channel =
        ClientInterceptors.intercept(
            channel(url), MetadataUtils.newAttachHeadersInterceptor(passed.metadata()));
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    ClientCalls.asyncUnaryCall(channel.newCall(passed.method(), options), passed.request(), answer);
  }

  /** One for each member, made anew when the certificates have changed. */
  private ManagedChannel channel(String url) {
    SSLContext latest = tls.context();
    return lines
        .compute(
            url,
            (same, former) -> {
              if (former != null && former.context().equals(latest)) {
                return former;
              }
              if (former != null) {
                former.channel().shutdown();
              }
              return new Line(open(url), latest);
            })
        .channel();
  }

  private ManagedChannel open(String url) {
    URI uri = URI.create(url);
    NettyChannelBuilder builder =
        "https".equals(uri.getScheme())
            ? SecureChannels.builder(uri.getHost(), uri.getPort(), tls)
            : NettyChannelBuilder.forAddress(uri.getHost(), uri.getPort()).usePlaintext();
    return builder.directExecutor().build();
  }

  @Override
  public void close() {
    lines.values().forEach(line -> line.channel().shutdownNow());
  }
}
