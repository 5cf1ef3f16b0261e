package dev.balsa.server.rpc;

import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.RangeRequest;
import dev.balsa.raft.Member;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Seat;
import dev.balsa.server.backend.Backend;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Turns away what a learner does not answer: all but the member's status, its backup and reads that
 * say they may be stale, as in etcd. Clients take the hint and ask a voter.
 */
public final class LearnerCalls implements ServerInterceptor {
  private final Backend backend;
  private final NodeId self;

  /** Asks {@code backend} whether {@code self} is a learner. */
  public LearnerCalls(Backend backend, NodeId self) {
    this.backend = backend;
    this.self = self;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (!isLearner(self, backend) || isAlwaysAnswered(method)) {
      return next.startCall(call, metadata);
    }
    if (method.equals(KVGrpc.getRangeMethod().getFullMethodName())) {
      return new StaleOnly<>(call, next.startCall(call, metadata));
    }
    call.close(EtcdError.NOT_FOR_LEARNERS.status(), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  /** Whether {@code self} does not vote, nor is about to. */
  static boolean isLearner(NodeId self, Backend backend) {
    Member member = backend.members().member(self);
    return member != null && member.seat() == Seat.LEARNER;
  }

  private static boolean isAlwaysAnswered(String method) {
    return method.startsWith("grpc.health.")
        || method.equals(MaintenanceGrpc.getStatusMethod().getFullMethodName())
        || method.equals(MaintenanceGrpc.getSnapshotMethod().getFullMethodName());
  }

  /** Lets through a read that may be stale. */
  private static final class StaleOnly<Q, A> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, A> call;
    private boolean refused;

    StaleOnly(ServerCall<Q, A> call, ServerCall.Listener<Q> next) {
      super(next);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (message instanceof RangeRequest range && !range.getSerializable()) {
        refused = true;
        call.close(EtcdError.NOT_FOR_LEARNERS.status(), new Metadata());
      } else {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }
  }
}
