package dev.balsa.node.net;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** A socket as it is. */
record PlainLine(SocketChannel channel) implements Line {
  @Override
  public int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  @Override
  public long write(ByteBuffer[] parts, int count) throws IOException {
    return channel.write(parts, 0, count);
  }

  @Override
  public void flush() {}

  @Override
  public int interest(boolean queued) {
    return queued ? OP_READ | OP_WRITE : OP_READ;
  }

  @Override
  public @Nullable X509Certificate shown() {
    return null;
  }

  @Override
  public void end() {}
}
