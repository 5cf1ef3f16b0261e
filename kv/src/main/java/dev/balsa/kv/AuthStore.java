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
import dev.balsa.kv.KvResult.AuthDone;
import dev.balsa.kv.KvResult.Failed;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.LoggedIn;
import dev.balsa.raft.Bytes;
import java.util.List;
import java.util.NavigableMap;

/**
 * Carries out what changes users, roles and permissions, with etcd's rules and the order in which
 * it finds fault. What changed is written to the store; the whole is kept in memory as well.
 */
final class AuthStore {
  private final AuthRecords records;
  private final StoreState store;
  private AuthState state;

  /** Goes on where {@code storage} stands. */
  AuthStore(OrderedStore storage, StoreState store) {
    this.records = new AuthRecords(storage);
    this.store = store;
    this.state = records.read();
  }

  AuthState state() {
    return state;
  }

  /** Carries out {@code change}, of the entry at {@code index}, in the open batch. */
  KvResult execute(AuthChange change, long index) {
    return switch (change) {
      case Enable enable -> enable();
      case Disable disable -> disable();
      case UserAdd add -> add(add);
      case UserDelete(Bytes name) -> delete(name);
      case UserChangePassword password -> changePassword(password);
      case UserGrantRole(Bytes user, Bytes role) -> grant(user, role);
      case UserRevokeRole(Bytes user, Bytes role) -> revoke(user, role);
      case RoleAdd(Bytes name) -> addRole(name);
      case RoleDelete(Bytes name) -> deleteRole(name);
      case RoleGrant(Bytes role, Permission permission) -> grant(role, permission);
      case RoleRevoke(Bytes role, KeyRange range) -> revoke(role, range);
      case LogIn logIn -> logIn(logIn, index);
    };
  }

  private KvResult enable() {
    if (state.enabled()) {
      return done();
    }
    AuthUser root = state.user(AuthState.ROOT);
    if (root == null) {
      return failed(KvError.ROOT_USER_MISSING);
    }
    if (!root.isRoot()) {
      return failed(KvError.ROOT_ROLE_MISSING);
    }
    AuthState.Switch numbers = state.numbers();
    return become(
        new AuthState.Switch(true, numbers.revision(), numbers.disabledAt()),
        state.usersToChange(),
        state.rolesToChange());
  }

  private KvResult disable() {
    if (!state.enabled()) {
      return done();
    }
    long revision = state.revision() + 1;
    return become(
        new AuthState.Switch(false, revision, revision),
        state.usersToChange(),
        state.rolesToChange());
  }

  private KvResult add(UserAdd add) {
    if (add.name().isEmpty()) {
      return failed(KvError.USER_EMPTY);
    }
    if (state.user(add.name()) != null) {
      return failed(KvError.USER_EXISTS);
    }
    Bytes hash = add.noPassword() ? Bytes.EMPTY : own(add.passwordHash());
    return put(new AuthUser(own(add.name()), hash, add.noPassword(), List.of()));
  }

  private KvResult delete(Bytes name) {
    if (state.enabled() && name.equals(AuthState.ROOT)) {
      return failed(KvError.INVALID_AUTH_MANAGEMENT);
    }
    if (state.user(name) == null) {
      return failed(KvError.USER_NOT_FOUND);
    }
    records.removeUser(name);
    NavigableMap<Bytes, AuthUser> users = state.usersToChange();
    users.remove(name);
    return become(next(), users, state.rolesToChange());
  }

  private KvResult changePassword(UserChangePassword change) {
    AuthUser user = state.user(change.name());
    return user == null
        ? failed(KvError.USER_NOT_FOUND)
        : put(user.withPassword(own(change.passwordHash())));
  }

  /** As in etcd, the role root need not exist to be granted. */
  private KvResult grant(Bytes name, Bytes role) {
    AuthUser user = state.user(name);
    if (user == null) {
      return failed(KvError.USER_NOT_FOUND);
    }
    if (!role.equals(AuthState.ROOT) && state.role(role) == null) {
      return failed(KvError.ROLE_NOT_FOUND);
    }
    return user.roles().contains(role) ? done() : put(user.with(own(role)));
  }

  private KvResult revoke(Bytes name, Bytes role) {
    if (state.enabled() && name.equals(AuthState.ROOT) && role.equals(AuthState.ROOT)) {
      return failed(KvError.INVALID_AUTH_MANAGEMENT);
    }
    AuthUser user = state.user(name);
    if (user == null) {
      return failed(KvError.USER_NOT_FOUND);
    }
    return user.roles().contains(role) ? put(user.without(role)) : failed(KvError.ROLE_NOT_GRANTED);
  }

  private KvResult addRole(Bytes name) {
    if (name.isEmpty()) {
      return failed(KvError.ROLE_EMPTY);
    }
    return state.role(name) != null
        ? failed(KvError.ROLE_EXISTS)
        : put(new AuthRole(own(name), List.of()));
  }

  private KvResult deleteRole(Bytes name) {
    if (state.enabled() && name.equals(AuthState.ROOT)) {
      return failed(KvError.INVALID_AUTH_MANAGEMENT);
    }
    if (state.role(name) == null) {
      return failed(KvError.ROLE_NOT_FOUND);
    }
    records.removeRole(name);
    NavigableMap<Bytes, AuthRole> roles = state.rolesToChange();
    roles.remove(name);
    NavigableMap<Bytes, AuthUser> users = state.usersToChange();
    for (AuthUser user : state.users()) {
      if (user.roles().contains(name)) {
        AuthUser without = user.without(name);
        users.put(user.name(), without);
        records.put(without);
      }
    }
    return become(next(), users, roles);
  }

  private KvResult grant(Bytes name, Permission permission) {
    if (!permission.isGrantable()) {
      return failed(KvError.INVALID_AUTH_MANAGEMENT);
    }
    AuthRole role = state.role(name);
    if (role == null) {
      return failed(KvError.ROLE_NOT_FOUND);
    }
    KeyRange range = permission.range();
    KeyRange ours = new KeyRange(own(range.key()), own(range.end()));
    return put(role.with(new Permission(permission.access(), ours)));
  }

  private KvResult revoke(Bytes name, KeyRange range) {
    AuthRole role = state.role(name);
    if (role == null) {
      return failed(KvError.ROLE_NOT_FOUND);
    }
    AuthRole without = role.without(range);
    return without.permissions().size() == role.permissions().size()
        ? failed(KvError.PERMISSION_NOT_GRANTED)
        : put(without);
  }

  private KvResult logIn(LogIn logIn, long index) {
    if (!state.enabled()) {
      return failed(KvError.AUTH_NOT_ENABLED);
    }
    if (logIn.authRevision() != state.revision()) {
      return failed(KvError.AUTH_OLD_REVISION);
    }
    AuthUser user = state.user(logIn.user());
    return user == null // one without a password is known by a certificate
        ? failed(KvError.AUTH_FAILED)
        : new LoggedIn(
            store.revision,
            user.name(),
            user.passwordHash(),
            own(logIn.tokenDigest()),
            state.revision(),
            index,
            logIn.atMillis());
  }

  private KvResult put(AuthUser user) {
    records.put(user);
    NavigableMap<Bytes, AuthUser> users = state.usersToChange();
    users.put(user.name(), user);
    return become(next(), users, state.rolesToChange());
  }

  private KvResult put(AuthRole role) {
    records.put(role);
    NavigableMap<Bytes, AuthRole> roles = state.rolesToChange();
    roles.put(role.name(), role);
    return become(next(), state.usersToChange(), roles);
  }

  private AuthState.Switch next() {
    AuthState.Switch now = state.numbers();
    return new AuthState.Switch(now.enabled(), now.revision() + 1, now.disabledAt());
  }

  private KvResult become(
      AuthState.Switch numbers,
      NavigableMap<Bytes, AuthUser> users,
      NavigableMap<Bytes, AuthRole> roles) {
    records.put(numbers);
    state = new AuthState(numbers, users, roles);
    return done();
  }

  private KvResult done() {
    return new AuthDone(store.revision);
  }

  private KvResult failed(KvError error) {
    return new Failed(error, store.revision);
  }

  /** A copy, since what was decoded shares the array of the entry. */
  private static Bytes own(Bytes shared) {
    return Bytes.wrap(shared.toByteArray());
  }
}
