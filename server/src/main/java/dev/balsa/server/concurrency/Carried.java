package dev.balsa.server.concurrency;

import dev.balsa.server.auth.CommonNames;
import dev.balsa.server.rpc.Once;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps what a caller says of itself, or its certificate of it, for the calls that are made in its
 * name.
 */
public final class Carried implements ServerInterceptor {
  private static final Context.Key<Metadata> METADATA = Context.key("balsa-carried");

  /** Who the caller is, whether it wants to wait without a leader, and its session. */
  private static final List<Metadata.Key<String>> KEYS =
      Stream.concat(
              Stream.of("token", "authorization", "hasleader").map(Carried::key),
              Once.KEYS.stream())
          .toList();

  private final CommonNames names;

  public Carried(CommonNames names) {
    this.names = names;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /** What calls in the name of the current one are to carry. */
  static Metadata current() {
    Metadata carried = METADATA.get();
    return carried == null ? new Metadata() : carried;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
    Metadata carried = new Metadata();
    for (Metadata.Key<String> key : KEYS) {
      String value = metadata.get(key);
      if (value != null) {
        carried.put(key, value);
      }
    }
    String name = names.of(call, metadata);
    if (name != null) {
      carried.put(CommonNames.KEY, name);
    }
    return Contexts.interceptCall(
        Context.current().withValue(METADATA, carried), call, metadata, next);
  }
}
