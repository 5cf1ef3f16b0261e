package dev.balsa.server.cli;

import dev.balsa.proto.AuthGrpc;
import dev.balsa.proto.AuthenticateRequest;
import dev.balsa.server.rpc.Login;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How the person shows who they are. */
sealed interface Credentials {
  /**
   * What {@code NAME}, {@code NAME:PASSWORD} or {@code NAME} and {@code password} say; asks for a
   * missing password.
   *
   * @param user null for nobody
   * @throws BadUsage if there is no name
   */
  static @Nullable Password of(@Nullable String user, @Nullable String password, Console console) {
    if (user == null) {
      return null;
    }
    int colon = password == null ? user.indexOf(':') : -1;
    String name = colon < 0 ? user : user.substring(0, colon);
    if (name.isEmpty()) {
      throw new BadUsage("--user has no name; say --user NAME or --user NAME:PASSWORD");
    }
    if (password != null) {
      return new Password(name, password);
    }
    return new Password(
        name, colon < 0 ? new PasswordPrompt(console).ask() : user.substring(colon + 1));
  }

  /**
   * The token to show; null if the server asks for no users.
   *
   * @throws StatusRuntimeException if the server does not let the user in
   */
  @Nullable String token(Channel channel, Duration timeout);

  /**
   * A channel on which this user is logged in; the same one if the server asks for no users.
   *
   * @throws StatusRuntimeException if the server does not let the user in
   */
  default Channel logIn(Channel channel, Duration timeout) {
    String token = token(channel, timeout);
    if (token == null) {
      return channel;
    }
    Metadata metadata = new Metadata();
    metadata.put(Login.TOKEN, token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  /** By a name and a password, for which the server gives a token. */
  record Password(String user, String password) implements Credentials {
    @Override
    public @Nullable String token(Channel channel, Duration timeout) {
      try {
        return AuthGrpc.newBlockingStub(channel)
            .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
            .authenticate(
                AuthenticateRequest.newBuilder().setName(user).setPassword(password).build())
            .getToken();
      } catch (StatusRuntimeException e) {
        if (isOff(e.getStatus())) {
          return null;
        }
        throw e;
      }
    }

    private static boolean isOff(Status status) {
      return status.getCode() == Status.Code.FAILED_PRECONDITION
          && "etcdserver: authentication is not enabled".equals(status.getDescription());
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "Credentials of " + user;
    }
  }

  /** By a token that somebody else has signed. */
  record Signed(String token) implements Credentials {
    @Override
    public String token(Channel channel, Duration timeout) {
      return token;
    }

    /** Without the token. */
    @Override
    public String toString() {
      return "Credentials by a token";
    }
  }
}
