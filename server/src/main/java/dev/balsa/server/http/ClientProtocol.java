package dev.balsa.server.http;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.grpc.netty.ProtocolNegotiationEvent;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Lets one port speak gRPC and HTTP/1.1, in the place where gRPC would negotiate TLS. This hangs on
 * types that gRPC calls internal: its version is pinned, and a test talks both protocols to one
 * port.
 *
 * @param routes what HTTP/1.1 may ask for
 * @param bodyBytesMax the longest body of an HTTP/1.1 request
 * @param patience how long a connection may say nothing at its beginning
 * @param secure where TLS comes before both
 */
public record ClientProtocol(
    HttpRoutes routes, int bodyBytesMax, Duration patience, SecureListening secure) {
  /** What to build the gRPC server with. */
  public ServerCredentials asCredentials() {
    return InternalNettyServerCredentials.create(new Negotiator(this));
  }

  static boolean isNegotiation(Object event) {
    return event.getClass() == InternalProtocolNegotiationEvent.getDefault().getClass();
  }

  /** The same event that tells the calls to come about their connection. */
  static Object negotiated(Object event, Executor thread, @Nullable SSLSession session) {
    ProtocolNegotiationEvent former = (ProtocolNegotiationEvent) event;
    Attributes known =
        ConnectionThread.in(InternalProtocolNegotiationEvent.getAttributes(former), thread);
    return InternalProtocolNegotiationEvent.withAttributes(
        former,
        session == null
            ? known
            : known.toBuilder().set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session).build());
  }

  private record Negotiator(
      ClientProtocol protocol, InternalProtocolNegotiator.ProtocolNegotiator plain)
      implements InternalProtocolNegotiator.ProtocolNegotiator {
    Negotiator(ClientProtocol protocol) {
      this(protocol, InternalProtocolNegotiators.serverPlaintext());
    }

    @Override
    public AsciiString scheme() {
      return plain.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
      return new FirstBytes(plain.newHandler(grpc), protocol);
    }

    @Override
    public void close() {
      plain.close();
    }
  }
}
