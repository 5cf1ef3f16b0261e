package dev.balsa.node.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one connection, in the clear or by TLS. Nothing waits: what is not possible now is
 * done at the next call after the socket is ready for {@link #interest}. Loop thread only.
 */
interface Line {
  /**
   * Puts what has arrived into {@code into}, which must be as large as a read of the transport.
   *
   * @return how many bytes, -1 if there will be none any more
   */
  int read(ByteBuffer into) throws IOException;

  /**
   * Takes as much of the first {@code count} of {@code parts} as there is room for.
   *
   * @return how many bytes
   */
  long write(ByteBuffer[] parts, int count) throws IOException;

  /** Sends what was taken before and found no room in the socket. */
  void flush() throws IOException;

  /**
   * What the selector should look for.
   *
   * @param queued whether there is more to be written than the last {@link #write} took
   */
  int interest(boolean queued);

  /** The certificate of the other side; null in the clear, and if none was demanded. */
  @Nullable X509Certificate shown();

  /** Says good-bye, as far as that goes; the socket is closed by its owner. */
  void end();
}
