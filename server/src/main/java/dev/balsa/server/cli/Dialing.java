package dev.balsa.server.cli;

import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a silent member is waited for.
 *
 * @param timeout bounds each attempt to connect
 * @param keepaliveTime after so much silence during a call the member is pinged; gRPC makes it ten
 *     seconds at least, zero is never
 * @param keepaliveTimeout how long such a ping may go unanswered before the connection is given up
 */
record Dialing(Duration timeout, Duration keepaliveTime, Duration keepaliveTimeout) {
  NettyChannelBuilder applyTo(NettyChannelBuilder channel) {
    return keepaliveTime.isPositive() && keepaliveTimeout.isPositive()
        ? channel
            .keepAliveTime(keepaliveTime.toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveTimeout(keepaliveTimeout.toNanos(), TimeUnit.NANOSECONDS)
        : channel;
  }
}
