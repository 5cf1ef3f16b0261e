package dev.balsa.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FirstBytesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Test
  void silentConnectionIsClosedWhenPatienceEnds() {
    EmbeddedChannel channel = channel();
    channel.freezeTime();

    channel.advanceTimeBy(PATIENCE.toMillis() - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    boolean before = channel.isOpen();
    channel.advanceTimeBy(2, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();

    assertThat(before).isTrue();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void connectionThatSpokeIsNotClosedWhenPatienceEnds() {
    EmbeddedChannel channel = channel();
    channel.freezeTime();
    channel.writeInbound(
        Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII));

    channel.advanceTimeBy(PATIENCE.toMillis() + 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();

    assertThat(channel.isOpen()).isTrue();
    channel.finishAndReleaseAll();
  }

  private static EmbeddedChannel channel() {
    ClientProtocol protocol =
        new ClientProtocol(new HttpRoutes(), 1024, PATIENCE, SecureListening.NOWHERE);
    return new EmbeddedChannel(new FirstBytes(new ChannelInboundHandlerAdapter(), protocol));
  }
}
