package dev.balsa.server.http;

import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMessage;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;

/** Gathers each request with its body; one that is too long is told so and read no further. */
final class WholeRequests extends HttpObjectAggregator {
  /** Takes bodies of at most {@code bodyBytesMax} bytes. */
  WholeRequests(int bodyBytesMax) {
    super(bodyBytesMax);
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    HttpAnswer answer =
        HttpAnswer.text(
            413, "the body has more than %d bytes; send less".formatted(maxContentLength()));
    var unused =
        context
            .writeAndFlush(HttpConnection.response(answer, false))
            .addListener(ChannelFutureListener.CLOSE);
  }
}
