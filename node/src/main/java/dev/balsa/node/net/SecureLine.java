package dev.balsa.node.net;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import dev.balsa.node.tls.Tls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A socket with TLS on it. Between two calls it keeps only what is no whole record yet and what the
 * socket did not take, so an idle connection costs no buffers.
 *
 * <p>The arithmetic of a handshake takes milliseconds, in which a loop would be missed; the engine
 * hands it out as tasks, which run on threads of their own. While one runs nobody touches the
 * engine: nothing is read, nothing is taken, and the selector looks for nothing.
 */
final class SecureLine implements Line {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Enough for every message of a handshake; who sends more waits. */
  private static final int HANDSHAKE_BYTES = 32 << 10;

  private final Ends ends;
  private final SSLEngine engine;
  private final TcpTransport net;
  private ByteBuffer unread = NOTHING; // no whole record yet, or none that may be read yet
  private ByteBuffer unsent = NOTHING;
  private boolean busy; // a task of the engine runs
  private boolean established; // the handshake is over

  /** Where bytes come from and go to, and who is to go on after a task. */
  record Ends(SocketChannel channel, SelectionKey key, Endpoint owner) {}

  SecureLine(Ends ends, SSLEngine engine, TcpTransport net) throws SSLException {
    this.ends = ends;
    this.engine = engine;
    this.net = net;
    engine.beginHandshake();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (busy) {
      return 0;
    }
    ByteBuffer in = net.lines().received().clear().put(unread);
    unread = NOTHING;
    if (!established) {
      in.limit(Math.min(in.capacity(), in.position() + HANDSHAKE_BYTES));
    }
    boolean ended = ends.channel().read(in) < 0;
    int before = into.position();
    try {
      ended |= !advance(in.flip(), into);
    } catch (SSLException e) {
      tellWhy(e);
      throw e;
    }
    unread = copy(in);
    int count = into.position() - before;
    return count == 0 && ended ? -1 : count;
  }

  /** Goes as far as the bytes of {@code in} lead; false if the other side has said good-bye. */
  private boolean advance(ByteBuffer in, ByteBuffer into) throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          beginTask();
          return true;
        }
        case NEED_WRAP -> {
          if (!sayWhatIsDue()) {
            return false;
          }
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
          established |= engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
          switch (engine.unwrap(in, into).getStatus()) {
            case OK -> {}
            case BUFFER_UNDERFLOW -> {
              return true;
            }
            case CLOSED -> {
              return false;
            }
            case BUFFER_OVERFLOW ->
                throw new SSLException("a record is larger than what was received");
          }
        }
      }
    }
  }

  private void beginTask() {
    busy = true;
    net.aside(
        "tls",
        () -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        },
        () -> {
          busy = false;
          if (ends.key().isValid()) {
            ends.owner().ready();
          }
        });
  }

  /** One message of the handshake, or a warning; false after the last. */
  private boolean sayWhatIsDue() throws IOException {
    ByteBuffer out = net.lines().sending().clear();
    SSLEngineResult said = engine.wrap(NOTHING, out);
    send(out.flip());
    return said.getStatus() != SSLEngineResult.Status.CLOSED;
  }

  /** The other side is told by an alert, if it listens. */
  private void tellWhy(SSLException failure) {
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && sayWhatIsDue()) {
        // as long as there is something to say
      }
    } catch (IOException unheard) {
      failure.addSuppressed(unheard);
    }
  }

  @Override
  public long write(ByteBuffer[] parts, int count) throws IOException {
    if (busy) {
      return 0;
    }
    if (!established) {
      if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        sayWhatIsDue(); // who dials begins
      }
      return 0;
    }
    flush();
    long taken = 0;
    while (!unsent.hasRemaining() && isAnyLeft(parts, count)) {
      ByteBuffer out = net.lines().sending().clear();
      int recordBytes = engine.getSession().getPacketBufferSize();
      while (out.remaining() >= recordBytes && isAnyLeft(parts, count)) {
        SSLEngineResult result = engine.wrap(parts, 0, count, out);
        if (result.getStatus() != SSLEngineResult.Status.OK) {
          throw new SSLException("nothing more can be said: " + result.getStatus());
        }
        taken += result.bytesConsumed();
      }
      send(out.flip());
    }
    return taken;
  }

  private static boolean isAnyLeft(ByteBuffer[] parts, int count) {
    for (int i = 0; i < count; i++) {
      if (parts[i].hasRemaining()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void flush() throws IOException {
    if (unsent.hasRemaining()) {
      ends.channel().write(unsent);
    }
  }

  /** Sends {@code records} behind what still waits, and keeps what finds no room. */
  private void send(ByteBuffer records) throws IOException {
    flush();
    if (!unsent.hasRemaining()) {
      ends.channel().write(records);
      unsent = copy(records);
    } else if (records.hasRemaining()) {
      unsent =
          ByteBuffer.allocate(unsent.remaining() + records.remaining())
              .put(unsent)
              .put(records)
              .flip();
    }
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return bytes.hasRemaining()
        ? ByteBuffer.allocate(bytes.remaining()).put(bytes).flip()
        : NOTHING;
  }

  @Override
  public int interest(boolean queued) {
    if (busy) {
      return 0;
    }
    return unsent.hasRemaining() || (queued && established) ? OP_READ | OP_WRITE : OP_READ;
  }

  @Override
  public @Nullable X509Certificate shown() {
    return Tls.shown(engine.getSession());
  }

  @Override
  public void end() {
    if (busy || !ends.channel().isConnected()) {
      return; // who was not reached yet hears no good-bye either
    }
    engine.closeOutbound();
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && sayWhatIsDue()) {
        // as long as there is something to say
      }
    } catch (IOException e) {
      // The connection ends in any case, and who is gone needs no good-bye.
    }
  }
}
