package dev.balsa.server.rpc;

import dev.balsa.kv.Alarm;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.ApplyObserver;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;

/**
 * Lets nobody read what may be wrong: a member that the alarm CORRUPT names answers no request
 * about keys and leases until it is replaced or the alarm is cleared. How it is, who the members
 * are and what it stores it still tells. Other members go on to serve reads, as all do in etcd.
 */
public final class Fence implements ServerInterceptor, ApplyObserver {
  private static final List<String> FENCED =
      List.of(
          "etcdserverpb.KV",
          "etcdserverpb.Watch",
          "etcdserverpb.Lease",
          "v3lockpb.Lock",
          "v3electionpb.Election");

  private final Alarm alarm;
  private volatile boolean named; // written by the thread that applies

  /** A fence around {@code self}; it is to be told of what is applied. */
  public Fence(NodeId self) {
    this.alarm = new Alarm(self.value(), Alarm.Type.CORRUPT);
  }

  @Override
  public void attached(KvMachine kv) {
    named = kv.hasAlarm(alarm);
  }

  @Override
  public void applied(KvMachine kv, List<KvResult> results) {
    attached(kv);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
    if (named && isFenced(call.getMethodDescriptor())) {
      call.close(EtcdError.CORRUPT.status(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return next.startCall(call, metadata);
  }

  private static boolean isFenced(MethodDescriptor<?, ?> method) {
    String service = method.getServiceName();
    return service != null && FENCED.contains(service);
  }
}
