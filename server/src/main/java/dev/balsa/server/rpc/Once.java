package dev.balsa.server.rpc;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionMachine;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a call says by its metadata so that its write takes effect once, however often it is asked
 * for.
 *
 * @param session the session's number, from 1
 * @param sequence the write's number within the session, from 1
 * @param unanswered the least sequence whose answer is still wanted, in 1..{@code sequence}
 */
public record Once(long session, long sequence, long unanswered) {
  /** {@code balsa-session}: a number that the session service gave. */
  public static final Metadata.Key<String> SESSION = key("balsa-session");

  /** {@code balsa-sequence}: another one for every write of the session. */
  public static final Metadata.Key<String> SEQUENCE = key("balsa-sequence");

  /** {@code balsa-unanswered}, which may be left out. */
  public static final Metadata.Key<String> UNANSWERED = key("balsa-unanswered");

  /** All three. */
  public static final List<Metadata.Key<String>> KEYS = List.of(SESSION, SEQUENCE, UNANSWERED);

  private static final Context.Key<Once> CURRENT = Context.key("balsa-once");

  private static final Set<String> WRITES =
      Set.of(
          "etcdserverpb.KV/Put",
          "etcdserverpb.KV/DeleteRange",
          "etcdserverpb.KV/Txn",
          "etcdserverpb.KV/Compact",
          "etcdserverpb.Lease/LeaseGrant",
          "etcdserverpb.Lease/LeaseRevoke");

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /** What the call that runs says, null if nothing. */
  static @Nullable Once current() {
    return CURRENT.get();
  }

  /** {@code command}, to take effect once. */
  SessionCommand of(Bytes command, long stampMillis) {
    return new SessionCommand.Request(session, sequence, unanswered, stampMillis, command);
  }

  /** Reads the metadata of writes. */
  public static final class Reader implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
      boolean asked = metadata.containsKey(SESSION) || metadata.containsKey(SEQUENCE);
      if (!asked || !WRITES.contains(call.getMethodDescriptor().getFullMethodName())) {
        return next.startCall(call, metadata);
      }
      Once once;
      try {
        once = read(metadata);
      } catch (IllegalArgumentException malformed) {
        call.close(Status.INVALID_ARGUMENT.withDescription(malformed.getMessage()), new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return Contexts.interceptCall(
          Context.current().withValue(CURRENT, once), call, metadata, next);
    }
  }

  private static Once read(Metadata metadata) {
    long session = positive(SESSION, metadata.get(SESSION));
    long sequence = positive(SEQUENCE, metadata.get(SEQUENCE));
    String told = metadata.get(UNANSWERED);
    long unanswered =
        told == null
            ? Math.max(1, sequence - SessionMachine.WINDOW_MAX + 1)
            : positive(UNANSWERED, told);
    if (unanswered > sequence) {
      throw new IllegalArgumentException(
          "balsa-unanswered %d is above balsa-sequence %d; send the least sequence still unanswered"
              .formatted(unanswered, sequence));
    }
    return new Once(session, sequence, unanswered);
  }

  private static long positive(Metadata.Key<String> key, @Nullable String text) {
    if (text != null && text.matches("[1-9][0-9]{0,17}")) {
      return Long.parseLong(text);
    }
    throw new IllegalArgumentException(
        "%s is %s; send a number from 1 with both balsa-session and balsa-sequence"
            .formatted(key.name(), text == null ? "missing" : "'" + text + "'"));
  }
}
