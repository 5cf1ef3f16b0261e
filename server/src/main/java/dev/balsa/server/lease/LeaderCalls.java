package dev.balsa.server.lease;

import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
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
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

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
  private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

  LeaderCalls(Backend backend, Duration timeout) {
    this.backend = backend;
    this.timeout = timeout;
  }

  void keepAlive(LeaseKeepAliveRequest request, StreamObserver<LeaseKeepAliveResponse> answer) {
    call(KEEP_ALIVE, request, answer);
  }

  void timeToLive(LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> answer) {
    call(LeaseGrpc.getLeaseTimeToLiveMethod(), request, answer);
  }

  /** Fails by UNAVAILABLE where asking again later may help. */
  private <Q, A> void call(MethodDescriptor<Q, A> method, Q request, StreamObserver<A> answer) {
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
                    call(urls.getFirst(), method, request, answer);
                  } else {
                    answer.onError(EtcdError.NO_LEADER.exception());
                  }
                });
  }

  private <Q, A> void call(
      String url, MethodDescriptor<Q, A> method, Q request, StreamObserver<A> answer) {
    Metadata metadata = new Metadata();
    metadata.put(Forwarded.KEY, "true");
    var channel =
        ClientInterceptors.intercept(
            channels.computeIfAbsent(url, LeaderCalls::open),
            MetadataUtils.newAttachHeadersInterceptor(metadata));
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    ClientCalls.asyncUnaryCall(channel.newCall(method, options), request, answer);
  }

  private static ManagedChannel open(String url) {
    URI uri = URI.create(url);
    return NettyChannelBuilder.forAddress(uri.getHost(), uri.getPort())
        .usePlaintext()
        .directExecutor()
        .build();
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
