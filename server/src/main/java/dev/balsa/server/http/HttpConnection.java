package dev.balsa.server.http;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.TooLongFrameException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection: gives each request to the routes and writes the answers in the order of
 * the requests. While an answer is awaited nothing more is read, which bounds what a client can
 * pile up. Used by one event loop thread.
 */
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Pattern METADATA =
      Pattern.compile("grpc-metadata-((?!grpc-)[0-9a-z_.-]+(?<!-bin))");

  private static final Logger LOG = System.getLogger(HttpConnection.class.getName());

  private final HttpRoutes routes;
  private final int messageBytesMax;
  private CompletableFuture<?> answered = CompletableFuture.completedFuture(null);
  private int waiting;
  private @Nullable LineStream stream; // the last answer of its connection

  /** A connection that asks {@code routes}; as a WebSocket it takes messages of so many bytes. */
  HttpConnection(HttpRoutes routes, int messageBytesMax) {
    this.routes = routes;
    this.messageBytesMax = messageBytesMax;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (stream != null) {
      LOG.log(
          Level.DEBUG,
          "HTTP connection of {0} closed: a request behind a stream",
          context.channel().remoteAddress());
      var unused = context.close();
      return;
    }
    if (waiting == 0 && WebSocket.isWanted(request) && becomesSocket(context, request)) {
      return;
    }
    boolean keepAlive = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
    CompletableFuture<HttpAnswer> answer = answer(context, request);
    waiting++;
    context.channel().config().setAutoRead(false);
    answered =
        answered
            .thenCompose(before -> answer)
            .thenAcceptAsync(it -> write(context, it, keepAlive), context.executor());
  }

  /** False if there is no dialogue on the path, which an ordinary answer says. */
  private boolean becomesSocket(ChannelHandlerContext context, FullHttpRequest request) {
    HttpQuery query;
    try {
      query = query(context, request, WebSocket.authorization(request.headers()));
    } catch (IllegalArgumentException malformed) {
      return false;
    }
    HttpStream.Dialogue dialogue = routes.dialogue(query);
    if (dialogue == null) {
      return false;
    }
    if (query.provenance().isOfAnotherPage()) { // browsers ask, and let any page read the answers
      String refusal =
          "a page of \"%s\" may open no WebSocket here; serve it from \"%s\""
              .formatted(query.provenance().origin(), query.provenance().host());
      write(context, HttpAnswer.text(403, refusal), false);
    } else if (!WebSocket.isKnown(request)) {
      String remedy = "WebSockets are spoken in version " + WebSocket.VERSION;
      HttpAnswer answer = HttpAnswer.text(426, remedy);
      write(context, answer.with("Sec-WebSocket-Version", WebSocket.VERSION), false);
    } else {
      WebSocket.begin(context, request, dialogue, messageBytesMax);
    }
    return true;
  }

  private static HttpQuery query(
      ChannelHandlerContext context, FullHttpRequest request, String authorization) {
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    return new HttpQuery(
        request.method().name(),
        uri.path(),
        uri.parameters(),
        metadata(request.headers(), authorization),
        provenance(context, request.headers()),
        request.content().toString(StandardCharsets.UTF_8));
  }

  private CompletableFuture<HttpAnswer> answer(
      ChannelHandlerContext context, FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      return CompletableFuture.completedFuture(malformed(request.decoderResult().cause()));
    }
    HttpQuery query;
    try {
      query = query(context, request, request.headers().get(HttpHeaderNames.AUTHORIZATION, ""));
    } catch (IllegalArgumentException malformed) {
      return CompletableFuture.completedFuture(
          HttpAnswer.text(400, "request target is malformed: " + malformed.getMessage()));
    }
    return routes
        .answer(query)
        .exceptionally(
            bug -> {
              LOG.log(Level.ERROR, "no answer to " + query.method() + " " + query.path(), bug);
              return HttpAnswer.text(500, "internal error, see the server's log");
            });
  }

  /** As etcd's gateway hands headers on. What begins with grpc- is the protocol's own. */
  private static Map<String, String> metadata(HttpHeaders headers, String authorization) {
    Map<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, String> header : headers) {
      Matcher name = METADATA.matcher(header.getKey().toLowerCase(Locale.ROOT));
      if (name.matches()) {
        metadata.put(name.group(1), header.getValue());
      }
    }
    if (!authorization.isEmpty()) {
      metadata.put(HttpQuery.AUTHORIZATION, authorization);
    }
    return metadata;
  }

  private static HttpQuery.Provenance provenance(
      ChannelHandlerContext context, HttpHeaders headers) {
    return new HttpQuery.Provenance(
        headers.get(HttpHeaderNames.HOST, ""),
        headers.get(HttpHeaderNames.ORIGIN, ""),
        headers.get("Sec-Fetch-Site", ""),
        headers.get(HttpHeaderNames.CONTENT_TYPE, ""),
        context.pipeline().get(SslHandler.class) != null);
  }

  private static HttpAnswer malformed(Throwable cause) {
    return cause instanceof TooLongFrameException
        ? HttpAnswer.text(400, "the request is too long (" + cause.getMessage() + "); shorten it")
        : HttpAnswer.text(400, "this is neither HTTP/1.1 nor gRPC");
  }

  private void write(ChannelHandlerContext context, HttpAnswer answer, boolean keepAlive) {
    HttpStream.Source source = answer.stream();
    if (source != null) {
      stream = new LineStream(context, source);
      stream.begin(answer);
      context.channel().config().setAutoRead(true); // else nobody would see the client go
      return;
    }
    var written = context.writeAndFlush(response(answer, keepAlive));
    if (!keepAlive) {
      var unused = written.addListener(ChannelFutureListener.CLOSE);
    } else if (--waiting == 0) {
      context.channel().config().setAutoRead(true);
    }
  }

  /** An answer as it goes over the wire. */
  static FullHttpResponse response(HttpAnswer answer, boolean keepAlive) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(answer.body()));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    response.headers().set("X-Content-Type-Options", "nosniff");
    answer.headers().forEach((name, value) -> response.headers().set(name, value));
    HttpUtil.setContentLength(response, response.content().readableBytes());
    HttpUtil.setKeepAlive(response, keepAlive);
    return response;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    if (stream != null) {
      stream.gone();
    }
    super.channelInactive(context);
  }

  static boolean isEveryday(Throwable cause) {
    return cause instanceof IOException || cause instanceof ReadTimeoutException;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A reset or idle connection is everyday; anything else would be ours.
    Level level = isEveryday(cause) ? Level.DEBUG : Level.INFO;
    LOG.log(level, "HTTP connection of {0} closed: {1}", context.channel().remoteAddress(), cause);
    var unused = context.close();
  }
}
