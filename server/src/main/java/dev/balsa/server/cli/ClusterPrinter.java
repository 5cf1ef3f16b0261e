package dev.balsa.server.cli;

import dev.balsa.proto.MemberListResponse;
import dev.balsa.proto.StatusResponse;
import java.util.List;

/** Prints what the commands about members got, in one of the output formats. */
interface ClusterPrinter {
  void members(MemberListResponse response);

  void status(List<EndpointStatus> statuses);

  void health(List<EndpointHealth> healths);

  /**
   * What one endpoint says of itself.
   *
   * @param endpoint as the person wrote it
   */
  record EndpointStatus(String endpoint, StatusResponse status) {
    boolean isLeader() {
      return status.getLeader() == status.getHeader().getMemberId();
    }
  }

  /**
   * Whether one endpoint can commit.
   *
   * @param endpoint as the person wrote it
   * @param nanos how long the answer took
   * @param error empty if it is healthy
   */
  record EndpointHealth(String endpoint, long nanos, String error) {
    boolean healthy() {
      return error.isEmpty();
    }

    String took() {
      return GoText.duration(nanos);
    }
  }
}
