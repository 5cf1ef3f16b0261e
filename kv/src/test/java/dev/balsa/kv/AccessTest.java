package dev.balsa.kv;

import static dev.balsa.kv.AuthMachine.error;
import static dev.balsa.kv.TestMachine.bytes;
import static dev.balsa.kv.TestMachine.compare;
import static dev.balsa.kv.TestMachine.deleteOf;
import static dev.balsa.kv.TestMachine.putOf;
import static dev.balsa.kv.TestMachine.range;
import static dev.balsa.kv.TestMachine.txnOf;
import static dev.balsa.kv.TestMachine.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.LeaseRevoke;
import dev.balsa.kv.Command.Operand;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Relation;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.Permission.Access;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A request needs every permission that anything in it needs. Alice may read {@code r/…}, write
 * {@code w/…}, do both with {@code a} to {@code c} (granted as two ranges) and nothing else.
 */
class AccessTest {
  private final AuthMachine auth = AuthMachine.enabled();

  @BeforeEach
  void grant() {
    auth.grant(Access.READ, "r/", "r0");
    auth.grant(Access.WRITE, "w/", "w0");
    auth.grant(Access.READWRITE, "a", "b");
    auth.grant(Access.READWRITE, "b", "c");
    auth.apply("root", putOf("secret", "s"));
    auth.apply("root", new LeaseGrant(1, 100));
    auth.apply("root", new Put(bytes("secret"), bytes("s"), 1, false, false, false));
    auth.apply("root", new LeaseGrant(2, 100));
    auth.apply("root", new Put(bytes("w/leased"), bytes("v"), 2, false, false, false));
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        allowed("put of a writable key", putOf("w/1", "v")),
        denied("put of a readable key", putOf("r/1", "v")),
        denied("put that shows what it may not read", prev("w/1")),
        allowed("put that shows what it may read", prev("a")),
        allowed("put on a lease of own keys", leased("w/1", 2)),
        denied("put on a lease that has another's key", leased("w/1", 1)),
        allowed("delete within two ranges together", deleteOf("a", "c")),
        denied("delete beyond", deleteOf("a", "c\0")),
        denied("delete of all", deleteOf("\0", "\0")),
        denied("delete from a key on", deleteOf("w/", "\0")),
        denied("delete that shows", new DeleteRange(range("w/", "w0"), true)),
        allowed("txn on own keys", txnOf(putOf("w/1", "v"), read("r/1"))),
        denied("txn that reads", txnOf(putOf("w/1", "v"), read("secret"))),
        denied("txn that writes", txnOf(putOf("secret", "v"))),
        denied("txn that shows by a put", txnOf(prev("w/1"))),
        denied("txn that attaches to a lease", txnOf(leased("w/1", 1))),
        denied("txn that shows by a delete", txnOf(new DeleteRange(range("w/", "w0"), true))),
        denied("branch that does not run", new Txn(List.of(), List.of(), List.of(read("secret")))),
        denied("compare", when(compare("secret", Relation.EQUAL, new Operand.Value(bytes("s"))))),
        allowed("own compare", when(compare("r/1", Relation.EQUAL, new Operand.Version(0)))),
        denied("nested txn that reads", txnOf(txnOf(read("secret")))),
        denied("nested txn that writes", txnOf(txnOf(txnOf(putOf("secret", "v"))))),
        denied("nested txn that shows", txnOf(txnOf(prev("w/1")))),
        denied("nested txn that attaches", txnOf(txnOf(leased("w/1", 1)))),
        denied(
            "nested compare",
            txnOf(when(compare("secret", Relation.EQUAL, new Operand.Value(bytes("s")))))),
        denied("revoke of a lease with another's key", new LeaseRevoke(1)),
        allowed("revoke of a lease of own keys", new LeaseRevoke(2)),
        allowed("grant of a lease", new LeaseGrant(3, 100)),
        denied("compaction", new Compact(2)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void needsEveryPermission(String name, Command command, boolean allowed) {
    long before = auth.machine.machine().stateHash();

    KvResult result = auth.apply("alice", command);

    assertThat(error(result)).isEqualTo(allowed ? null : KvError.PERMISSION_DENIED);
    if (!allowed) {
      assertThat(auth.machine.machine().stateHash()).isEqualTo(before);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void nobodyMayDoAnythingAndRootEverything(String name, Command command, boolean allowed) {
    assertThat(error(auth.machine.apply(command))).isEqualTo(KvError.USER_EMPTY);
    assertThat(error(auth.apply("root", command))).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void aCallerOfAnOlderRevisionMustLogInAgain(String name, Command command, boolean allowed) {
    Caller before = auth.caller("alice");
    auth.grant(Access.READ, "more", "");

    KvError error = error(auth.machine.apply(new Command.As(before, command)));

    // As in etcd, whoever is root is looked up as of now.
    assertThat(error)
        .isEqualTo(
            command instanceof Compact ? KvError.PERMISSION_DENIED : KvError.AUTH_OLD_REVISION);
  }

  @Test
  void readsNeedTheWholeRange() {
    assertThat(read("r/", "r0")).isNull();
    assertThat(read("a", "c")).isNull();
    assertThat(read("r/1", "")).isNull();
    assertThat(read("r0", "")).isEqualTo(KvError.PERMISSION_DENIED);
    assertThat(read("q", "r/1")).isEqualTo(KvError.PERMISSION_DENIED);
    assertThat(read("r/1", "\0")).isEqualTo(KvError.PERMISSION_DENIED);
    assertThat(read("\0", "\0")).isEqualTo(KvError.PERMISSION_DENIED);
    assertThat(read("w/1", "")).isEqualTo(KvError.PERMISSION_DENIED);
  }

  @Test
  void aKeyIsNotEverythingAfterIt() {
    auth.grant(Access.READ, "x", "");

    assertThat(read("x", "")).isNull();
    assertThat(read("x", "\0")).isEqualTo(KvError.PERMISSION_DENIED);
    assertThat(read("x", "x\0\0")).isEqualTo(KvError.PERMISSION_DENIED);
  }

  @Test
  void everythingFromAKeyOnIsAlsoEveryPartOfIt() {
    auth.grant(Access.READ, "x", "\0");

    assertThat(read("x", "\0")).isNull();
    assertThat(read("y", "z")).isNull();
    assertThat(read("w", "\0")).isEqualTo(KvError.PERMISSION_DENIED);
  }

  @Test
  void transactionsThatOnlyReadAreLookedAtTheSameWay() {
    KvMachine machine = auth.machine.machine();

    assertThat(error(machine.read(auth.caller("alice"), txnOf(txnOf(read("r/1")))))).isNull();
    assertThat(error(machine.read(auth.caller("alice"), txnOf(txnOf(read("secret"))))))
        .isEqualTo(KvError.PERMISSION_DENIED);
    assertThat(error(machine.read(txnOf()))).isEqualTo(KvError.USER_EMPTY);
  }

  @Test
  void aPermissionLastsAsLongAsTheRoleHasIt() {
    auth.done(new AuthChange.RoleRevoke(bytes("alice's"), range("r/", "r0")));
    assertThat(read("r/1", "")).isEqualTo(KvError.PERMISSION_DENIED);

    auth.grant(Access.READ, "r/", "r0");
    auth.done(new AuthChange.UserRevokeRole(bytes("alice"), bytes("alice's")));
    assertThat(read("r/1", "")).isEqualTo(KvError.PERMISSION_DENIED);
  }

  @Test
  void onesSelfAndOnesRolesMayBeLookedAt() {
    AuthState state = auth.state();
    Caller alice = auth.caller("alice");

    assertThat(state.errorInUserGet(alice, bytes("alice"))).isNull();
    assertThat(state.errorInUserGet(alice, bytes("root"))).isEqualTo(KvError.PERMISSION_DENIED);
    assertThat(state.errorInRoleGet(alice, bytes("alice's"))).isNull();
    assertThat(state.errorInRoleGet(alice, bytes("root"))).isEqualTo(KvError.PERMISSION_DENIED);
    assertThat(state.errorInUserGet(auth.caller("root"), bytes("alice"))).isNull();
    assertThat(state.errorInUserGet(Caller.NONE, bytes(""))).isNull();
    assertThat(state.errorInUserGet(Caller.NONE, bytes("alice"))).isEqualTo(KvError.USER_EMPTY);
  }

  private @Nullable KvError read(String key, String end) {
    return error(auth.machine.machine().range(auth.caller("alice"), Range.of(range(key, end))));
  }

  private static Range read(String key) {
    return Range.of(range(key, ""));
  }

  private static Put prev(String key) {
    return new Put(bytes(key), bytes("v"), 0, true, false, false);
  }

  private static Put leased(String key, long lease) {
    return new Put(bytes(key), bytes("v"), lease, false, false, false);
  }

  private static Arguments allowed(String name, Command command) {
    return Arguments.of(name, command, true);
  }

  private static Arguments denied(String name, Command command) {
    return Arguments.of(name, command, false);
  }
}
