package dev.balsa.node;

import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import java.util.Optional;

/** Finds a member's peer address in what the membership keeps with it. */
public interface Locator {
  /** Reads {@code host:port} in UTF-8; empty bytes hold no address. */
  Locator TEXT =
      context -> {
        String text = context.toUtf8();
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
          return Optional.empty();
        }
        String host = text.substring(0, colon).replaceAll("^\\[|\\]$", "");
        int port = Integer.parseInt(text.substring(colon + 1));
        return port > 65535 ? Optional.empty() : Optional.of(new PeerAddress(host, port));
      };

  /** The address in {@code context}, or nothing if it holds none. */
  Optional<PeerAddress> locate(Bytes context);
}
