package dev.balsa.server.gateway;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** A gRPC server that only this process can reach, and the channel to it. Thread-safe. */
public final class LocalServer implements AutoCloseable {
  private final Server server;
  private final ManagedChannel channel;

  private LocalServer(Server server, ManagedChannel channel) {
    this.server = server;
    this.channel = channel;
  }

  /** Starts a server with what {@code setting} puts into its builder. */
  public static LocalServer start(Consumer<ServerBuilder<?>> setting) {
    String name = InProcessServerBuilder.generateName();
    InProcessServerBuilder builder = InProcessServerBuilder.forName(name);
    setting.accept(builder);
    try {
      Server server = builder.build().start();
      return new LocalServer(
          server, InProcessChannelBuilder.forName(name).directExecutor().build());
    } catch (IOException e) {
      throw new UncheckedIOException("a name of this process is taken twice", e);
    }
  }

  /** Where to call. */
  public Channel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
