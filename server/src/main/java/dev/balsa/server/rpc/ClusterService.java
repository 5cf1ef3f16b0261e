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
import java.util.ArrayList;
import java.util.List;
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
    if (!areValid(urls)) {
      observer.onError(EtcdError.BAD_MEMBER_URLS.exception());
      return;
    }
    boolean learner = request.getIsLearner();
    NodeId id = freshId();
    requests.reconfigure(
        new Change.Add(id, learner ? Seat.LEARNER : Seat.JOINING, MemberContext.encode(urls)),
        machine -> addition(urls, learner, machine),
        observer,
        (membership, machine) ->
            MemberAddResponse.newBuilder()
                .setHeader(headers.withoutRevision())
                .setMember(
                    Member.newBuilder()
                        .setID(id.value())
                        .addAllPeerURLs(urls)
                        .setIsLearner(learner))
                .addAllMembers(listed(membership, machine))
                .build());
  }

  @Override
  public void memberRemove(
      MemberRemoveRequest request, StreamObserver<MemberRemoveResponse> observer) {
    NodeId id = new NodeId(request.getID());
    requests.reconfigure(
        new Change.Remove(id),
        machine -> removal(id, machine),
        observer,
        (membership, machine) ->
            MemberRemoveResponse.newBuilder()
                .setHeader(headers.withoutRevision())
                .addAllMembers(listed(membership, machine))
                .build());
  }

  @Override
  public void memberUpdate(
      MemberUpdateRequest request, StreamObserver<MemberUpdateResponse> observer) {
    NodeId id = new NodeId(request.getID());
    List<String> urls = request.getPeerURLsList();
    boolean known = backend.members().member(id) != null; // else the change is refused for that
    if (known && !areValid(urls)) {
      observer.onError(EtcdError.BAD_MEMBER_URLS.exception());
      return;
    }
    requests.reconfigure(
        new Change.Update(id, MemberContext.encode(urls)),
        machine -> areTaken(urls, id) ? EtcdError.PEER_URLS_EXIST : null,
        observer,
        (membership, machine) ->
            MemberUpdateResponse.newBuilder()
                .setHeader(headers.withoutRevision())
                .addAllMembers(listed(membership, machine))
                .build());
  }

  @Override
  public void memberPromote(
      MemberPromoteRequest request, StreamObserver<MemberPromoteResponse> observer) {
    NodeId id = new NodeId(request.getID());
    requests.reconfigure(
        new Change.Promote(id),
        machine -> hasSeat(id, Seat.JOINING) ? EtcdError.MEMBER_NOT_LEARNER : null,
        observer,
        (membership, machine) ->
            MemberPromoteResponse.newBuilder()
                .setHeader(headers.withoutRevision())
                .addAllMembers(listed(membership, machine))
                .build());
  }

  /** What etcd refuses to add, in the order in which it looks, or null. */
  private @Nullable EtcdError addition(List<String> urls, boolean learner, ServerMachine machine) {
    if (!learner && !mayAddVoter(machine)) {
      return EtcdError.NOT_ENOUGH_STARTED;
    }
    if (areTaken(urls, null)) {
      return EtcdError.PEER_URLS_EXIST;
    }
    return learner && learners() >= LEARNERS_MAX ? EtcdError.TOO_MANY_LEARNERS : null;
  }

  /**
   * Whether the members that ever started could decide without the one to come. A cluster of one
   * may always take a second, which is how a restored cluster grows.
   */
  private boolean mayAddVoter(ServerMachine machine) {
    List<NodeId> voters = listedVoters();
    long started = started(voters, machine);
    return (started == 1 && voters.size() == 1) || started >= (voters.size() + 1) / 2 + 1;
  }

  /** What etcd refuses to remove before it looks who answers, or null. */
  private @Nullable EtcdError removal(NodeId id, ServerMachine machine) {
    List<NodeId> left = new ArrayList<>(listedVoters());
    boolean counted = left.remove(id);
    boolean enough = started(left, machine) >= left.size() / 2 + 1;
    return counted && !enough ? EtcdError.NOT_ENOUGH_STARTED : null;
  }

  /** Whom clients take for voters: those that are about to become one, too. */
  private List<NodeId> listedVoters() {
    return backend.members().members().stream()
        .filter(member -> member.seat() != Seat.LEARNER)
        .map(dev.balsa.raft.Member::id)
        .toList();
  }

  private static long started(List<NodeId> members, ServerMachine machine) {
    return members.stream()
        .map(id -> machine.completed(new ClusterMember(id, "", List.of(), List.of())))
        .filter(member -> !member.name().isEmpty())
        .count();
  }

  private boolean hasSeat(NodeId id, Seat seat) {
    dev.balsa.raft.Member member = backend.members().member(id);
    return member != null && member.seat() == seat;
  }

  private static boolean areValid(List<String> urls) {
    return !urls.isEmpty() && urls.stream().allMatch(MemberContext::isPeerUrl);
  }

  /** Whether another member than {@code self}, which must be one if given, has one of the URLs. */
  private boolean areTaken(List<String> urls, @Nullable NodeId self) {
    Membership known = backend.members();
    return (self == null || known.member(self) != null)
        && known.members().stream()
            .filter(member -> !member.id().equals(self))
            .flatMap(member -> MemberContext.peerUrls(member.context()).stream())
            .anyMatch(urls::contains);
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

  private static List<Member> listed(Membership membership, ServerMachine machine) {
    return membership.members().stream()
        .map(
            member -> {
              List<String> urls = MemberContext.peerUrls(member.context());
              ClusterMember known =
                  machine.completed(new ClusterMember(member.id(), "", urls, List.of()));
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
