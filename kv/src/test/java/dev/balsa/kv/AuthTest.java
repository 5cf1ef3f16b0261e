package dev.balsa.kv;

import static dev.balsa.kv.AuthMachine.error;
import static dev.balsa.kv.TestMachine.bytes;
import static dev.balsa.kv.TestMachine.range;
import static org.assertj.core.api.Assertions.assertThat;

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
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.LoggedIn;
import dev.balsa.kv.Permission.Access;
import dev.balsa.raft.Bytes;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Users and roles change by etcd's rules. */
class AuthTest {
  @Test
  void aNewStoreAsksNobodyAndIsAtRevisionOne() {
    AuthState state = new AuthMachine().state();

    assertThat(state.enabled()).isFalse();
    assertThat(state.revision()).isEqualTo(1);
  }

  @Test
  void authenticationNeedsARootUserWithTheRootRole() {
    AuthMachine auth = new AuthMachine();

    assertThat(error(auth.apply(new Enable()))).isEqualTo(KvError.ROOT_USER_MISSING);
    auth.done(new UserAdd(bytes("root"), bytes("h"), false));
    assertThat(error(auth.apply(new Enable()))).isEqualTo(KvError.ROOT_ROLE_MISSING);
    auth.done(new UserGrantRole(bytes("root"), bytes("root")));
    auth.done(new Enable());
    auth.done(new Enable());

    assertThat(auth.state().enabled()).isTrue();
  }

  @Test
  void everyChangeButSwitchingOnCountsTheRevision() {
    AuthMachine auth = AuthMachine.enabled();
    assertThat(auth.state().revision()).isEqualTo(6);

    auth.done(new UserChangePassword(bytes("alice"), bytes("other")));
    auth.done(new UserGrantRole(bytes("alice"), bytes("alice's"))); // has it already
    auth.grant(Access.READ, "a", "");
    auth.done(new Disable());
    auth.done(new Disable());

    assertThat(auth.state().revision()).isEqualTo(9);
    assertThat(auth.machine.machine().revision()).isEqualTo(1);
  }

  @Test
  void whatIsNotThereOrIsThereAlreadyIsRefused() {
    AuthMachine auth = AuthMachine.enabled();

    assertThat(error(auth.apply(new UserAdd(bytes(""), bytes("h"), false))))
        .isEqualTo(KvError.USER_EMPTY);
    assertThat(error(auth.apply(new UserAdd(bytes("alice"), bytes("h"), false))))
        .isEqualTo(KvError.USER_EXISTS);
    assertThat(error(auth.apply(new UserDelete(bytes("bob"))))).isEqualTo(KvError.USER_NOT_FOUND);
    assertThat(error(auth.apply(new UserChangePassword(bytes("bob"), bytes("h")))))
        .isEqualTo(KvError.USER_NOT_FOUND);
    assertThat(error(auth.apply(new UserGrantRole(bytes("bob"), bytes("alice's")))))
        .isEqualTo(KvError.USER_NOT_FOUND);
    assertThat(error(auth.apply(new UserGrantRole(bytes("alice"), bytes("none")))))
        .isEqualTo(KvError.ROLE_NOT_FOUND);
    assertThat(error(auth.apply(new UserRevokeRole(bytes("bob"), bytes("alice's")))))
        .isEqualTo(KvError.USER_NOT_FOUND);
    assertThat(error(auth.apply(new UserRevokeRole(bytes("alice"), bytes("none")))))
        .isEqualTo(KvError.ROLE_NOT_GRANTED);
    assertThat(error(auth.apply(new RoleAdd(bytes(""))))).isEqualTo(KvError.ROLE_EMPTY);
    assertThat(error(auth.apply(new RoleAdd(bytes("alice's"))))).isEqualTo(KvError.ROLE_EXISTS);
    assertThat(error(auth.apply(new RoleDelete(bytes("none"))))).isEqualTo(KvError.ROLE_NOT_FOUND);
    assertThat(error(auth.apply(grant("none", "a", "")))).isEqualTo(KvError.ROLE_NOT_FOUND);
    assertThat(error(auth.apply(new RoleRevoke(bytes("none"), range("a", "")))))
        .isEqualTo(KvError.ROLE_NOT_FOUND);
    assertThat(error(auth.apply(new RoleRevoke(bytes("alice's"), range("a", "")))))
        .isEqualTo(KvError.PERMISSION_NOT_GRANTED);
    assertThat(auth.state().revision()).isEqualTo(6);
  }

  @Test
  void aRangeThatCannotHoldAKeyIsNotGranted() {
    AuthMachine auth = AuthMachine.enabled();

    assertThat(error(auth.apply(grant("alice's", "b", "a"))))
        .isEqualTo(KvError.INVALID_AUTH_MANAGEMENT);
    assertThat(error(auth.apply(grant("alice's", "", "a"))))
        .isEqualTo(KvError.INVALID_AUTH_MANAGEMENT);
    auth.done(grant("alice's", "b", "\0"));
  }

  @Test
  void rootCannotBeTakenAwayWhileItIsNeeded() {
    AuthMachine auth = AuthMachine.enabled();

    assertThat(error(auth.apply(new UserDelete(bytes("root")))))
        .isEqualTo(KvError.INVALID_AUTH_MANAGEMENT);
    assertThat(error(auth.apply(new UserRevokeRole(bytes("root"), bytes("root")))))
        .isEqualTo(KvError.INVALID_AUTH_MANAGEMENT);
    assertThat(error(auth.apply(new RoleDelete(bytes("root")))))
        .isEqualTo(KvError.INVALID_AUTH_MANAGEMENT);

    auth.done(new Disable());
    auth.done(new UserDelete(bytes("root")));
  }

  @Test
  void permissionsStandInKeyOrderAndOneRangeHasOne() {
    AuthMachine auth = AuthMachine.enabled();
    auth.grant(Access.READ, "b", "");
    auth.grant(Access.WRITE, "a", "c");
    auth.grant(Access.READWRITE, "b", "");

    assertThat(role(auth, bytes("alice's")).permissions())
        .containsExactly(
            new Permission(Access.WRITE, range("a", "c")),
            new Permission(Access.READWRITE, range("b", "")));

    auth.done(new RoleRevoke(bytes("alice's"), range("b", "")));
    assertThat(role(auth, bytes("alice's")).permissions()).hasSize(1);
  }

  @Test
  void aDeletedRoleIsNobodysAnyMore() {
    AuthMachine auth = AuthMachine.enabled();

    auth.done(new RoleDelete(bytes("alice's")));

    assertThat(user(auth, bytes("alice")).roles()).isEmpty();
    assertThat(user(auth, bytes("root")).roles()).containsExactly(bytes("root"));
  }

  @Test
  void onlyRootAdministers() {
    AuthMachine auth = AuthMachine.enabled();
    Command change = new Command.Auth(new RoleAdd(bytes("r")));

    assertThat(error(auth.machine.apply(change))).isEqualTo(KvError.USER_EMPTY);
    assertThat(error(auth.apply("alice", change))).isEqualTo(KvError.PERMISSION_DENIED);
    assertThat(error(auth.apply("nobody", change))).isEqualTo(KvError.USER_NOT_FOUND);
    assertThat(error(auth.apply("alice", new Command.Auth(new Disable()))))
        .isEqualTo(KvError.PERMISSION_DENIED);
    assertThat(auth.apply("root", change)).isEqualTo(new AuthDone(1));
  }

  @Test
  void logInCountsOnlyForThePasswordThatWasLookedAt() {
    AuthMachine auth = AuthMachine.enabled();
    Command stale = logIn("alice", auth.state().revision());
    auth.done(new UserChangePassword(bytes("alice"), bytes("other hash")));

    assertThat(error(auth.machine.apply(stale))).isEqualTo(KvError.AUTH_OLD_REVISION);
    assertThat(auth.machine.apply(logIn("alice", auth.state().revision())))
        .isEqualTo(
            new LoggedIn(1, bytes("alice"), bytes("other hash"), bytes("digest"), 7, 9, 1700));
    assertThat(error(auth.machine.apply(logIn("bob", auth.state().revision()))))
        .isEqualTo(KvError.AUTH_FAILED);
    auth.done(new Disable());
    assertThat(error(auth.machine.apply(logIn("alice", auth.state().revision()))))
        .isEqualTo(KvError.AUTH_NOT_ENABLED);
  }

  @Test
  void whoeverHasNoPasswordIsLoggedInByTheMemberThatSawTheCertificate() {
    AuthMachine auth = AuthMachine.enabled();
    auth.done(new UserAdd(bytes("cert"), bytes("ignored"), true));
    auth.done(new UserChangePassword(bytes("cert"), bytes("ignored")));

    assertThat(user(auth, bytes("cert")).passwordHash().isEmpty()).isTrue();
    long revision = auth.state().revision();
    LoggedIn done = (LoggedIn) auth.machine.apply(logIn("cert", revision));
    assertThat(done.user()).isEqualTo(bytes("cert"));
    assertThat(auth.state().isLoggedIn(done.user(), done.passwordHash(), revision)).isTrue();
  }

  @Test
  void aLogInEndsWithThePasswordTheUserOrTheAuthentication() {
    AuthMachine auth = AuthMachine.enabled();
    long then = auth.state().revision();
    assertThat(isLoggedIn(auth, then)).isTrue();

    auth.grant(Access.READ, "a", "");
    assertThat(isLoggedIn(auth, then)).isTrue();

    auth.done(new Disable());
    auth.done(new Enable());
    assertThat(isLoggedIn(auth, then)).isFalse();
    long again = auth.state().revision();
    assertThat(isLoggedIn(auth, again)).isTrue();

    auth.done(new UserChangePassword(bytes("alice"), bytes("other hash")));
    assertThat(isLoggedIn(auth, again)).isFalse();
    auth.done(new UserDelete(bytes("alice")));
    assertThat(isLoggedIn(auth, auth.state().revision())).isFalse();
  }

  @Test
  void everythingSurvivesASnapshotAndARestart() {
    AuthMachine auth = AuthMachine.enabled();
    auth.grant(Access.READ, "a", "b");
    auth.done(new UserAdd(bytes("cert"), bytes(""), true));
    KvMachine restored = new KvMachine();
    SnapshotTest.restore(restored, SnapshotTest.parts(auth.machine.machine()));

    AuthState state = restored.auth();
    assertThat(state.enabled()).isTrue();
    assertThat(state.revision()).isEqualTo(auth.state().revision());
    assertThat(List.copyOf(state.users())).isEqualTo(List.copyOf(auth.state().users()));
    assertThat(List.copyOf(state.roles())).isEqualTo(List.copyOf(auth.state().roles()));
    assertThat(state.errorInRead(auth.caller("alice"), range("a", ""))).isNull();
  }

  @Test
  void aDeletedUserIsGoneFromTheStoreToo() {
    MemoryStore store = new MemoryStore();
    AuthMachine auth = new AuthMachine(new TestMachine(new KvMachine(store)));
    auth.done(new UserAdd(bytes("alice"), bytes("h"), false));
    auth.done(new RoleAdd(bytes("r")));
    auth.done(new UserDelete(bytes("alice")));
    auth.done(new RoleDelete(bytes("r")));

    AuthState reopened = new KvMachine(store).auth();

    assertThat(reopened.users()).isEmpty();
    assertThat(reopened.roles()).isEmpty();
    assertThat(reopened.revision()).isEqualTo(5);
  }

  private static boolean isLoggedIn(AuthMachine auth, long revision) {
    return auth.state().isLoggedIn(bytes("alice"), bytes("hash of alice"), revision);
  }

  private static Command logIn(String user, long revision) {
    return new Command.Auth(new LogIn(bytes(user), bytes("digest"), revision, 1700));
  }

  private static RoleGrant grant(String role, String key, String end) {
    return new RoleGrant(bytes(role), new Permission(Access.READ, range(key, end)));
  }

  private static AuthUser user(AuthMachine auth, Bytes name) {
    return Objects.requireNonNull(auth.state().user(name));
  }

  private static AuthRole role(AuthMachine auth, Bytes name) {
    return Objects.requireNonNull(auth.state().role(name));
  }
}
