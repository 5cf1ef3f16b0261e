package dev.balsa.server.cli;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a silent member is waited for, and how much goes to and fro at once.
 *
 * @param timeout bounds each attempt to connect
 * @param keepaliveTime after so much silence during a call the member is pinged; gRPC makes it ten
 *     seconds at least, zero is never
 * @param keepaliveTimeout how long such a ping may go unanswered before the connection is given up
 * @param requestBytesMax the largest request that is sent
 * @param answerBytesMax the largest answer that is taken
 */
record Dialing(
    Duration timeout,
    Duration keepaliveTime,
    Duration keepaliveTimeout,
    int requestBytesMax,
    int answerBytesMax) {
  NettyChannelBuilder applyTo(NettyChannelBuilder channel) {
    channel.maxInboundMessageSize(answerBytesMax).intercept(new Bounded(requestBytesMax));
    return keepaliveTime.isPositive() && keepaliveTimeout.isPositive()
        ? channel
            .keepAliveTime(keepaliveTime.toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveTimeout(keepaliveTimeout.toNanos(), TimeUnit.NANOSECONDS)
        : channel;
  }

  /** Fails calls with a larger request before it leaves. */
  private record Bounded(int requestBytesMax) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return next.newCall(method, options.withMaxOutboundMessageSize(requestBytesMax));
    }
  }
}
