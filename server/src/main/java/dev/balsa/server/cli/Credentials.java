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

/** Who the person says to be. */
record Credentials(String user, String password) {
  /**
   * A channel on which this user is logged in; the same one if the server asks for no users.
   *
   * @throws StatusRuntimeException if the server does not let the user in
   */
  Channel logIn(Channel channel, Duration timeout) {
    String token;
    try {
      token =
          AuthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
              .authenticate(
                  AuthenticateRequest.newBuilder().setName(user).setPassword(password).build())
              .getToken();
    } catch (StatusRuntimeException e) {
      if (isOff(e.getStatus())) {
        return channel;
      }
      throw e;
    }
    Metadata metadata = new Metadata();
    metadata.put(Login.TOKEN, token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
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
