package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.kv.Permission.Access;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Users, roles and permissions in an {@link OrderedStore}, so that they are part of every batch and
 * of every snapshot.
 *
 * <pre>
 * META  "auth"             format | enabled | revision | disabled at
 * META  "auth/role/" name  permissions, each access | key | end        numbers are varints
 * META  "auth/user/" name  no password | hash | roles                  lists begin with a count
 * </pre>
 */
final class AuthRecords {
  private static final int FORMAT = 1;
  private static final Bytes NUMBERS = Bytes.utf8("auth");
  private static final Bytes ROLE = Bytes.utf8("auth/role/");
  private static final Bytes USER = Bytes.utf8("auth/user/");

  // An access is stored as its place here, so the order never changes.
  static final List<Access> ACCESSES = List.of(Access.READ, Access.WRITE, Access.READWRITE);

  private final OrderedStore store;

  AuthRecords(OrderedStore store) {
    this.store = store;
  }

  AuthState read() {
    Bytes encoded = store.get(Space.META, NUMBERS);
    if (encoded == null) {
      return AuthState.EMPTY;
    }
    ByteReader in = new ByteReader(encoded);
    int format = in.u8();
    if (format != FORMAT) {
      throw in.malformed("has auth format %s, this build reads %s", format, FORMAT);
    }
    AuthState.Switch numbers = new AuthState.Switch(in.u8() != 0, in.varint(), in.varint());
    in.expectEnd();
    return new AuthState(numbers, users(), roles());
  }

  private NavigableMap<Bytes, AuthUser> users() {
    TreeMap<Bytes, AuthUser> users = new TreeMap<>();
    try (Cursor cursor = all(USER)) {
      while (cursor.next()) {
        Bytes name = cursor.key().slice(USER.length(), cursor.key().length());
        ByteReader in = new ByteReader(cursor.value());
        boolean noPassword = in.u8() != 0;
        Bytes hash = in.sized();
        List<Bytes> roles = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
          roles.add(in.sized());
        }
        in.expectEnd();
        users.put(name, new AuthUser(name, hash, noPassword, roles));
      }
    }
    return users;
  }

  private NavigableMap<Bytes, AuthRole> roles() {
    TreeMap<Bytes, AuthRole> roles = new TreeMap<>();
    try (Cursor cursor = all(ROLE)) {
      while (cursor.next()) {
        Bytes name = cursor.key().slice(ROLE.length(), cursor.key().length());
        ByteReader in = new ByteReader(cursor.value());
        List<Permission> permissions = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
          permissions.add(permission(in));
        }
        in.expectEnd();
        roles.put(name, new AuthRole(name, permissions));
      }
    }
    return roles;
  }

  /** Names follow a slash, and nothing else follows what comes after it. */
  private Cursor all(Bytes prefix) {
    byte[] end = prefix.toByteArray();
    end[end.length - 1]++;
    return store.ascend(Space.META, prefix, Bytes.wrap(end));
  }

  void put(AuthState.Switch numbers) {
    ByteWriter out = new ByteWriter(24);
    out.u8(FORMAT);
    out.u8(numbers.enabled() ? 1 : 0);
    out.varint(numbers.revision());
    out.varint(numbers.disabledAt());
    store.put(Space.META, NUMBERS, out.finish());
  }

  void put(AuthUser user) {
    ByteWriter out = new ByteWriter(96);
    out.u8(user.noPassword() ? 1 : 0);
    out.sized(user.passwordHash());
    out.varint(user.roles().size());
    user.roles().forEach(out::sized);
    store.put(Space.META, key(USER, user.name()), out.finish());
  }

  void put(AuthRole role) {
    ByteWriter out = new ByteWriter(64);
    out.varint(role.permissions().size());
    role.permissions().forEach(permission -> write(out, permission));
    store.put(Space.META, key(ROLE, role.name()), out.finish());
  }

  void removeUser(Bytes name) {
    store.remove(Space.META, key(USER, name));
  }

  void removeRole(Bytes name) {
    store.remove(Space.META, key(ROLE, name));
  }

  private static Bytes key(Bytes prefix, Bytes name) {
    ByteWriter out = new ByteWriter(prefix.length() + name.length());
    out.raw(prefix);
    out.raw(name);
    return out.finish();
  }

  static void write(ByteWriter out, Permission permission) {
    out.u8(ACCESSES.indexOf(permission.access()));
    out.sized(permission.range().key());
    out.sized(permission.range().end());
  }

  static Permission permission(ByteReader in) {
    return new Permission(in.choice(ACCESSES), new KeyRange(in.sized(), in.sized()));
  }
}
