package dev.balsa.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelPipeline;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.DecoderException;
import io.grpc.netty.shaded.io.netty.handler.codec.TooLongFrameException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderValues;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.grpc.netty.shaded.io.netty.handler.timeout.ReadTimeoutHandler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A connection that has become a WebSocket (RFC 6455): each message, of text or not, is one thing
 * said, and so is each answer. While the other side of the dialogue cannot take more, nothing is
 * read. Used by one event loop thread, but for the answers.
 */
final class WebSocket extends SimpleChannelInboundHandler<WebSocketFrame>
    implements HttpStream.Sink {
  private static final Logger LOG = System.getLogger(WebSocket.class.getName());

  /** The one protocol that may be asked for: a token in disguise, as in etcd. */
  private static final String BEARER = "Bearer";

  /** The protocol's since 2011. */
  static final String VERSION = "13";

  /** From the RFC; no server that knows no WebSockets would answer with it. */
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final ChannelHandlerContext context;
  private final HttpStream.Dialogue dialogue;

  private WebSocket(ChannelHandlerContext context, HttpStream.Dialogue dialogue) {
    this.context = context;
    this.dialogue = dialogue;
  }

  /** Whether a request wants the connection to become one. */
  static boolean isWanted(FullHttpRequest request) {
    HttpHeaders headers = request.headers();
    return request.decoderResult().isSuccess()
        && request.method().equals(HttpMethod.GET)
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && headers.contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        && headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY);
  }

  /**
   * What such a request says of its caller. A browser's script cannot set the header {@code
   * Authorization}, so as in etcd a token may come as a second protocol: {@code Bearer, TOKEN}.
   */
  static String authorization(HttpHeaders headers) {
    String protocols = headers.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, "");
    int comma = protocols.indexOf(',');
    return comma > 0 && protocols.substring(0, comma).strip().equals(BEARER)
        ? BEARER + " " + protocols.substring(comma + 1).strip()
        : headers.get(HttpHeaderNames.AUTHORIZATION, "");
  }

  /** Whether it is the version of the protocol that there is. */
  static boolean isKnown(FullHttpRequest request) {
    return VERSION.equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION));
  }

  /**
   * Answers {@code request} and lets the connection of {@code http} be a WebSocket from then on.
   * Netty's own handshake does not do: it writes to the end of the pipeline, where gRPC keeps
   * everything back for a negotiation that never comes.
   *
   * @param messageBytesMax the longest message of the client
   */
  static void begin(
      ChannelHandlerContext http,
      FullHttpRequest request,
      HttpStream.Dialogue dialogue,
      int messageBytesMax) {
    var unused = http.writeAndFlush(accepted(request.headers()));
    WebSocket socket = new WebSocket(http, dialogue);
    ChannelPipeline pipeline = http.pipeline();
    pipeline.remove(ReadTimeoutHandler.class); // who only listens is not idle
    pipeline.remove(WholeRequests.class);
    pipeline
        .addAfter(http.name(), null, socket)
        .addAfter(http.name(), null, new WebSocketFrameAggregator(messageBytesMax));
    String codec = pipeline.context(HttpServerCodec.class).name();
    pipeline
        .addBefore(codec, null, new WebSocket13FrameEncoder(false))
        .addBefore(codec, null, new WebSocket13FrameDecoder(true, false, messageBytesMax))
        .remove(codec);
    dialogue.open(socket);
  }

  private static FullHttpResponse accepted(HttpHeaders request) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(
            HttpHeaderNames.SEC_WEBSOCKET_ACCEPT,
            accept(request.get(HttpHeaderNames.SEC_WEBSOCKET_KEY)));
    if (request.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, "").startsWith(BEARER)) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, BEARER);
    }
    return response;
  }

  /** Shows the client that its handshake was understood (§4.2.2). */
  private static String accept(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-1", impossible);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
    switch (frame) {
      case TextWebSocketFrame text -> hear(text);
      case BinaryWebSocketFrame bytes -> hear(bytes);
      case PingWebSocketFrame ping -> {
        var unused = context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
      }
      case CloseWebSocketFrame close -> end();
      default -> {} // a pong
    }
  }

  private void hear(WebSocketFrame frame) {
    context.channel().config().setAutoRead(false);
    dialogue.hear(
        frame.content().toString(StandardCharsets.UTF_8),
        () -> context.channel().config().setAutoRead(true));
  }

  @Override
  public void line(String line) {
    var unused =
        context
            .writeAndFlush(new TextWebSocketFrame(line))
            .addListener(
                written -> {
                  if (written.isSuccess()) {
                    dialogue.ready();
                  }
                });
  }

  @Override
  public void end() {
    end(WebSocketCloseStatus.NORMAL_CLOSURE);
  }

  private void end(WebSocketCloseStatus status) {
    var unused =
        context
            .writeAndFlush(new CloseWebSocketFrame(status))
            .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    dialogue.gone();
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    boolean everyday = HttpConnection.isEveryday(cause) || cause instanceof DecoderException;
    Level level = everyday ? Level.DEBUG : Level.INFO;
    LOG.log(level, "WebSocket of {0} closed: {1}", context.channel().remoteAddress(), cause);
    end(status(cause));
  }

  private static WebSocketCloseStatus status(Throwable cause) {
    return switch (cause) {
      case CorruptedWebSocketFrameException broken -> broken.closeStatus();
      case TooLongFrameException tooLong -> WebSocketCloseStatus.MESSAGE_TOO_BIG;
      default -> WebSocketCloseStatus.INTERNAL_SERVER_ERROR;
    };
  }
}
