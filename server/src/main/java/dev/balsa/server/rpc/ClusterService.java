package dev.balsa.server.rpc;

import dev.balsa.node.Consistency;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberAddRequest;
import dev.balsa.proto.MemberAddResponse;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.MemberListResponse;
import dev.balsa.proto.MemberPromoteRequest;
import dev.balsa.proto.MemberPromoteResponse;
import dev.balsa.proto.MemberRemoveRequest;
import dev.balsa.proto.MemberRemoveResponse;
import dev.balsa.proto.MemberUpdateRequest;
import dev.balsa.proto.MemberUpdateResponse;
import dev.balsa.raft.Change;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Seat;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.backend.MemberContext;
import dev.balsa.server.backend.ServerMachine;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * etcd's Cluster service: who the members are, where clients reach them, and how that changes.
 *
 * <p>A member that is added as a voter is one as soon as it has caught up and not before, so that
 * adding it never costs the quorum; it is listed as a voter from the start, as etcd's clients
 * expect.
 */
public final class ClusterService extends ClusterGrpc.ClusterImplBase {
  /** etcd's {@code --max-learners}. */
  private static final int LEARNERS_MAX = 1;

  private final Backend backend;
  private final Requests requests;
  private final Headers headers;
  private final SecureRandom random = new SecureRandom();

  /** Answers for the members that {@code backend} knows. */
  public ClusterService(Backend backend, Requests requests, Headers headers) {
    this.backend = backend;
    this.requests = requests;
    this.headers = headers;
  }

  @Override
  public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> observer) {
    Consistency consistency =
        request.getLinearizable() ? Consistency.LINEARIZABLE : Consistency.STALE;
    requests.<MemberListResponse, List<Member>>read(
        consistency,
        machine -> listed(backend.members(), machine),
        observer,
        members ->
            MemberListResponse.newBuilder()
                .setHeader(headers.withoutRevision())
                .addAllMembers(members)
                .build());
  }

  @Override
  public void memberAdd(MemberAddRequest request, StreamObserver<MemberAddResponse> observer) {
    List<String> urls = request.getPeerURLsList();
    EtcdError error = error(urls, null);
    if (error == null && request.getIsLearner() && learners() >= LEARNERS_MAX) {
      error = EtcdError.TOO_MANY_LEARNERS;
    }
    if (error != null) {
      observer.onError(error.exception());
      return;
    }
    NodeId id = freshId();
    Seat seat = request.getIsLearner() ? Seat.LEARNER : Seat.JOINING;
    change(
        new Change.Add(id, seat, MemberContext.encode(urls)),
        observer,
        members ->
            MemberAddResponse.newBuilder()
                .setHeader(headers.withoutRevision())
                .setMember(
                    Member.newBuilder()
                        .setID(id.value())
                        .addAllPeerURLs(urls)
                        .setIsLearner(request.getIsLearner()))
                .addAllMembers(members)
                .build());
  }

  @Override
  public void memberRemove(
      MemberRemoveRequest request, StreamObserver<MemberRemoveResponse> observer) {
    change(
        new Change.Remove(new NodeId(request.getID())),
        observer,
        members ->
            MemberRemoveResponse.newBuilder()
                .setHeader(headers.withoutRevision())
                .addAllMembers(members)
                .build());
  }

  @Override
  public void memberUpdate(
      MemberUpdateRequest request, StreamObserver<MemberUpdateResponse> observer) {
    NodeId id = new NodeId(request.getID());
    EtcdError error = error(request.getPeerURLsList(), id);
    if (error != null) {
      observer.onError(error.exception());
      return;
    }
    change(
        new Change.Update(id, MemberContext.encode(request.getPeerURLsList())),
        observer,
        members ->
            MemberUpdateResponse.newBuilder()
                .setHeader(headers.withoutRevision())
                .addAllMembers(members)
                .build());
  }

  @Override
  public void memberPromote(
      MemberPromoteRequest request, StreamObserver<MemberPromoteResponse> observer) {
    change(
        new Change.Promote(new NodeId(request.getID())),
        observer,
        members ->
            MemberPromoteResponse.newBuilder()
                .setHeader(headers.withoutRevision())
                .addAllMembers(members)
                .build());
  }

  private <A> void change(
      Change change, StreamObserver<A> observer, Function<List<Member>, A> answer) {
    requests.reconfigure(change, observer, membership -> answer.apply(listed(membership, null)));
  }

  /** What is wrong with a member's new URLs, or null. */
  private @Nullable EtcdError error(List<String> urls, @Nullable NodeId self) {
    if (urls.isEmpty() || urls.stream().anyMatch(url -> !MemberContext.isPeerUrl(url))) {
      return EtcdError.BAD_MEMBER_URLS;
    }
    boolean taken =
        backend.members().members().stream()
            .filter(member -> !member.id().equals(self))
            .flatMap(member -> MemberContext.peerUrls(member.context()).stream())
            .anyMatch(urls::contains);
    return taken ? EtcdError.PEER_URLS_EXIST : null;
  }

  private long learners() {
    return backend.members().members().stream()
        .filter(member -> member.seat() == Seat.LEARNER)
        .count();
  }

  /** An id that no member has or had; the odds of drawing one twice are those of etcd's hash. */
  private NodeId freshId() {
    Membership known = backend.members();
    while (true) {
      NodeId id = new NodeId(random.nextLong());
      if (id.value() != 0 && known.member(id) == null && !known.removed().contains(id)) {
        return id;
      }
    }
  }

  private static List<Member> listed(Membership membership, @Nullable ServerMachine machine) {
    return membership.members().stream()
        .map(
            member -> {
              List<String> urls = MemberContext.peerUrls(member.context());
              ClusterMember bare = new ClusterMember(member.id(), "", urls, List.of());
              ClusterMember known = machine == null ? bare : machine.completed(bare);
              return Member.newBuilder()
                  .setID(known.id().value())
                  .setName(known.name())
                  .addAllPeerURLs(known.peerUrls())
                  .addAllClientURLs(known.clientUrls())
                  .setIsLearner(member.seat() == Seat.LEARNER)
                  .build();
            })
        .toList();
  }
}
