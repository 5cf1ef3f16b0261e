package dev.balsa.kv;

import dev.balsa.kv.AuthChange.Disable;
import dev.balsa.kv.AuthChange.Enable;
import dev.balsa.kv.AuthChange.LogIn;
import dev.balsa.kv.AuthChange.RoleAdd;
import dev.balsa.kv.AuthChange.RoleDelete;
import dev.balsa.kv.AuthChange.RoleGrant;
import dev.balsa.kv.AuthChange.RoleRevoke;
import dev.balsa.kv.AuthChange.UserAdd;
import dev.balsa.kv.AuthChange.UserChangePassword;
import dev.balsa.kv.AuthChange.UserDelete;
import dev.balsa.kv.AuthChange.UserGrantRole;
import dev.balsa.kv.AuthChange.UserRevokeRole;
import dev.balsa.raft.Bytes;

/**
 * The part of {@link CommandCodec} for {@link AuthChange}s and for who calls.
 *
 * <pre>
 * caller = 60 | user | auth revision | op       the op may be no caller
 * change = 61 enable, 62 disable, 63 user add, 64 user delete, 65 password, 66 grant role,
 *          67 revoke role, 68 role add, 69 role delete, 70 grant, 71 revoke, 72 log in
 * </pre>
 */
final class AuthCodec {
  static final int CALLER = 60;
  private static final int ENABLE = 61;
  private static final int DISABLE = 62;
  private static final int USER_ADD = 63;
  private static final int USER_DELETE = 64;
  private static final int USER_PASSWORD = 65;
  private static final int USER_GRANT = 66;
  private static final int USER_REVOKE = 67;
  private static final int ROLE_ADD = 68;
  private static final int ROLE_DELETE = 69;
  private static final int ROLE_GRANT = 70;
  private static final int ROLE_REVOKE = 71;
  private static final int LOG_IN = 72;

  private AuthCodec() {}

  static boolean isChange(int kind) {
    return kind >= ENABLE && kind <= LOG_IN;
  }

  static void write(ByteWriter out, AuthChange change) {
    switch (change) {
      case Enable enable -> out.u8(ENABLE);
      case Disable disable -> out.u8(DISABLE);
      case UserAdd(Bytes name, Bytes hash, boolean noPassword) -> {
        names(out, USER_ADD, name, hash);
        out.u8(noPassword ? 1 : 0);
      }
      case UserDelete(Bytes name) -> name(out, USER_DELETE, name);
      case UserChangePassword(Bytes name, Bytes hash) -> names(out, USER_PASSWORD, name, hash);
      case UserGrantRole(Bytes user, Bytes role) -> names(out, USER_GRANT, user, role);
      case UserRevokeRole(Bytes user, Bytes role) -> names(out, USER_REVOKE, user, role);
      case RoleAdd(Bytes name) -> name(out, ROLE_ADD, name);
      case RoleDelete(Bytes name) -> name(out, ROLE_DELETE, name);
      case RoleGrant(Bytes role, Permission permission) -> {
        name(out, ROLE_GRANT, role);
        AuthRecords.write(out, permission);
      }
      case RoleRevoke(Bytes role, KeyRange range) -> {
        names(out, ROLE_REVOKE, role, range.key());
        out.sized(range.end());
      }
      case LogIn(Bytes user, Bytes digest, long authRevision, long atMillis) -> {
        names(out, LOG_IN, user, digest);
        out.varint(authRevision);
        out.varint(atMillis);
      }
    }
  }

  private static void name(ByteWriter out, int kind, Bytes name) {
    out.u8(kind);
    out.sized(name);
  }

  private static void names(ByteWriter out, int kind, Bytes one, Bytes other) {
    name(out, kind, one);
    out.sized(other);
  }

  static AuthChange read(ByteReader in, int kind) {
    return switch (kind) {
      case ENABLE -> new Enable();
      case DISABLE -> new Disable();
      case USER_ADD -> new UserAdd(in.sized(), in.sized(), flag(in));
      case USER_DELETE -> new UserDelete(in.sized());
      case USER_PASSWORD -> new UserChangePassword(in.sized(), in.sized());
      case USER_GRANT -> new UserGrantRole(in.sized(), in.sized());
      case USER_REVOKE -> new UserRevokeRole(in.sized(), in.sized());
      case ROLE_ADD -> new RoleAdd(in.sized());
      case ROLE_DELETE -> new RoleDelete(in.sized());
      case ROLE_GRANT -> new RoleGrant(in.sized(), AuthRecords.permission(in));
      case ROLE_REVOKE -> new RoleRevoke(in.sized(), new KeyRange(in.sized(), in.sized()));
      case LOG_IN -> new LogIn(in.sized(), in.sized(), in.varint(), in.varint());
      default -> throw in.malformed("is of kind %s, which changes no rights", kind);
    };
  }

  private static boolean flag(ByteReader in) {
    int flag = in.u8();
    if (flag > 1) {
      throw in.malformed("has unknown flags " + flag);
    }
    return flag == 1;
  }
}
