package dev.balsa.server.whole;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import dev.balsa.proto.AuthGrpc;
import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.ElectionGrpc;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LockGrpc;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.WatchGrpc;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which method takes which request. */
final class Methods {
  private static final List<String> LATER =
      List.of(
          "etcdserverpb.Auth/AuthStatus",
          "etcdserverpb.KV/RangeStream",
          "etcdserverpb.Maintenance/Downgrade");

  private static final Map<String, io.grpc.MethodDescriptor<?, ?>> BY_REQUEST = new HashMap<>();

  static {
    for (ServiceDescriptor service :
        List.of(
            KVGrpc.getServiceDescriptor(),
            LeaseGrpc.getServiceDescriptor(),
            ClusterGrpc.getServiceDescriptor(),
            MaintenanceGrpc.getServiceDescriptor(),
            AuthGrpc.getServiceDescriptor(),
            LockGrpc.getServiceDescriptor(),
            ElectionGrpc.getServiceDescriptor())) {
      for (io.grpc.MethodDescriptor<?, ?> method : service.getMethods()) {
        // Leader and Observe take the same, and Range and RangeStream; the first one counts.
        BY_REQUEST.putIfAbsent(described(method).getInputType().getFullName(), method);
      }
    }
  }

  private Methods() {}

  static io.grpc.MethodDescriptor<?, ?> of(Message request) {
    String type = request.getDescriptorForType().getFullName();
    io.grpc.MethodDescriptor<?, ?> method = BY_REQUEST.get(type);
    if (method == null) {
      throw new IllegalArgumentException("no method takes a " + type);
    }
    return method;
  }

  /** The full name of one that etcd 3.4 has. */
  static String any(Random random) {
    List<String> names = List.copyOf(all().keySet());
    return names.get(random.nextInt(names.size()));
  }

  /** What those that etcd 3.4 has take, one for each kind of request, by their full names. */
  static SortedMap<String, Descriptor> all() {
    SortedMap<String, Descriptor> all = new TreeMap<>();
    Stream.concat(BY_REQUEST.values().stream(), Stream.of(WatchGrpc.getWatchMethod()))
        .filter(method -> !LATER.contains(method.getFullMethodName()))
        .forEach(method -> all.put(method.getFullMethodName(), described(method).getInputType()));
    return all;
  }

  private static MethodDescriptor described(io.grpc.MethodDescriptor<?, ?> method) {
    if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier) {
      return supplier.getMethodDescriptor();
    }
    throw new IllegalStateException("not generated: " + method.getFullMethodName());
  }
}
