package dev.balsa.server.whole;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Messages with some of their values exchanged, at any depth. */
final class Rewriting {
  private static final Set<String> REVISIONS =
      Set.of(
          "revision",
          "min_mod_revision",
          "max_mod_revision",
          "min_create_revision",
          "max_create_revision",
          "create_revision",
          "mod_revision",
          "start_revision",
          "rev");

  /** Above this a number is meant to be absurd and none of this history. */
  private static final long REVISION_MAX = 1L << 30;

  private Rewriting() {}

  /** The message with each value replaced by {@code exchange}; null drops it. */
  static Message of(
      Message message, BiFunction<FieldDescriptor, Object, @Nullable Object> exchange) {
    Message.Builder builder = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      builder.clearField(field);
      if (field.isRepeated()) {
        for (Object value : (List<?>) entry.getValue()) {
          Object other = exchanged(field, value, exchange);
          if (other != null) {
            builder.addRepeatedField(field, other);
          }
        }
      } else {
        Object other = exchanged(field, entry.getValue(), exchange);
        if (other != null) {
          builder.setField(field, other);
        }
      }
    }
    return builder.build();
  }

  private static @Nullable Object exchanged(
      FieldDescriptor field,
      Object value,
      BiFunction<FieldDescriptor, Object, @Nullable Object> exchange) {
    Object other = exchange.apply(field, value);
    return other instanceof Message nested ? of(nested, exchange) : other;
  }

  /** The request as it would be asked when the store is {@code by} revisions further. */
  static Message later(Message request, long by) {
    return of(
        request,
        (field, value) ->
            REVISIONS.contains(field.getName())
                    && value instanceof Long revision
                    && revision > 0
                    && revision < REVISION_MAX
                ? (Object) (revision + by)
                : value);
  }
}
