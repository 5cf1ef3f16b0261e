package dev.balsa.server.http;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLEngine;

/**
 * Looks at the first byte of a connection that should be TLS: a record of a handshake (RFC 8446
 * §5.1) gets the handler for it, anything else is told in the words of HTTP, and closed.
 */
final class TlsHello extends ByteToMessageDecoder {
  private static final byte HANDSHAKE = 22;

  private static final String PLAINTEXT =
      """
      HTTP/1.1 400 Bad Request\r
      Content-Type: text/plain; charset=utf-8\r
      Connection: close\r
      \r
      TLS is spoken here; use https://
      """;

  private final SSLEngine engine;

  TlsHello(SSLEngine engine) {
    this.engine = engine;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (in.getByte(in.readerIndex()) == HANDSHAKE) {
      context.pipeline().addAfter(context.name(), null, new SslHandler(engine));
      context.pipeline().remove(this);
      return;
    }
    in.skipBytes(in.readableBytes());
    var unused =
        context
            .writeAndFlush(Unpooled.copiedBuffer(PLAINTEXT, StandardCharsets.US_ASCII))
            .addListener(ChannelFutureListener.CLOSE);
  }
}
