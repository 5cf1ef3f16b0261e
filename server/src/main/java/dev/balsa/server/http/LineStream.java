package dev.balsa.server.http;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.handler.timeout.ReadTimeoutHandler;
import java.nio.charset.StandardCharsets;

/** Writes a {@link HttpStream} in chunks, and closes the connection behind it. Thread-safe. */
final class LineStream implements HttpStream.Sink {
  private final ChannelHandlerContext context;
  private final HttpStream.Source source;

  LineStream(ChannelHandlerContext context, HttpStream.Source source) {
    this.context = context;
    this.source = source;
  }

  /** Sends the head. A client that only listens is not idle. */
  void begin(HttpAnswer answer) {
    HttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    head.headers().set("X-Content-Type-Options", "nosniff");
    HttpUtil.setTransferEncodingChunked(head, true);
    HttpUtil.setKeepAlive(head, false);
    context.pipeline().remove(ReadTimeoutHandler.class);
    var unused = context.writeAndFlush(head);
    source.open(this);
  }

  @Override
  public void line(String line) {
    var content = Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8);
    var unused =
        context
            .writeAndFlush(new DefaultHttpContent(content))
            .addListener(
                written -> {
                  if (written.isSuccess()) {
                    source.ready();
                  }
                });
  }

  @Override
  public void end() {
    var unused =
        context
            .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
            .addListener(ChannelFutureListener.CLOSE);
  }

  /** The client went away, or the stream has ended. */
  void gone() {
    source.gone();
  }
}
