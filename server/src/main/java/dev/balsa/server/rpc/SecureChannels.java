package dev.balsa.server.rpc;

import dev.balsa.node.tls.Tls;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;

/** gRPC channels that speak TLS, by the platform's implementation of it. */
public final class SecureChannels {
  private SecureChannels() {}

  /**
   * A channel to {@code host}, which its certificate must name. Connections are made of what the
   * files of {@code tls} held when this was called.
   */
  public static NettyChannelBuilder builder(String host, int port, Tls tls) {
    ApplicationProtocolConfig http2 =
        new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            "h2");
    SslContext context =
        new JdkSslContext(
            tls.context(),
            true,
            null,
            IdentityCipherSuiteFilter.INSTANCE,
            http2,
            ClientAuth.NONE,
            tls.protocols(),
            false);
    return NettyChannelBuilder.forAddress(host, port).sslContext(context);
  }
}
