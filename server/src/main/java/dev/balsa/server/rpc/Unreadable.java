package dev.balsa.server.rpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.List;

/**
 * What a client sent that is no message. gRPC itself answers with UNKNOWN and logs a bug of the
 * server; a call is refused here as by etcd, which has these words from gRPC for Go.
 *
 * @param reason what is wrong with the bytes
 */
public record Unreadable(String reason) {
  private Status refusal(MethodType type) {
    String thing =
        type == MethodType.UNARY
            ? "grpc: error unmarshalling request: "
            : "grpc: failed to unmarshal the received message ";
    return Status.INTERNAL.withDescription(thing + reason);
  }

  /** The same service, whose calls are to pass a {@link Refusing} before all other interceptors. */
  public static ServerServiceDefinition tolerated(ServerServiceDefinition service) {
    List<ServerMethodDefinition<?, ?>> methods =
        service.getMethods().stream()
            .<ServerMethodDefinition<?, ?>>map(Unreadable::tolerated)
            .toList();
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(service.getServiceDescriptor().getName())
            .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(definition::addMethod);
    return definition.build();
  }

  private static <Q, A> ServerMethodDefinition<Q, A> tolerated(
      ServerMethodDefinition<Q, A> method) {
    MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder()
            .setRequestMarshaller(new Tolerant<>(descriptor.getRequestMarshaller()))
            .build(),
        method.getServerCallHandler());
  }

  /** Reads an {@link Unreadable} where there is no message; only {@link Refusing} sees it. */
  private record Tolerant<Q>(Marshaller<Q> strict) implements Marshaller<Q> {
    @Override
    public InputStream stream(Q message) {
      return strict.stream(message);
    }

    @Override
    @SuppressWarnings("unchecked") // a listener's messages have no type at run time
    public Q parse(InputStream bytes) {
      try {
        return strict.parse(bytes);
      } catch (StatusRuntimeException e) {
        Throwable cause = e.getCause();
        return (Q)
            new Unreadable(String.valueOf(cause == null ? e.getMessage() : cause.getMessage()));
      }
    }
  }

  /** Ends a call whose client sends what cannot be read. */
  public static final class Refusing implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
      return new Listener<>(call, next.startCall(call, metadata));
    }
  }

  private static final class Listener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private boolean refused;

    Listener(ServerCall<Q, ?> call, ServerCall.Listener<Q> next) {
      super(next);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (refused) {
        return;
      }
      if ((Object) message instanceof Unreadable unreadable) {
        refused = true;
        call.close(unreadable.refusal(call.getMethodDescriptor().getType()), new Metadata());
        super.onCancel(); // to those behind, it is over
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

    @Override
    public void onReady() {
      if (!refused) {
        super.onReady();
      }
    }

    @Override
    public void onCancel() {
      if (!refused) {
        super.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!refused) {
        super.onComplete();
      }
    }
  }
}
