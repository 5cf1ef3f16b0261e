package dev.balsa.server.auth;

import com.google.protobuf.ByteString;
import dev.balsa.proto.AuthEnableRequest;
import dev.balsa.proto.AuthGrpc;
import dev.balsa.proto.AuthGrpc.AuthBlockingStub;
import dev.balsa.proto.AuthRoleAddRequest;
import dev.balsa.proto.AuthRoleGrantPermissionRequest;
import dev.balsa.proto.AuthUserAddRequest;
import dev.balsa.proto.AuthUserGrantRoleRequest;
import dev.balsa.proto.AuthenticateRequest;
import dev.balsa.proto.Permission;
import dev.balsa.server.rpc.Login;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;

/** Users of a server and their log-ins, with short words. Passwords are the names. */
public final class Users {
  private final Channel channel;

  public Users(Channel channel) {
    this.channel = channel;
  }

  /**
   * Adds root, and alice with a role of her name that may read {@code r/…}, write {@code w/…} and
   * do both with {@code a}; then switches authentication on.
   */
  public void enable() {
    AuthBlockingStub auth = AuthGrpc.newBlockingStub(channel);
    add("root");
    grant("root", "root");
    add("alice");
    var unused = auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("alice").build());
    grant("alice", "alice");
    permit(auth, Permission.Type.READ, "r/", "r0");
    permit(auth, Permission.Type.WRITE, "w/", "w0");
    permit(auth, Permission.Type.READWRITE, "a", "");
    var unusedenabled = auth.authEnable(AuthEnableRequest.getDefaultInstance());
  }

  private void add(String name) {
    var unused =
        AuthGrpc.newBlockingStub(channel)
            .userAdd(AuthUserAddRequest.newBuilder().setName(name).setPassword(name).build());
  }

  private void grant(String user, String role) {
    var unused =
        AuthGrpc.newBlockingStub(channel)
            .userGrantRole(
                AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(role).build());
  }

  /** Lets the role alice do something with a range. */
  public static void permit(AuthBlockingStub auth, Permission.Type type, String key, String end) {
    var unused =
        auth.roleGrantPermission(
            AuthRoleGrantPermissionRequest.newBuilder()
                .setName("alice")
                .setPerm(
                    Permission.newBuilder()
                        .setPermType(type)
                        .setKey(ByteString.copyFromUtf8(key))
                        .setRangeEnd(ByteString.copyFromUtf8(end)))
                .build());
  }

  /** A new token of a user. */
  public String token(String name) {
    return AuthGrpc.newBlockingStub(channel)
        .authenticate(AuthenticateRequest.newBuilder().setName(name).setPassword(name).build())
        .getToken();
  }

  /** The channel of a user who has just logged in. */
  public Channel as(String name) {
    return with(token(name));
  }

  /** The channel of whoever has a token. */
  public Channel with(String token) {
    Metadata metadata = new Metadata();
    metadata.put(Login.TOKEN, token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }
}
