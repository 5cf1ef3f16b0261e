package dev.balsa.server.http;

import dev.balsa.node.tls.Tls;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.handler.timeout.ReadTimeoutHandler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a connection and puts the handlers in that understand the rest: the
 * preface of HTTP/2 (RFC 9113 §3.4) means gRPC, a capital letter may begin a method of HTTP/1.1,
 * anything else is told so, in the words of HTTP, and closed. At most four bytes are held, for at
 * most the given time.
 */
final class FirstBytes extends ByteToMessageDecoder {
  private static final Logger LOG = System.getLogger(FirstBytes.class.getName());

  private static final String NEITHER =
      """
      HTTP/1.1 400 Bad Request\r
      Content-Type: text/plain; charset=utf-8\r
      Connection: close\r
      \r
      this is neither gRPC nor HTTP/1.1, and TLS is not spoken here; use http://
      """;

  /** How the preface begins; no method of HTTP/1.1 is called so. */
  private static final byte[] HTTP2 = "PRI ".getBytes(StandardCharsets.US_ASCII);

  /** An HTTP/1.1 connection on which nothing arrives for so long is closed. */
  private static final long HTTP_IDLE_SECONDS = 120;

  private final ChannelHandler grpc;
  private final ClientProtocol protocol;
  private @Nullable Object negotiationEvent;
  private @Nullable Future<?> patience;

  FirstBytes(ChannelHandler grpc, ClientProtocol protocol) {
    this.grpc = grpc;
    this.protocol = protocol;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    SSLEngine engine = protocol.secure().engine(context.channel());
    if (engine != null) {
      context.pipeline().addBefore(context.name(), null, new TlsHello(engine));
    }
    patience =
        context
            .executor()
            .schedule(
                () -> refuse(context, "it said nothing"),
                protocol.patience().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    if (patience != null) {
      patience.cancel(false);
    }
  }

  /** gRPC's own handler waits for this event, which arrives before the first bytes. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (ClientProtocol.isNegotiation(event)) {
      negotiationEvent = event;
    } else {
      super.userEventTriggered(context, event);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int known = Math.min(in.readableBytes(), HTTP2.length);
    if (startsLikeHttp2(in, known)) {
      if (known == HTTP2.length) {
        becomeGrpc(context);
      }
    } else if (in.getByte(in.readerIndex()) >= 'A' && in.getByte(in.readerIndex()) <= 'Z') {
      becomeHttp(context);
    } else {
      in.skipBytes(in.readableBytes());
      var unused =
          context
              .writeAndFlush(Unpooled.copiedBuffer(NEITHER, StandardCharsets.US_ASCII))
              .addListener(
                  done -> refuse(context, "its first bytes are neither gRPC's nor HTTP/1.1's"));
    }
  }

  private static boolean startsLikeHttp2(ByteBuf in, int known) {
    for (int i = 0; i < known; i++) {
      if (in.getByte(in.readerIndex() + i) != HTTP2[i]) {
        return false;
      }
    }
    return true;
  }

  /** Removing this handler hands what it holds to the one after it. */
  private void becomeGrpc(ChannelHandlerContext context) {
    context.pipeline().addAfter(context.name(), null, grpc);
    if (negotiationEvent != null) {
      SslHandler tls = context.pipeline().get(SslHandler.class);
      context.fireUserEventTriggered(
          ClientProtocol.negotiated(
              negotiationEvent,
              context.channel().eventLoop(),
              tls == null ? null : tls.engine().getSession()));
    }
    context.pipeline().remove(this);
  }

  private void becomeHttp(ChannelHandlerContext context) {
    context
        .pipeline()
        .addAfter(
            context.name(), null, new HttpConnection(protocol.routes(), protocol.bodyBytesMax()))
        .addAfter(context.name(), null, new WholeRequests(protocol.bodyBytesMax()))
        .addAfter(context.name(), null, new HttpServerCodec())
        .addAfter(
            context.name(), null, new ReadTimeoutHandler(HTTP_IDLE_SECONDS, TimeUnit.SECONDS));
    context.pipeline().remove(this);
  }

  /** A handshake that failed, mostly: who may not come in is not worth more than a line. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    boolean handshake = cause.getCause() instanceof SSLException;
    LOG.log(
        handshake ? Level.INFO : Level.DEBUG,
        "client {0} closed: {1}",
        context.channel().remoteAddress(),
        handshake ? "no TLS with it: " + Tls.reason(cause) : cause);
    var unused = context.close();
  }

  private static void refuse(ChannelHandlerContext context, String why) {
    LOG.log(Level.DEBUG, "connection of {0} closed: {1}", context.channel().remoteAddress(), why);
    var unused = context.close();
  }
}
