package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.KvResult.Done;
import dev.balsa.kv.KvResult.Failed;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.Permission.Access;
import org.jspecify.annotations.Nullable;

/** A machine with short words for users and roles. */
final class AuthMachine {
  final TestMachine machine;

  AuthMachine() {
    this(new TestMachine());
  }

  AuthMachine(TestMachine machine) {
    this.machine = machine;
  }

  /** With authentication on, a user root and a user alice whose only role is alice's. */
  static AuthMachine enabled() {
    AuthMachine auth = new AuthMachine();
    auth.done(new AuthChange.UserAdd(bytes("root"), bytes("hash of root"), false));
    auth.done(new AuthChange.UserGrantRole(bytes("root"), bytes("root")));
    auth.done(new AuthChange.UserAdd(bytes("alice"), bytes("hash of alice"), false));
    auth.done(new AuthChange.RoleAdd(bytes("alice's")));
    auth.done(new AuthChange.UserGrantRole(bytes("alice"), bytes("alice's")));
    auth.done(new AuthChange.Enable());
    return auth;
  }

  AuthState state() {
    return machine.machine().auth();
  }

  /** Somebody who has just logged in. */
  Caller caller(String user) {
    return new Caller(bytes(user), state().revision());
  }

  KvResult apply(String user, Command command) {
    return machine.apply(Command.As.of(caller(user), command));
  }

  KvResult apply(AuthChange change) {
    return machine.apply(
        Command.As.of(state().enabled() ? caller("root") : Caller.NONE, new Command.Auth(change)));
  }

  void done(AuthChange change) {
    assertThat(apply(change)).isInstanceOf(Done.class);
  }

  void grant(Access access, String key, String end) {
    done(
        new AuthChange.RoleGrant(
            bytes("alice's"), new Permission(access, TestMachine.range(key, end))));
  }

  /** What the error is, null if there is none. */
  static @Nullable KvError error(KvResult result) {
    return result instanceof Failed failed ? failed.error() : null;
  }
}
