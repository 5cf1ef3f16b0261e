package dev.balsa.server.cli;

import dev.balsa.node.tls.Tls;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.StatusRequest;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
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
   * @throws CommandFailure if nothing answers in time
   */
  static Connection open(Endpoint endpoint, Dialing dialing, CtlTls tls) {
    ManagedChannel channel = dialing.applyTo(tls.builder(endpoint)).build();
    if (!connects(channel, dialing.timeout())) {
      String why = tls.isFor(endpoint) ? why(channel) : "";
      channel.shutdownNow();
      throw new CommandFailure("no answer from " + endpoint.text() + why);
    }
    return new Connection(channel);
  }

  /** A call that fails at once says what the state of a channel does not. */
  private static String why(ManagedChannel channel) {
    try {
      var unused =
          MaintenanceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(1, TimeUnit.SECONDS)
              .status(StatusRequest.getDefaultInstance());
      return ""; // it answers by now, but too late
    } catch (StatusRuntimeException e) {
      Throwable cause = e.getStatus().getCause();
      return cause == null ? "" : " by TLS (" + Tls.reason(cause) + ")";
    }
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
