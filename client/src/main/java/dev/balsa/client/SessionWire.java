package dev.balsa.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Opens a session: the one message of the server's own, written by hand to need no protobuf. */
final class SessionWire {
  private static final int VARINT = 0;
  private static final int SIZED = 2;
  private static final int SESSION_FIELD = 2;

  private static final MethodDescriptor<byte[], byte[]> OPEN =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("balsapb.Sessions/SessionOpen")
          .setRequestMarshaller(new Marshaller())
          .setResponseMarshaller(new Marshaller())
          .build();

  /** A timeout of 0, which stands for the server's own, is an empty message. */
  private static final byte[] SERVERS_TIMEOUT = {};

  private SessionWire() {}

  /** Completes with the session's number, or with the reason why there is none. */
  static CompletableFuture<Long> open(Channel channel) {
    CompletableFuture<Long> opened = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call = channel.newCall(OPEN, CallOptions.DEFAULT);
    call.start(new Opening(opened), new Metadata());
    call.request(2);
    call.sendMessage(SERVERS_TIMEOUT);
    call.halfClose();
    return opened;
  }

  private static final class Opening extends ClientCall.Listener<byte[]> {
    private final CompletableFuture<Long> opened;
    private byte @Nullable [] answer;

    Opening(CompletableFuture<Long> opened) {
      this.opened = opened;
    }

    @Override
    public void onMessage(byte[] message) {
      answer = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      byte[] message = answer;
      if (!status.isOk() || message == null) {
        opened.completeExceptionally(said(status).asRuntimeException());
        return;
      }
      try {
        opened.complete(session(new ByteArrayInputStream(message)));
      } catch (IOException e) {
        // Not the marshaller's to say: gRPC would take that for a call that may be repeated.
        opened.completeExceptionally(
            Status.INTERNAL
                .withDescription("the answer to SessionOpen is malformed: " + e.getMessage())
                .asRuntimeException());
      }
    }

    private static Status said(Status status) {
      return status.getCode() == Status.Code.UNIMPLEMENTED
          ? status.withDescription(
              "this server has no sessions, so it is no Balsa; call it without ExactlyOnce")
          : status;
    }
  }

  private static long session(InputStream in) throws IOException {
    long session = 0;
    for (int tag = in.read(); tag >= 0; tag = in.read()) {
      switch (tag & 7) {
        case VARINT -> {
          long number = varint(in);
          session = tag >> 3 == SESSION_FIELD ? number : session;
        }
        case SIZED -> in.skipNBytes(varint(in));
        default -> throw new IOException("unknown wire type " + (tag & 7));
      }
    }
    if (session == 0) {
      throw new IOException("names no session");
    }
    return session;
  }

  private static long varint(InputStream in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("ends within a number");
      }
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new IOException("has a number of more than 64 bits");
  }

  private static final class Marshaller implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream in) {
      try {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException("the answer to SessionOpen cannot be read", e);
      }
    }
  }
}
