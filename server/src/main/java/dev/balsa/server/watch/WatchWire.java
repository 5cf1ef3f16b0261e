package dev.balsa.server.watch;

import dev.balsa.proto.WatchResponse;
import dev.balsa.server.rpc.EtcdError;

/**
 * The way back to one client. Called by the loop's thread only; a client that is gone is no error.
 */
interface WatchWire {
  /** Whether the client takes responses as fast as they come; false once some KiB wait for it. */
  boolean isReady();

  /** Sends, or queues if not ready. */
  void send(WatchResponse response);

  /** Lets the client's next request come in. */
  void requestNext();

  /** Ends the stream. */
  void end(EtcdError reason);
}
