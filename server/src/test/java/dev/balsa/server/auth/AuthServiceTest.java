package dev.balsa.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmRequest.AlarmAction;
import dev.balsa.proto.AuthDisableRequest;
import dev.balsa.proto.AuthEnableRequest;
import dev.balsa.proto.AuthGrpc;
import dev.balsa.proto.AuthGrpc.AuthBlockingStub;
import dev.balsa.proto.AuthRoleGetRequest;
import dev.balsa.proto.AuthRoleGrantPermissionRequest;
import dev.balsa.proto.AuthRoleListRequest;
import dev.balsa.proto.AuthStatusRequest;
import dev.balsa.proto.AuthStatusResponse;
import dev.balsa.proto.AuthUserAddRequest;
import dev.balsa.proto.AuthUserChangePasswordRequest;
import dev.balsa.proto.AuthUserDeleteRequest;
import dev.balsa.proto.AuthUserGetRequest;
import dev.balsa.proto.AuthUserListRequest;
import dev.balsa.proto.AuthenticateRequest;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseLeasesRequest;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.MemberAddRequest;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.MoveLeaderRequest;
import dev.balsa.proto.Permission;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.StatusRequest;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.UserAddOptions;
import dev.balsa.server.TestServer;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** etcd's answers about users, over the wire. */
class AuthServiceTest {
  private static final String NOBODY = "INVALID_ARGUMENT: etcdserver: user name is empty";
  private static final String DENIED = "PERMISSION_DENIED: etcdserver: permission denied";

  private TestServer server;
  private Users users;
  private AuthBlockingStub nobody;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    users = new Users(server.channel());
    nobody = AuthGrpc.newBlockingStub(server.channel());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void withoutAuthenticationEverybodyMayDoEverythingAndNobodyLogIn() {
    put(server.channel(), "k");

    assertThat(status().getEnabled()).isFalse();
    assertThat(status().getAuthRevision()).isEqualTo(1);
    assertThat(error(() -> users.token("root")))
        .isEqualTo("FAILED_PRECONDITION: etcdserver: authentication is not enabled");
    assertThat(error(() -> nobody.authEnable(AuthEnableRequest.getDefaultInstance())))
        .isEqualTo("FAILED_PRECONDITION: etcdserver: root user does not exist");
  }

  @Test
  void withAuthenticationEveryoneMayDoWhatTheirRolesAllow() {
    users.enable();
    Channel root = users.as("root");
    Channel alice = users.as("alice");

    put(root, "secret");
    put(alice, "w/1");
    assertThat(error(() -> put(alice, "secret"))).isEqualTo(DENIED);
    assertThat(error(() -> get(alice, "secret", ""))).isEqualTo(DENIED);
    assertThat(error(() -> get(alice, "a", "\0"))).isEqualTo(DENIED);
    get(alice, "r/1", "");
    assertThat(error(() -> put(server.channel(), "k"))).isEqualTo(NOBODY);
    assertThat(error(() -> get(server.channel(), "r/1", ""))).isEqualTo(NOBODY);
  }

  @Test
  void wrongUserAndWrongPasswordSoundTheSame() {
    users.enable();
    String wrong =
        "INVALID_ARGUMENT: etcdserver: authentication failed, invalid user ID or password";

    assertThat(error(() -> users.token("nobody"))).isEqualTo(wrong);
    assertThat(error(() -> logIn("alice", "Alice"))).isEqualTo(wrong);
    assertThat(error(() -> logIn("alice", ""))).isEqualTo(wrong);
    assertThat(error(() -> logIn("alice", "alice".repeat(30)))).isEqualTo(wrong);
    assertThat(users.token("alice")).matches("[A-Za-z]{16}\\.[0-9]+");
  }

  @Test
  void aTokenIsGoodWithItsOwnPlaceInTheLogOnly() {
    users.enable();
    String token = users.token("alice");
    String invalid = "UNAUTHENTICATED: etcdserver: invalid auth token";

    get(users.with(token), "r/1", "");
    assertThat(error(() -> get(users.with("nonsense"), "r/1", ""))).isEqualTo(invalid);
    assertThat(error(() -> get(users.with("a.b"), "r/1", ""))).isEqualTo(invalid);
    assertThat(error(() -> get(users.with(token + "0"), "r/1", ""))).isEqualTo(invalid);
    assertThat(error(() -> get(users.with("x" + token), "r/1", ""))).isEqualTo(invalid);
    assertThat(error(() -> put(users.with("nonsense.999999"), "w/1"))).isEqualTo(invalid);
  }

  @Test
  void aTokenIsNotLookedAtWhileAuthenticationIsOff() {
    put(users.with("nonsense"), "k");
  }

  @Test
  void tokensEndWithThePasswordTheUserAndTheAuthentication() {
    users.enable();
    Channel root = users.as("root");
    AuthBlockingStub rootAuth = AuthGrpc.newBlockingStub(root);
    Channel alice = users.as("alice");

    var unusedchanged =
        rootAuth.userChangePassword(
            AuthUserChangePasswordRequest.newBuilder()
                .setName("alice")
                .setPassword("other")
                .build());
    assertThat(error(() -> get(alice, "r/1", ""))).contains("invalid auth token");
    assertThat(error(() -> users.token("alice"))).contains("authentication failed");
    Channel again = users.with(logIn("alice", "other"));
    get(again, "r/1", "");

    var unuseddisabled = rootAuth.authDisable(AuthDisableRequest.getDefaultInstance());
    var unusedenabled = nobody.authEnable(AuthEnableRequest.getDefaultInstance());
    assertThat(error(() -> get(again, "r/1", ""))).contains("invalid auth token");

    Channel last = users.with(logIn("alice", "other"));
    var unuseddeleted =
        AuthGrpc.newBlockingStub(users.as("root"))
            .userDelete(AuthUserDeleteRequest.newBuilder().setName("alice").build());
    assertThat(error(() -> get(last, "r/1", ""))).contains("invalid auth token");
  }

  @Test
  void aGrantCountsAtOnceForThoseWhoAreLoggedIn() {
    users.enable();
    Channel alice = users.as("alice");
    assertThat(error(() -> get(alice, "new", ""))).isEqualTo(DENIED);

    Users.permit(AuthGrpc.newBlockingStub(users.as("root")), Permission.Type.READ, "new", "");

    get(alice, "new", "");
  }

  @Test
  void administrationIsRoots() {
    users.enable();
    Channel alice = users.as("alice");
    AuthBlockingStub aliceAuth = AuthGrpc.newBlockingStub(alice);
    AuthBlockingStub rootAuth = AuthGrpc.newBlockingStub(users.as("root"));
    var add = AuthUserAddRequest.newBuilder().setName("bob").setPassword("b").build();

    assertThat(error(() -> nobody.userAdd(add))).isEqualTo(NOBODY);
    assertThat(error(() -> aliceAuth.userAdd(add))).isEqualTo(DENIED);
    assertThat(error(() -> aliceAuth.userList(AuthUserListRequest.getDefaultInstance())))
        .isEqualTo(DENIED);
    assertThat(error(() -> aliceAuth.roleList(AuthRoleListRequest.getDefaultInstance())))
        .isEqualTo(DENIED);
    assertThat(error(() -> aliceAuth.authDisable(AuthDisableRequest.getDefaultInstance())))
        .isEqualTo(DENIED);
    var unusedadded = rootAuth.userAdd(add);
    assertThat(rootAuth.userList(AuthUserListRequest.getDefaultInstance()).getUsersList())
        .containsExactly("alice", "bob", "root");
    assertThat(rootAuth.roleList(AuthRoleListRequest.getDefaultInstance()).getRolesList())
        .containsExactly("alice");
  }

  @Test
  void everybodyMayLookAtThemselves() {
    users.enable();
    AuthBlockingStub alice = AuthGrpc.newBlockingStub(users.as("alice"));

    assertThat(alice.userGet(user("alice")).getRolesList()).containsExactly("alice");
    assertThat(error(() -> alice.userGet(user("root")))).isEqualTo(DENIED);
    assertThat(alice.roleGet(role("alice")).getPermList())
        .extracting(Permission::getKey)
        .extracting(ByteString::toStringUtf8)
        .containsExactly("a", "r/", "w/");
    assertThat(error(() -> alice.roleGet(role("root")))).isEqualTo(DENIED);
    AuthBlockingStub root = AuthGrpc.newBlockingStub(users.as("root"));
    assertThat(error(() -> root.userGet(user("x")))).contains("user name not found");
    assertThat(error(() -> root.roleGet(role("x")))).contains("role name not found");
  }

  @Test
  void aGrantWithoutAPermissionNeverReachesTheLog() {
    long before = server.backend().applied();
    var request = AuthRoleGrantPermissionRequest.newBuilder().setName("r").build();

    assertThat(error(() -> nobody.roleGrantPermission(request)))
        .isEqualTo("INVALID_ARGUMENT: etcdserver: permission not given");
    var unknown = request.toBuilder().setPerm(Permission.newBuilder().setPermTypeValue(9)).build();
    assertThat(error(() -> nobody.roleGrantPermission(unknown)))
        .isEqualTo("INVALID_ARGUMENT: etcdserver: invalid auth management");
    assertThat(server.backend().applied()).isEqualTo(before);
  }

  @Test
  void aUserWithoutPasswordCannotLogIn() {
    var unusedcert =
        nobody.userAdd(
            AuthUserAddRequest.newBuilder()
                .setName("cert")
                .setOptions(UserAddOptions.newBuilder().setNoPassword(true))
                .build());
    users.enable();

    assertThat(error(() -> logIn("cert", ""))).contains("authentication failed");
  }

  @Test
  void aPasswordThatBcryptWouldCutIsRefused() {
    var request =
        AuthUserAddRequest.newBuilder().setName("long").setPassword("x".repeat(73)).build();

    assertThat(error(() -> nobody.userAdd(request)))
        .isEqualTo("INVALID_ARGUMENT: etcdserver: password is longer than 72 bytes");
  }

  /** GHSA-q8m4-xhhv-38mg: these were open to whoever reached the port. */
  @Test
  void whatIsNotAboutKeysNeedsAUserOrRoot() {
    users.enable();
    Channel alice = users.as("alice");
    Channel anyone = server.channel();
    var compaction = CompactionRequest.newBuilder().setRevision(1).build();
    var grant = LeaseGrantRequest.newBuilder().setTTL(60).build();
    var raise = AlarmRequest.newBuilder().setAction(AlarmAction.ACTIVATE).build();
    var clear = AlarmRequest.newBuilder().setAction(AlarmAction.DEACTIVATE).build();
    var list = AlarmRequest.getDefaultInstance();
    var members = MemberListRequest.getDefaultInstance();
    var add = MemberAddRequest.newBuilder().addPeerURLs("http://127.0.0.1:1").build();
    var move = MoveLeaderRequest.getDefaultInstance();

    assertThat(error(() -> ClusterGrpc.newBlockingStub(anyone).memberList(members)))
        .isEqualTo(NOBODY);
    assertThat(error(() -> MaintenanceGrpc.newBlockingStub(anyone).alarm(list))).isEqualTo(NOBODY);
    assertThat(error(() -> LeaseGrpc.newBlockingStub(anyone).leaseGrant(grant))).isEqualTo(NOBODY);
    assertThat(
            error(
                () ->
                    LeaseGrpc.newBlockingStub(anyone)
                        .leaseLeases(LeaseLeasesRequest.getDefaultInstance())))
        .isEqualTo(NOBODY);
    assertThat(error(() -> KVGrpc.newBlockingStub(anyone).compact(compaction))).isEqualTo(NOBODY);
    assertThat(error(() -> KVGrpc.newBlockingStub(alice).compact(compaction))).isEqualTo(DENIED);
    assertThat(error(() -> MaintenanceGrpc.newBlockingStub(alice).alarm(raise))).isEqualTo(DENIED);
    assertThat(error(() -> MaintenanceGrpc.newBlockingStub(alice).alarm(clear))).isEqualTo(DENIED);
    assertThat(error(() -> MaintenanceGrpc.newBlockingStub(alice).moveLeader(move)))
        .isEqualTo(DENIED);
    assertThat(error(() -> ClusterGrpc.newBlockingStub(alice).memberAdd(add))).isEqualTo(DENIED);

    assertThat(ClusterGrpc.newBlockingStub(alice).memberList(members).getMembersCount())
        .isEqualTo(1);
    assertThat(MaintenanceGrpc.newBlockingStub(alice).alarm(list).hasHeader()).isTrue();
    assertThat(LeaseGrpc.newBlockingStub(alice).leaseGrant(grant).getTTL()).isEqualTo(60);
    assertThat(
            MaintenanceGrpc.newBlockingStub(anyone)
                .status(StatusRequest.getDefaultInstance())
                .hasHeader())
        .isTrue();
  }

  /** CVE-2026-33343: a nested transaction went by all permissions. */
  @Test
  void aNestedTransactionIsLookedAtAsAWhole() {
    users.enable();
    put(users.as("root"), "secret");
    RequestOp read =
        RequestOp.newBuilder()
            .setRequestRange(RangeRequest.newBuilder().setKey(bytes("secret")))
            .build();
    RequestOp write =
        RequestOp.newBuilder()
            .setRequestPut(PutRequest.newBuilder().setKey(bytes("secret")))
            .build();
    // CVE-2026-44283: the record before, and the keys on a lease.
    RequestOp show =
        RequestOp.newBuilder()
            .setRequestPut(PutRequest.newBuilder().setKey(bytes("w/1")).setPrevKv(true))
            .build();
    KVGrpc.KVBlockingStub alice = KVGrpc.newBlockingStub(users.as("alice"));

    for (RequestOp op : new RequestOp[] {read, write, show}) {
      assertThat(error(() -> alice.txn(nested(op)))).isEqualTo(DENIED);
    }
    assertThat(
            alice
                .txn(nested(RequestOp.newBuilder(write).setRequestPut(own()).build()))
                .getSucceeded())
        .isTrue();
  }

  private static PutRequest own() {
    return PutRequest.newBuilder().setKey(bytes("w/1")).build();
  }

  private static TxnRequest nested(RequestOp op) {
    return TxnRequest.newBuilder()
        .addSuccess(RequestOp.newBuilder().setRequestTxn(TxnRequest.newBuilder().addSuccess(op)))
        .build();
  }

  private AuthStatusResponse status() {
    return nobody.authStatus(AuthStatusRequest.getDefaultInstance());
  }

  private String logIn(String name, String password) {
    return nobody
        .authenticate(AuthenticateRequest.newBuilder().setName(name).setPassword(password).build())
        .getToken();
  }

  private static AuthUserGetRequest user(String name) {
    return AuthUserGetRequest.newBuilder().setName(name).build();
  }

  private static AuthRoleGetRequest role(String name) {
    return AuthRoleGetRequest.newBuilder().setRole(name).build();
  }

  private static void put(Channel channel, String key) {
    var unused =
        KVGrpc.newBlockingStub(channel)
            .put(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes("v")).build());
  }

  private static void get(Channel channel, String key, String end) {
    var unused =
        KVGrpc.newBlockingStub(channel)
            .range(RangeRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(end)).build());
  }

  private static String error(ThrowingCallable call) {
    return String.valueOf(catchThrowableOfType(StatusRuntimeException.class, call).getMessage());
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
