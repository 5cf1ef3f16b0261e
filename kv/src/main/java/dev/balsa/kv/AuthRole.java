package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;

/** A named list of permissions, in the order of their keys. */
public record AuthRole(Bytes name, List<Permission> permissions) {
  public AuthRole {
    permissions = List.copyOf(permissions);
  }

  /** With {@code added}; it takes the place of one for the same range. */
  AuthRole with(Permission added) {
    List<Permission> all = new ArrayList<>();
    boolean replaced = false;
    for (Permission each : permissions) {
      boolean same = each.range().equals(added.range());
      all.add(same ? added : each);
      replaced |= same;
    }
    if (!replaced) {
      int at = 0;
      while (at < all.size() && all.get(at).range().key().compareTo(added.range().key()) <= 0) {
        at++;
      }
      all.add(at, added);
    }
    return new AuthRole(name, all);
  }

  /** Without the permission for exactly {@code range}. */
  AuthRole without(KeyRange range) {
    return new AuthRole(
        name, permissions.stream().filter(each -> !each.range().equals(range)).toList());
  }
}
