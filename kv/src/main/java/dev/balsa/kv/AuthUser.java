package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * A user.
 *
 * @param passwordHash what the password was turned into before it was proposed; nothing here
 *     understands it. Empty for a user that has no password.
 * @param noPassword whether the user can never log in by a password
 * @param roles the names of its roles, in order
 */
public record AuthUser(Bytes name, Bytes passwordHash, boolean noPassword, List<Bytes> roles) {
  public AuthUser {
    roles = List.copyOf(roles);
  }

  /** Whether it may do everything. */
  public boolean isRoot() {
    return roles.contains(AuthState.ROOT);
  }

  AuthUser withPassword(Bytes hash) {
    return new AuthUser(name, noPassword ? Bytes.EMPTY : hash, noPassword, roles);
  }

  AuthUser with(Bytes role) {
    List<Bytes> all = new ArrayList<>(roles);
    all.add(role);
    all.sort(null);
    return new AuthUser(name, passwordHash, noPassword, all);
  }

  AuthUser without(Bytes role) {
    return new AuthUser(
        name, passwordHash, noPassword, roles.stream().filter(it -> !it.equals(role)).toList());
  }

  /** A hash is no password, but nobody needs to see it either. */
  @Override
  public String toString() {
    return "AuthUser[name=" + name + ", noPassword=" + noPassword + ", roles=" + roles + "]";
  }
}
