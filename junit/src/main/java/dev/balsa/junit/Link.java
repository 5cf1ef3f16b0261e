package dev.balsa.junit;

import dev.balsa.node.net.PeerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * One way between two members: the first dials this, which carries what it says to the second and
 * the answers back. While cut it swallows everything, as a lost network does: nobody is told. What
 * was swallowed never arrives; healing closes the connections that missed it, and they are dialed
 * anew. Thread-safe.
 */
final class Link implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int BACKLOG = 50;

  private final ServerSocket server;
  private final IntSupplier target;

  // Guarded by this.
  private final Set<Socket> open = new HashSet<>();
  private boolean cut;
  private boolean closed;

  private Link(ServerSocket server, IntSupplier target) {
    this.server = server;
    this.target = target;
  }

  /**
   * A link on a free port of loopback.
   *
   * @param target the port it leads to at the moment, 0 if to nobody
   */
  static Link open(IntSupplier target) {
    try {
      Link link = new Link(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), target);
      Thread.ofVirtual().name("balsa-link-" + link.port()).start(link::accept);
      return link;
    } catch (IOException e) {
      throw new UncheckedIOException("loopback has no free port for a link between members", e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  PeerAddress address() {
    return PeerAddress.loopback(port());
  }

  /** From now on nothing comes through. */
  synchronized void cut() {
    cut = true;
  }

  /** Everything comes through again, on new connections. */
  synchronized void heal() {
    if (cut) {
      List.copyOf(open).forEach(this::drop);
      cut = false;
    }
  }

  /** Whether nothing comes through. */
  synchronized boolean isCut() {
    return cut;
  }

  private void accept() {
    while (true) {
      Socket from;
      try {
        from = server.accept();
      } catch (IOException closing) {
        return;
      }
      if (keep(from)) {
        Thread.ofVirtual().start(() -> carry(from));
      }
    }
  }

  private void carry(Socket from) {
    if (isCut()) {
      swallow(from);
      return;
    }
    int port = target.getAsInt();
    if (port == 0) {
      drop(from);
      return;
    }
    Socket to;
    try {
      to = new Socket(InetAddress.getLoopbackAddress(), port);
    } catch (IOException down) {
      drop(from);
      return;
    }
    if (keep(to)) {
      Thread.ofVirtual().start(() -> pump(to, from));
    }
    pump(from, to);
  }

  /** Takes what comes and leaves it at that. */
  private void swallow(Socket from) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException gone) {
      // As good as the end of the stream.
    } finally {
      drop(from);
    }
  }

  /** Carries until one end closes; then the other is closed, too. */
  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (!isCut()) {
          out.write(buffer, 0, count);
        }
      }
    } catch (IOException gone) {
      // As good as the end of the stream.
    } finally {
      drop(from);
      drop(to);
    }
  }

  private boolean keep(Socket socket) {
    synchronized (this) {
      if (!closed) {
        open.add(socket);
        return true;
      }
    }
    drop(socket);
    return false;
  }

  private void drop(Socket socket) {
    synchronized (this) {
      open.remove(socket);
    }
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a socket of a link cannot be closed", e);
    }
  }

  @Override
  public void close() {
    List<Socket> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(open);
    }
    left.forEach(this::drop);
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the port of a link cannot be closed", e);
    }
  }
}
