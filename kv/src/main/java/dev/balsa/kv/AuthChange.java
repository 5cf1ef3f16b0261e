package dev.balsa.kv;

import dev.balsa.raft.Bytes;

/**
 * What changes who may do what, or who is logged in. No password is ever part of it: whoever
 * proposes hashes it first.
 */
public sealed interface AuthChange {
  /** Demands permissions from now on; there must be a user root that has the role root. */
  record Enable() implements AuthChange {}

  /** Lets everybody do everything, and logs everybody out. */
  record Disable() implements AuthChange {}

  /** Adds a user; {@code passwordHash} is ignored for one that has no password. */
  record UserAdd(Bytes name, Bytes passwordHash, boolean noPassword) implements AuthChange {
    @Override
    public String toString() {
      return "UserAdd[name=" + name + ", noPassword=" + noPassword + "]";
    }
  }

  record UserDelete(Bytes name) implements AuthChange {}

  record UserChangePassword(Bytes name, Bytes passwordHash) implements AuthChange {
    @Override
    public String toString() {
      return "UserChangePassword[name=" + name + "]";
    }
  }

  record UserGrantRole(Bytes user, Bytes role) implements AuthChange {}

  record UserRevokeRole(Bytes user, Bytes role) implements AuthChange {}

  record RoleAdd(Bytes name) implements AuthChange {}

  record RoleDelete(Bytes name) implements AuthChange {}

  record RoleGrant(Bytes role, Permission permission) implements AuthChange {}

  record RoleRevoke(Bytes role, KeyRange range) implements AuthChange {}

  /**
   * Tells all members of a token that was given to a user whose password was right, or whose
   * certificate was: whether there is a password is for the member to see that gives the token.
   *
   * @param tokenDigest by which members know the token again; the token itself is not in the log
   * @param authRevision at which the password was looked at; if it is not the newest any more, it
   *     must be looked at again
   * @param atMillis when that was by the clock of the member that did it, in milliseconds since
   *     1970: a token must not grow younger by being learned late
   */
  record LogIn(Bytes user, Bytes tokenDigest, long authRevision, long atMillis)
      implements AuthChange {}
}
