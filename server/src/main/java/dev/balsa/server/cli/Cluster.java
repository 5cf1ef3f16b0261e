package dev.balsa.server.cli;

import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberListRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members a command may ask. The first that answers is asked; a read goes on to the next when a
 * member is unavailable, a write does not, since the first may have done it.
 *
 * @param endpoints at least one, in the order to try
 * @param commandTimeout bounds each request
 * @param dialing how long a silent member is waited for
 * @param credentials who to log in as, null for nobody
 * @param tls how to connect
 */
record Cluster(
    List<Endpoint> endpoints,
    Duration commandTimeout,
    Dialing dialing,
    @Nullable Credentials credentials,
    CtlTls tls) {
  /** Asks something that changes nothing. */
  <T> T read(Function<Channel, T> request) {
    return ask(request, true);
  }

  /** Asks for a change; no second member is asked once the request has left. */
  <T> T write(Function<Channel, T> request) {
    return ask(request, false);
  }

  private <T> T ask(Function<Channel, T> request, boolean repeatable) {
    List<String> failures = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      Connection connection;
      try {
        connection = Connection.open(endpoint, dialing, tls);
      } catch (CommandFailure e) {
        failures.add(String.valueOf(e.getMessage()).replace("no answer from ", ""));
        continue;
      }
      try (connection) {
        return request.apply(entered(connection));
      } catch (StatusRuntimeException e) {
        boolean next = repeatable && e.getStatus().getCode() == Status.Code.UNAVAILABLE;
        if (!next || endpoint.equals(endpoints.getLast())) {
          throw new CommandFailure(reason(e));
        }
      }
    }
    throw new CommandFailure(
        "nothing answers at "
            + String.join(", ", failures)
            + "; start a member there or name others with --endpoints");
  }

  private Channel entered(Connection connection) {
    return credentials == null
        ? connection.channel()
        : credentials.logIn(connection.channel(), commandTimeout);
  }

  /** Other members, asked as patiently by another user. */
  Cluster elsewhere(List<Endpoint> others, @Nullable Credentials user, CtlTls how) {
    return new Cluster(others, commandTimeout, dialing, user, how);
  }

  /** Asks members what they tell over HTTP only, connecting in the same way. */
  HttpAsking http() {
    return new HttpAsking(commandTimeout, tls);
  }

  /** Whether somebody serves there. */
  boolean answers(Endpoint endpoint) {
    try (Connection connection = Connection.open(endpoint, dialing, tls)) {
      return !connection.channel().isShutdown();
    } catch (CommandFailure nobody) {
      return false;
    }
  }

  /** Asks one member and no other. */
  <T> T askOnly(Endpoint endpoint, Function<Channel, T> request) {
    try (Connection connection = Connection.open(endpoint, dialing, tls)) {
      return request.apply(entered(connection));
    } catch (StatusRuntimeException e) {
      throw new CommandFailure(reason(e));
    }
  }

  /** The client endpoints that the members themselves advertise. */
  List<Endpoint> advertised() {
    List<String> urls = new ArrayList<>();
    for (Member member : members()) {
      urls.addAll(member.getClientURLsList());
    }
    return Endpoint.parseAll(urls);
  }

  private List<Member> members() {
    return read(
        channel ->
            ClusterGrpc.newBlockingStub(channel)
                .withDeadlineAfter(commandTimeout.toNanos(), TimeUnit.NANOSECONDS)
                .memberList(MemberListRequest.newBuilder().setLinearizable(true).build())
                .getMembersList());
  }

  /** What went wrong in the server's own words, which clients and people search for. */
  static String reason(StatusRuntimeException failure) {
    Status status = failure.getStatus();
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return "context deadline exceeded";
    }
    if (status.getCause() instanceof StatusRuntimeException cause) {
      return reason(cause); // what never left, such as a message that is too large
    }
    String description = status.getDescription();
    return description == null ? status.getCode().name() : description;
  }
}
