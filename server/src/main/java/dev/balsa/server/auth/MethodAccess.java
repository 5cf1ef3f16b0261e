package dev.balsa.server.auth;

import dev.balsa.kv.AuthState;
import dev.balsa.kv.Caller;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.proto.AuthGrpc;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.SessionsGrpc;
import io.grpc.MethodDescriptor;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a method asks of its caller before its request is looked at, as etcd since the advisory
 * GHSA-q8m4-xhhv-38mg. A method of the API that is not listed anywhere here asks for root, so that
 * one that comes to be is closed and not open.
 */
enum MethodAccess {
  /** Says nothing that needs a user, or is how one becomes a user. */
  FREE,
  /** Asks for a user at once. */
  USER,
  /** Asks for root at once. */
  ROOT,
  /** Asks for the permissions that its requests take, where they are carried out. */
  BY_REQUEST;

  private static final Map<String, MethodAccess> BY_METHOD = new TreeMap<>();

  static {
    add(FREE, AuthGrpc.getAuthenticateMethod());
    add(FREE, AuthGrpc.getAuthStatusMethod());
    add(FREE, MaintenanceGrpc.getStatusMethod());
    add(USER, ClusterGrpc.getMemberListMethod());
    add(USER, MaintenanceGrpc.getAlarmMethod());
    add(USER, LeaseGrpc.getLeaseGrantMethod());
    add(USER, LeaseGrpc.getLeaseRevokeMethod());
    add(USER, LeaseGrpc.getLeaseKeepAliveMethod());
    add(USER, LeaseGrpc.getLeaseTimeToLiveMethod());
    add(USER, LeaseGrpc.getLeaseLeasesMethod());
    add(USER, SessionsGrpc.getSessionOpenMethod());
    add(USER, SessionsGrpc.getSessionKeepAliveMethod());
    add(USER, SessionsGrpc.getSessionCloseMethod());
    add(ROOT, KVGrpc.getCompactMethod());
    add(BY_REQUEST, KVGrpc.getRangeMethod());
    add(BY_REQUEST, KVGrpc.getRangeStreamMethod());
    add(BY_REQUEST, KVGrpc.getPutMethod());
    add(BY_REQUEST, KVGrpc.getDeleteRangeMethod());
    add(BY_REQUEST, KVGrpc.getTxnMethod());
    add(BY_REQUEST, AuthGrpc.getUserGetMethod());
    add(BY_REQUEST, AuthGrpc.getRoleGetMethod());
  }

  private static void add(MethodAccess access, MethodDescriptor<?, ?> method) {
    BY_METHOD.put(method.getFullMethodName(), access);
  }

  /** What {@code method}, a full name, asks for. */
  static MethodAccess of(String method) {
    MethodAccess listed = BY_METHOD.get(method);
    if (listed != null) {
      return listed;
    }
    return switch (MethodDescriptor.extractFullServiceName(method)) {
      case null -> ROOT;
      case "grpc.health.v1.Health" -> FREE;
      // Their requests become those of KV, Lease and Watch, and are looked at as such.
      case "etcdserverpb.Watch", "v3lockpb.Lock", "v3electionpb.Election" -> BY_REQUEST;
      default -> ROOT;
    };
  }

  /** Why {@code caller} is turned away, null if it is not. */
  @Nullable KvError errorIn(AuthState state, Caller caller) {
    return switch (this) {
      case FREE, BY_REQUEST -> null;
      case USER -> state.errorInUser(caller);
      case ROOT -> state.errorInAdmin(caller);
    };
  }
}
