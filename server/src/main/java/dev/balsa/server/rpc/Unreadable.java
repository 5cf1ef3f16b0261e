package dev.balsa.server.rpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
            .setRequestMarshaller(tolerant(descriptor.getRequestMarshaller()))
            .build(),
        method.getServerCallHandler());
  }

  private static <Q> Marshaller<Q> tolerant(Marshaller<Q> strict) {
    return strict instanceof PrototypeMarshaller<Q> known
            && known.getMessagePrototype() instanceof Message prototype
        ? new Tolerant<>(strict, prototype.getDescriptorForType())
        : strict;
  }

  /** Reads an {@link Unreadable} where there is no message; only {@link Refusing} sees it. */
  private record Tolerant<Q>(Marshaller<Q> strict, Descriptor type) implements Marshaller<Q> {
    @Override
    public InputStream stream(Q message) {
      return strict.stream(message);
    }

    /** What a stream may not give twice comes compressed; then the order of fields may be lost. */
    @Override
    public Q parse(InputStream bytes) {
      boolean twice = bytes.markSupported();
      if (twice) {
        bytes.mark(Integer.MAX_VALUE);
      }
      try {
        Q message = strict.parse(bytes);
        if (!(message instanceof Message read) || !WireForms.leftSome(read)) {
          return message;
        }
        String objection =
            WireForms.objection(twice ? again(bytes) : read.toByteString().newInput(), type);
        return objection == null ? message : refused(objection);
      } catch (StatusRuntimeException e) {
        String objection = twice ? WireForms.objection(again(bytes), type) : null;
        Throwable cause = e.getCause();
        return refused(
            objection != null
                ? objection
                : String.valueOf(cause == null ? e.getMessage() : cause.getMessage()));
      }
    }

    private static InputStream again(InputStream bytes) {
      try {
        bytes.reset();
        return bytes;
      } catch (IOException e) {
        throw new UncheckedIOException("a marked stream of bytes in memory cannot be reset", e);
      }
    }

    @SuppressWarnings("unchecked") // a listener's messages have no type at run time
    private Q refused(String reason) {
      return (Q) new Unreadable(reason);
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
