package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.WatchRequest;
import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * One thing that two servers are asked alike.
 *
 * <p>A user is a name, for whom the server's latest token is shown; {@code old:} before the name
 * means the first one, {@link #WRONG} a token that no server gave, null none.
 */
sealed interface Step {
  String WRONG = "wrong:";
  String OLD = "old:";

  /** A call, and the first answer to it. */
  record Ask(MethodDescriptor<?, ?> method, Message request, @Nullable String user)
      implements Step {}

  /** A call that is not waited for, but until it has put {@code key}. */
  record Begin(Ask ask, ByteString key) implements Step {}

  /** Waits for the answer to the oldest call that was begun. */
  record End() implements Step {}

  /** A call with bytes that need not be a message, of a method that need not exist. */
  record Raw(String method, ByteString bytes) implements Step {}

  /** A request on one of the caller's watch streams. */
  record OnStream(int stream, WatchRequest request, @Nullable String user) implements Step {}

  /** Waits until all watchers have been told what there is, and compares that. */
  record Settle() implements Step {}

  /** A call of the method that takes such a request. */
  static Ask ask(Message request) {
    return ask(request, null);
  }

  static Ask ask(Message request, @Nullable String user) {
    return new Ask(Methods.of(request), request, user);
  }

  /** The same when the store is {@code by} revisions further. */
  default Step later(long by) {
    return switch (this) {
      case Ask(var method, Message request, var user) ->
          new Ask(method, Rewriting.later(request, by), user);
      case Begin(Ask ask, var key) -> new Begin((Ask) ask.later(by), key);
      case OnStream(int stream, WatchRequest request, var user) ->
          new OnStream(stream, (WatchRequest) Rewriting.later(request, by), user);
      case End end -> end;
      case Raw raw -> raw;
      case Settle settle -> settle;
    };
  }

  /** For people. */
  default String text() {
    String text =
        switch (this) {
          case Ask(var method, Message request, var user) ->
              "%s as %s { %s }".formatted(method.getFullMethodName(), user, request);
          case Begin(Ask ask, var key) -> "begin " + ask.text();
          case OnStream(int stream, WatchRequest request, var user) ->
              "stream %d as %s { %s }".formatted(stream, user, request);
          case End end -> "end of what was begun";
          case Raw(String method, ByteString bytes) -> "%s, %s".formatted(method, bytes);
          case Settle settle -> "settle";
        };
    String line = text.replaceAll("\\s+", " ");
    return line.length() < 2_000 ? line : line.substring(0, 2_000) + "…";
  }
}
