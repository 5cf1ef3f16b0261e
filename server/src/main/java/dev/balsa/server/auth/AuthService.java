package dev.balsa.server.auth;

import com.google.protobuf.ByteString;
import dev.balsa.kv.AuthChange;
import dev.balsa.kv.AuthRole;
import dev.balsa.kv.AuthState;
import dev.balsa.kv.AuthUser;
import dev.balsa.kv.Caller;
import dev.balsa.kv.Command;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.node.Consistency;
import dev.balsa.proto.AuthDisableRequest;
import dev.balsa.proto.AuthDisableResponse;
import dev.balsa.proto.AuthEnableRequest;
import dev.balsa.proto.AuthEnableResponse;
import dev.balsa.proto.AuthGrpc;
import dev.balsa.proto.AuthRoleAddRequest;
import dev.balsa.proto.AuthRoleAddResponse;
import dev.balsa.proto.AuthRoleDeleteRequest;
import dev.balsa.proto.AuthRoleDeleteResponse;
import dev.balsa.proto.AuthRoleGetRequest;
import dev.balsa.proto.AuthRoleGetResponse;
import dev.balsa.proto.AuthRoleGrantPermissionRequest;
import dev.balsa.proto.AuthRoleGrantPermissionResponse;
import dev.balsa.proto.AuthRoleListRequest;
import dev.balsa.proto.AuthRoleListResponse;
import dev.balsa.proto.AuthRoleRevokePermissionRequest;
import dev.balsa.proto.AuthRoleRevokePermissionResponse;
import dev.balsa.proto.AuthStatusRequest;
import dev.balsa.proto.AuthStatusResponse;
import dev.balsa.proto.AuthUserAddRequest;
import dev.balsa.proto.AuthUserAddResponse;
import dev.balsa.proto.AuthUserChangePasswordRequest;
import dev.balsa.proto.AuthUserChangePasswordResponse;
import dev.balsa.proto.AuthUserDeleteRequest;
import dev.balsa.proto.AuthUserDeleteResponse;
import dev.balsa.proto.AuthUserGetRequest;
import dev.balsa.proto.AuthUserGetResponse;
import dev.balsa.proto.AuthUserGrantRoleRequest;
import dev.balsa.proto.AuthUserGrantRoleResponse;
import dev.balsa.proto.AuthUserListRequest;
import dev.balsa.proto.AuthUserListResponse;
import dev.balsa.proto.AuthUserRevokeRoleRequest;
import dev.balsa.proto.AuthUserRevokeRoleResponse;
import dev.balsa.proto.AuthenticateRequest;
import dev.balsa.proto.AuthenticateResponse;
import dev.balsa.proto.Permission;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.raft.Bytes;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Headers;
import dev.balsa.server.rpc.KvMapping;
import dev.balsa.server.rpc.Login;
import dev.balsa.server.rpc.Requests;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** etcd's Auth service, on every member. Who may call what is {@link Authentication}'s. */
final class AuthService extends AuthGrpc.AuthImplBase {
  private final Requests requests;
  private final Headers headers;
  private final Passwords passwords;
  private final LogIns logIns;

  AuthService(Requests requests, Headers headers, Passwords passwords, LogIns logIns) {
    this.requests = requests;
    this.headers = headers;
    this.passwords = passwords;
    this.logIns = logIns;
  }

  @Override
  public void authEnable(AuthEnableRequest request, StreamObserver<AuthEnableResponse> observer) {
    change(
        new AuthChange.Enable(),
        observer,
        header -> AuthEnableResponse.newBuilder().setHeader(header).build());
  }

  @Override
  public void authDisable(
      AuthDisableRequest request, StreamObserver<AuthDisableResponse> observer) {
    change(
        new AuthChange.Disable(),
        observer,
        header -> AuthDisableResponse.newBuilder().setHeader(header).build());
  }

  /** Free to everybody, as in etcd since 3.7: a client must find out whether to log in. */
  @Override
  public void authStatus(AuthStatusRequest request, StreamObserver<AuthStatusResponse> observer) {
    read(
        (state, caller) -> null,
        observer,
        (state, header) ->
            AuthStatusResponse.newBuilder()
                .setHeader(header)
                .setEnabled(state.enabled())
                .setAuthRevision(state.revision())
                .build());
  }

  @Override
  public void authenticate(
      AuthenticateRequest request, StreamObserver<AuthenticateResponse> observer) {
    logIns.begin(request, observer);
  }

  @Override
  public void userAdd(AuthUserAddRequest request, StreamObserver<AuthUserAddResponse> observer) {
    Bytes name = Bytes.utf8(request.getName());
    boolean noPassword = request.getOptions().getNoPassword();
    Function<ResponseHeader, AuthUserAddResponse> answer =
        header -> AuthUserAddResponse.newBuilder().setHeader(header).build();
    if (noPassword) {
      change(new AuthChange.UserAdd(name, Bytes.EMPTY, true), observer, answer);
    } else {
      hashed(
          request.getPassword(),
          hash -> new AuthChange.UserAdd(name, hash, false),
          observer,
          answer);
    }
  }

  @Override
  public void userGet(AuthUserGetRequest request, StreamObserver<AuthUserGetResponse> observer) {
    Bytes name = Bytes.utf8(request.getName());
    read(
        (state, caller) -> {
          KvError denied = state.errorInUserGet(caller, name);
          return denied == null && state.user(name) == null ? KvError.USER_NOT_FOUND : denied;
        },
        observer,
        (state, header) -> {
          AuthUser user = Objects.requireNonNull(state.user(name));
          var response = AuthUserGetResponse.newBuilder().setHeader(header);
          user.roles().forEach(role -> response.addRoles(role.toUtf8()));
          return response.build();
        });
  }

  @Override
  public void userList(AuthUserListRequest request, StreamObserver<AuthUserListResponse> observer) {
    read(
        AuthState::errorInAdmin,
        observer,
        (state, header) -> {
          var response = AuthUserListResponse.newBuilder().setHeader(header);
          state.users().forEach(user -> response.addUsers(user.name().toUtf8()));
          return response.build();
        });
  }

  @Override
  public void userDelete(
      AuthUserDeleteRequest request, StreamObserver<AuthUserDeleteResponse> observer) {
    change(
        new AuthChange.UserDelete(Bytes.utf8(request.getName())),
        observer,
        header -> AuthUserDeleteResponse.newBuilder().setHeader(header).build());
  }

  @Override
  public void userChangePassword(
      AuthUserChangePasswordRequest request,
      StreamObserver<AuthUserChangePasswordResponse> observer) {
    Bytes name = Bytes.utf8(request.getName());
    hashed(
        request.getPassword(),
        hash -> new AuthChange.UserChangePassword(name, hash),
        observer,
        header -> AuthUserChangePasswordResponse.newBuilder().setHeader(header).build());
  }

  @Override
  public void userGrantRole(
      AuthUserGrantRoleRequest request, StreamObserver<AuthUserGrantRoleResponse> observer) {
    change(
        new AuthChange.UserGrantRole(Bytes.utf8(request.getUser()), Bytes.utf8(request.getRole())),
        observer,
        header -> AuthUserGrantRoleResponse.newBuilder().setHeader(header).build());
  }

  @Override
  public void userRevokeRole(
      AuthUserRevokeRoleRequest request, StreamObserver<AuthUserRevokeRoleResponse> observer) {
    change(
        new AuthChange.UserRevokeRole(Bytes.utf8(request.getName()), Bytes.utf8(request.getRole())),
        observer,
        header -> AuthUserRevokeRoleResponse.newBuilder().setHeader(header).build());
  }

  @Override
  public void roleAdd(AuthRoleAddRequest request, StreamObserver<AuthRoleAddResponse> observer) {
    change(
        new AuthChange.RoleAdd(Bytes.utf8(request.getName())),
        observer,
        header -> AuthRoleAddResponse.newBuilder().setHeader(header).build());
  }

  @Override
  public void roleGet(AuthRoleGetRequest request, StreamObserver<AuthRoleGetResponse> observer) {
    Bytes name = Bytes.utf8(request.getRole());
    read(
        (state, caller) -> {
          KvError denied = state.errorInRoleGet(caller, name);
          return denied == null && state.role(name) == null ? KvError.ROLE_NOT_FOUND : denied;
        },
        observer,
        (state, header) -> {
          AuthRole role = Objects.requireNonNull(state.role(name));
          var response = AuthRoleGetResponse.newBuilder().setHeader(header);
          role.permissions().forEach(it -> response.addPerm(permission(it)));
          return response.build();
        });
  }

  @Override
  public void roleList(AuthRoleListRequest request, StreamObserver<AuthRoleListResponse> observer) {
    read(
        AuthState::errorInAdmin,
        observer,
        (state, header) -> {
          var response = AuthRoleListResponse.newBuilder().setHeader(header);
          state.roles().forEach(role -> response.addRoles(role.name().toUtf8()));
          return response.build();
        });
  }

  @Override
  public void roleDelete(
      AuthRoleDeleteRequest request, StreamObserver<AuthRoleDeleteResponse> observer) {
    change(
        new AuthChange.RoleDelete(Bytes.utf8(request.getRole())),
        observer,
        header -> AuthRoleDeleteResponse.newBuilder().setHeader(header).build());
  }

  /** A request without a permission must never reach the log: it made etcd 3.4 fail for good. */
  @Override
  public void roleGrantPermission(
      AuthRoleGrantPermissionRequest request,
      StreamObserver<AuthRoleGrantPermissionResponse> observer) {
    if (!request.hasPerm()) {
      observer.onError(EtcdError.PERMISSION_NOT_GIVEN.exception());
      return;
    }
    dev.balsa.kv.Permission.Access access = access(request.getPerm());
    if (access == null) {
      observer.onError(EtcdError.INVALID_AUTH_MANAGEMENT.exception());
      return;
    }
    KeyRange range = KvMapping.range(request.getPerm().getKey(), request.getPerm().getRangeEnd());
    change(
        new AuthChange.RoleGrant(
            Bytes.utf8(request.getName()), new dev.balsa.kv.Permission(access, range)),
        observer,
        header -> AuthRoleGrantPermissionResponse.newBuilder().setHeader(header).build());
  }

  @Override
  public void roleRevokePermission(
      AuthRoleRevokePermissionRequest request,
      StreamObserver<AuthRoleRevokePermissionResponse> observer) {
    KeyRange range = KvMapping.range(request.getKey(), request.getRangeEnd());
    change(
        new AuthChange.RoleRevoke(Bytes.utf8(request.getRole()), range),
        observer,
        header -> AuthRoleRevokePermissionResponse.newBuilder().setHeader(header).build());
  }

  private <A> void change(
      AuthChange change, StreamObserver<A> observer, Function<ResponseHeader, A> answer) {
    change(Login.CURRENT.get().caller(), change, observer, answer);
  }

  private <A> void change(
      Caller caller,
      AuthChange change,
      StreamObserver<A> observer,
      Function<ResponseHeader, A> answer) {
    requests.write(
        caller,
        new Command.Auth(change),
        observer,
        done -> answer.apply(headers.at(done.revision())));
  }

  private <A> void hashed(
      String password,
      Function<Bytes, AuthChange> change,
      StreamObserver<A> observer,
      Function<ResponseHeader, A> answer) {
    if (Passwords.isTooLong(password)) {
      observer.onError(EtcdError.PASSWORD_TOO_LONG.exception());
      return;
    }
    Caller caller = Login.CURRENT.get().caller();
    boolean room =
        passwords.hash(password, hash -> change(caller, change.apply(hash), observer, answer));
    if (!room) {
      observer.onError(EtcdError.TOO_MANY_REQUESTS.exception());
    }
  }

  /** What is asked of the state, and why it may not be. */
  private interface Rule {
    @Nullable KvError errorIn(AuthState state, Caller caller);
  }

  private interface Answer<A> {
    A of(AuthState state, ResponseHeader header);
  }

  private record Found(AuthState state, long revision) {}

  private <A> void read(Rule rule, StreamObserver<A> observer, Answer<A> answer) {
    Caller caller = Login.CURRENT.get().caller();
    requests.<A, Object>read(
        Consistency.LINEARIZABLE,
        machine -> {
          AuthState state = machine.kv().auth();
          long revision = machine.kv().revision();
          KvError error = rule.errorIn(state, caller);
          return error != null ? new KvResult.Failed(error, revision) : new Found(state, revision);
        },
        observer,
        found -> answer.of(((Found) found).state(), headers.at(((Found) found).revision())));
  }

  private static dev.balsa.kv.Permission.@Nullable Access access(Permission permission) {
    return switch (permission.getPermType()) {
      case READ -> dev.balsa.kv.Permission.Access.READ;
      case WRITE -> dev.balsa.kv.Permission.Access.WRITE;
      case READWRITE -> dev.balsa.kv.Permission.Access.READWRITE;
      case UNRECOGNIZED -> null;
    };
  }

  private static Permission permission(dev.balsa.kv.Permission permission) {
    ByteString key = KvMapping.byteString(permission.range().key());
    return Permission.newBuilder()
        .setPermType(
            switch (permission.access()) {
              case READ -> Permission.Type.READ;
              case WRITE -> Permission.Type.WRITE;
              case READWRITE -> Permission.Type.READWRITE;
            })
        .setKey(key)
        .setRangeEnd(KvMapping.byteString(permission.range().end()))
        .build();
  }
}
