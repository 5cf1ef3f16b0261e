package dev.balsa.server.lease;

import dev.balsa.server.rpc.Forwarded;
import dev.balsa.server.rpc.Login;

/**
 * Where a question comes from.
 *
 * @param login whose it is
 * @param forwarded whether another member has passed it on
 */
record Origin(Login login, boolean forwarded) {
  /** That of the call that runs. */
  static Origin current() {
    return new Origin(Login.CURRENT.get(), Forwarded.IS.get());
  }
}
