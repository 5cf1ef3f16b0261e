package dev.balsa.kv;

import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.Permission.Access;
import dev.balsa.raft.Bytes;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, at one moment: users, roles and whether anybody asks for them. The rules and the
 * order of the errors are those of etcd's auth store.
 *
 * <p>Thread-safe, since nothing in it changes: each {@link AuthChange} makes another one.
 */
public final class AuthState {
  /** The name of the user that must exist, and of the role that may do everything. */
  public static final Bytes ROOT = Bytes.utf8("root");

  static final AuthState EMPTY =
      new AuthState(new Switch(false, 1, 0), new TreeMap<>(), new TreeMap<>());

  private final Switch state;
  private final NavigableMap<Bytes, AuthUser> users;
  private final NavigableMap<Bytes, AuthRole> roles;
  private final TreeMap<Bytes, Grants> grants = new TreeMap<>();

  /**
   * The numbers of the whole.
   *
   * @param revision from 1
   * @param disabledAt the revision at which authentication was last switched off, 0 for never
   */
  record Switch(boolean enabled, long revision, long disabledAt) {}

  /** What all roles of one user allow together. */
  private static final class Grants {
    private final KeySpans readable = new KeySpans();
    private final KeySpans writable = new KeySpans();
  }

  /** Takes the maps over; nobody changes them any more. */
  AuthState(
      Switch state, NavigableMap<Bytes, AuthUser> users, NavigableMap<Bytes, AuthRole> roles) {
    this.state = state;
    this.users = users;
    this.roles = roles;
    if (state.enabled()) {
      users.values().forEach(user -> grants.put(user.name(), grantsOf(user)));
    }
  }

  private Grants grantsOf(AuthUser user) {
    Grants all = new Grants();
    for (Bytes name : user.roles()) {
      AuthRole role = roles.get(name);
      for (Permission permission : role == null ? List.<Permission>of() : role.permissions()) {
        if (permission.allows(Access.READ)) {
          all.readable.add(permission.range());
        }
        if (permission.allows(Access.WRITE)) {
          all.writable.add(permission.range());
        }
      }
    }
    return all;
  }

  /** Whether requests need a permission. */
  public boolean enabled() {
    return state.enabled();
  }

  /** One more with every change of users, roles or permissions; 1 at first. */
  public long revision() {
    return state.revision();
  }

  /** The user of this name, null if there is none. */
  public @Nullable AuthUser user(Bytes name) {
    return users.get(name);
  }

  /** All users, by name. */
  public Collection<AuthUser> users() {
    return Collections.unmodifiableCollection(users.values());
  }

  /** The role of this name, null if there is none. */
  public @Nullable AuthRole role(Bytes name) {
    return roles.get(name);
  }

  /** All roles, by name. */
  public Collection<AuthRole> roles() {
    return Collections.unmodifiableCollection(roles.values());
  }

  /**
   * Whether a log-in at {@code loginRevision} still counts for a user with {@code passwordHash}:
   * not if the password is another one by now, or everybody was logged out since.
   */
  public boolean isLoggedIn(Bytes user, Bytes passwordHash, long loginRevision) {
    AuthUser now = users.get(user);
    return now != null
        && now.passwordHash().equals(passwordHash)
        && loginRevision >= state.disabledAt();
  }

  /** Why {@code caller} may not read {@code range}, null if it may. */
  public @Nullable KvError errorInRead(Caller caller, KeyRange range) {
    return errorIn(caller, range, Access.READ);
  }

  /** Why {@code caller} may not write every key of {@code range}, null if it may. */
  @Nullable KvError errorInWrite(Caller caller, KeyRange range) {
    return errorIn(caller, range, Access.WRITE);
  }

  /** Why {@code caller} is no user, or not as of now, null if it is. */
  public @Nullable KvError errorInUser(Caller caller) {
    if (!state.enabled()) {
      return null;
    }
    if (caller.authRevision() == 0) {
      return KvError.USER_EMPTY;
    }
    if (caller.authRevision() < state.revision()) {
      return KvError.AUTH_OLD_REVISION;
    }
    return users.containsKey(caller.user()) ? null : KvError.PERMISSION_DENIED;
  }

  /**
   * Why {@code caller} may not administer, null if it may. As in etcd, whoever has the role now
   * may, whatever changed since it logged in.
   */
  public @Nullable KvError errorInAdmin(Caller caller) {
    if (!state.enabled()) {
      return null;
    }
    if (caller.user().isEmpty()) {
      return KvError.USER_EMPTY;
    }
    AuthUser user = users.get(caller.user());
    if (user == null) {
      return KvError.USER_NOT_FOUND;
    }
    return user.isRoot() ? null : KvError.PERMISSION_DENIED;
  }

  /**
   * Why {@code caller} may not look at the user {@code name}: only itself, and root everybody. As
   * in etcd, whoever is nobody may look at the user without a name, whom there is not.
   */
  public @Nullable KvError errorInUserGet(Caller caller, Bytes name) {
    return name.equals(caller.user()) ? null : errorInAdmin(caller);
  }

  /** Why {@code caller} may not look at the role {@code name}: only its own, and root every one. */
  public @Nullable KvError errorInRoleGet(Caller caller, Bytes name) {
    KvError error = errorInAdmin(caller);
    AuthUser user = users.get(caller.user());
    return error != null && user != null && user.roles().contains(name) ? null : error;
  }

  private @Nullable KvError errorIn(Caller caller, KeyRange range, Access access) {
    if (!state.enabled()) {
      return null;
    }
    KvError error = errorInUser(caller);
    if (error != null) {
      return error;
    }
    AuthUser user = users.get(caller.user());
    Grants granted = grants.get(caller.user());
    if (user == null || granted == null) {
      return KvError.PERMISSION_DENIED;
    }
    KeySpans spans = access == Access.READ ? granted.readable : granted.writable;
    return user.isRoot() || spans.cover(range) ? null : KvError.PERMISSION_DENIED;
  }

  Switch numbers() {
    return state;
  }

  /** A copy that may be changed. */
  NavigableMap<Bytes, AuthUser> usersToChange() {
    return new TreeMap<>(users);
  }

  /** A copy that may be changed. */
  NavigableMap<Bytes, AuthRole> rolesToChange() {
    return new TreeMap<>(roles);
  }
}
