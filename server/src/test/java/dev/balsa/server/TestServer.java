package dev.balsa.server;

import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.raft.ClusterId;
import dev.balsa.server.config.AuthConfig;
import dev.balsa.server.config.Retention;
import dev.balsa.server.metrics.ServerMetrics;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** The client port of a {@link LocalBackend} on a free port of the loopback, with a client. */
public final class TestServer implements AutoCloseable {
  public static final ClusterId CLUSTER = new ClusterId(0xc1);
  public static final int REQUEST_BYTES_MAX = 4096;
  public static final int TXN_OPS_MAX = 8;

  private final LocalBackend backend = new LocalBackend();
  private final ClientPort port;
  private final ManagedChannel channel;

  /** A server with time for every request. */
  public TestServer() throws IOException {
    this(Duration.ofMinutes(1));
  }

  /** A server whose store may grow to {@code quotaBytes}. */
  public TestServer(long quotaBytes) throws IOException {
    this(Duration.ofMinutes(1), quotaBytes);
  }

  /** A server whose requests may take {@code timeout}. */
  public TestServer(Duration timeout) throws IOException {
    this(timeout, Long.MAX_VALUE);
  }

  /** A server whose page may change the cluster if {@code operations}. */
  public TestServer(boolean operations) throws IOException {
    this(Duration.ofMinutes(1), Long.MAX_VALUE, operations);
  }

  private TestServer(Duration timeout, long quotaBytes) throws IOException {
    this(timeout, quotaBytes, false);
  }

  private TestServer(Duration timeout, long quotaBytes, boolean operations) throws IOException {
    var listen = List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    port =
        ClientPort.open(
            new ClientPort.Settings(
                listen,
                List.of(),
                CLUSTER,
                LocalBackend.SELF,
                timeout,
                Duration.ofSeconds(1),
                REQUEST_BYTES_MAX,
                TXN_OPS_MAX,
                quotaBytes,
                Retention.EVERYTHING,
                Duration.ZERO,
                Duration.ofMinutes(10),
                Surroundings.REAL.leaseMillis(),
                new AuthConfig("simple", 4, Duration.ofMinutes(5)),
                ClientTls.none(),
                operations,
                null),
            backend,
            new ServerMetrics());
    channel = NettyChannelBuilder.forAddress(address()).usePlaintext().build();
  }

  public LocalBackend backend() {
    return backend;
  }

  public InetSocketAddress address() {
    return port.addresses().getFirst();
  }

  public ManagedChannel channel() {
    return channel;
  }

  public KVGrpc.KVBlockingStub kv() {
    return KVGrpc.newBlockingStub(channel);
  }

  public LeaseGrpc.LeaseBlockingStub lease() {
    return LeaseGrpc.newBlockingStub(channel);
  }

  public ClusterGrpc.ClusterBlockingStub cluster() {
    return ClusterGrpc.newBlockingStub(channel);
  }

  public MaintenanceGrpc.MaintenanceBlockingStub maintenance() {
    return MaintenanceGrpc.newBlockingStub(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    port.close();
  }
}
