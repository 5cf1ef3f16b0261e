package dev.balsa.server.cli;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An open connection to one endpoint. */
final class Connection implements AutoCloseable {
  private final ManagedChannel channel;

  private Connection(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * Connects and waits until that has happened.
   *
   * @throws CommandFailure if nothing answers within {@code dialTimeout}
   */
  static Connection open(Endpoint endpoint, Duration dialTimeout) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .build();
    if (!connects(channel, dialTimeout)) {
      channel.shutdownNow();
      throw new CommandFailure("no answer from " + endpoint.text());
    }
    return new Connection(channel);
  }

  private static boolean connects(ManagedChannel channel, Duration dialTimeout) {
    long deadline = System.nanoTime() + dialTimeout.toNanos();
    ConnectivityState state = channel.getState(true);
    while (state != ConnectivityState.READY) {
      if (state == ConnectivityState.TRANSIENT_FAILURE || state == ConnectivityState.SHUTDOWN) {
        return false;
      }
      CountDownLatch changed = new CountDownLatch(1);
      channel.notifyWhenStateChanged(state, changed::countDown);
      if (!awaits(changed, deadline - System.nanoTime())) {
        return false;
      }
      state = channel.getState(true);
    }
    return true;
  }

  private static boolean awaits(CountDownLatch latch, long nanos) {
    try {
      return latch.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  ManagedChannel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
