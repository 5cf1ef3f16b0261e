package dev.balsa.server;

import dev.balsa.server.http.ClientProtocol;
import dev.balsa.server.http.HttpRoutes;
import dev.balsa.server.http.SecureListening;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where metrics and health are besides the client port ({@code --listen-metrics-urls}): for who is
 * to see how the member does, and neither its keys nor its page. Serves no gRPC.
 */
final class MetricsPort implements AutoCloseable {
  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final Duration FIRST_BYTES_PATIENCE = Duration.ofSeconds(10);

  private final @Nullable Server server;

  private MetricsPort(@Nullable Server server) {
    this.server = server;
  }

  /**
   * Listens at {@code addresses}; if there is none, there is no such port.
   *
   * @throws IOException if an address cannot be listened on
   */
  static MetricsPort open(
      List<InetSocketAddress> addresses, SecureListening secure, HttpRoutes routes)
      throws IOException {
    if (addresses.isEmpty()) {
      return new MetricsPort(null);
    }
    ClientProtocol protocol =
        new ClientProtocol(routes, BODY_BYTES_MAX, FIRST_BYTES_PATIENCE, secure);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(addresses.getFirst(), protocol.asCredentials())
            .directExecutor();
    addresses.stream().skip(1).forEach(builder::addListenAddress);
    return new MetricsPort(builder.build().start());
  }

  /** The addresses, with the ports that were really taken. */
  List<InetSocketAddress> addresses() {
    return server == null
        ? List.of()
        : server.getListenSockets().stream().map(InetSocketAddress.class::cast).toList();
  }

  /** Breaks all connections off: whoever asks for metrics asks again. */
  @Override
  public void close() {
    if (server != null) {
      server.shutdownNow();
    }
  }
}
