package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Messages as the JSON that etcdctl prints: names as in the definitions, numbers as numbers (64
 * bits wide, which JavaScript would round), bytes as base64, default values left out. It differs
 * from the JSON mapping of protobuf, which the server speaks, so that cannot stand in.
 */
final class GoJson {
  private GoJson() {}

  static String of(Message message) {
    StringBuilder json = new StringBuilder();
    write(json, message);
    return json.toString();
  }

  private static void write(StringBuilder json, Message message) {
    json.append('{');
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (isPresent(message, field)) {
        comma(json);
        writeField(json, field, message.getField(field));
      }
    }
    json.append('}');
  }

  private static boolean isPresent(Message message, FieldDescriptor field) {
    return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
  }

  /** A choice is one more object, with the names that Go gives the types of a choice. */
  private static void writeField(StringBuilder json, FieldDescriptor field, Object value) {
    if (field.getContainingOneof() == null) {
      json.append(quote(field.getName())).append(':');
      writeValues(json, field, value);
      return;
    }
    json.append(quote(camel(field.getContainingOneof().getName()))).append(":{");
    json.append(quote(camel(field.getName()))).append(':');
    writeValues(json, field, value);
    json.append('}');
  }

  private static void writeValues(StringBuilder json, FieldDescriptor field, Object value) {
    if (!field.isRepeated()) {
      writeValue(json, field, value);
      return;
    }
    json.append('[');
    for (Object one : (List<?>) value) {
      comma(json);
      writeValue(json, field, one);
    }
    json.append(']');
  }

  private static void writeValue(StringBuilder json, FieldDescriptor field, Object value) {
    switch (field.getJavaType()) {
      case MESSAGE -> write(json, (Message) value);
      case STRING -> json.append(quote((String) value));
      case BYTE_STRING -> json.append('"').append(base64((ByteString) value)).append('"');
      case ENUM -> json.append(((EnumValueDescriptor) value).getNumber());
      case LONG ->
          json.append(
              field.getType() == FieldDescriptor.Type.UINT64
                  ? Long.toUnsignedString((Long) value)
                  : value.toString());
      case INT ->
          json.append(
              field.getType() == FieldDescriptor.Type.UINT32
                  ? Integer.toUnsignedString((Integer) value)
                  : value.toString());
      case BOOLEAN, FLOAT, DOUBLE -> json.append(value);
    }
  }

  private static String base64(ByteString bytes) {
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static void comma(StringBuilder json) {
    char last = json.charAt(json.length() - 1);
    if (last != '{' && last != '[') {
      json.append(',');
    }
  }

  /** A JSON string, with the signs that matter in HTML escaped too, as Go does it. */
  static String quote(String text) {
    StringBuilder json = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                  if (character < 0x20 || "<>&\u2028\u2029".indexOf(character) >= 0) {
                    json.append(String.format(Locale.ROOT, "\\u%04x", character));
                  } else {
                    json.appendCodePoint(character);
                  }
                }
              }
            });
    return json.append('"').toString();
  }

  /** {@code response_range} as {@code ResponseRange}. */
  private static String camel(String name) {
    byte[] camel = name.getBytes(StandardCharsets.US_ASCII);
    int length = 0;
    boolean upper = true;
    for (byte b : camel) {
      if (b == '_') {
        upper = true;
      } else {
        camel[length++] = upper && b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
        upper = false;
      }
    }
    return new String(camel, 0, length, StandardCharsets.US_ASCII);
  }
}
