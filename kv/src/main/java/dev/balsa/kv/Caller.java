package dev.balsa.kv;

import dev.balsa.raft.Bytes;

/**
 * On whose behalf a request is made, as far as the member that took it in knows.
 *
 * @param user the user's name, empty if the client named none
 * @param authRevision the {@link AuthState#revision()} at which the user was made out; a request
 *     counts only while that is still the newest, so that no permission outlives its revocation
 */
public record Caller(Bytes user, long authRevision) {
  /** Nobody: enough as long as authentication is off. */
  public static final Caller NONE = new Caller(Bytes.EMPTY, 0);

  /** Whether the client named no user. */
  public boolean isNone() {
    return user.isEmpty() && authRevision == 0;
  }
}
