package dev.balsa.server.rpc;

import dev.balsa.node.Consistency;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.MemberListResponse;
import dev.balsa.server.backend.ClusterMember;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** etcd's Cluster service: who the members are and where clients reach them. */
public final class ClusterService extends ClusterGrpc.ClusterImplBase {
  private final Requests requests;
  private final Headers headers;
  private final List<ClusterMember> members;

  /** Lists {@code members}, completed by what each has published. */
  public ClusterService(Requests requests, Headers headers, List<ClusterMember> members) {
    this.requests = requests;
    this.headers = headers;
    this.members = List.copyOf(members);
  }

  @Override
  public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> observer) {
    requests.<MemberListResponse, List<ClusterMember>>read(
        request.getLinearizable() ? Consistency.LINEARIZABLE : Consistency.STALE,
        machine -> members.stream().map(machine::completed).toList(),
        observer,
        this::response);
  }

  private MemberListResponse response(List<ClusterMember> known) {
    MemberListResponse.Builder response =
        MemberListResponse.newBuilder().setHeader(headers.withoutRevision());
    for (ClusterMember member : known) {
      response.addMembers(
          Member.newBuilder()
              .setID(member.id().value())
              .setName(member.name())
              .addAllPeerURLs(member.peerUrls())
              .addAllClientURLs(member.clientUrls()));
    }
    return response.build();
  }
}
