package dev.balsa.server.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds fields of a message that have a number of the API and the wire form of another type.
 * Protobuf for Java takes them for fields of a version to come and passes over them; etcd, which is
 * written in Go, refuses the message, and so the client hears of its mistake.
 */
final class WireForms {
  /** As deep as protobuf for Java reads. */
  private static final int DEPTH_MAX = 100;

  /** The fields of each class of messages that are messages; to ask protobuf each time is slow. */
  private static final Map<Class<?>, List<FieldDescriptor>> NESTED = new ConcurrentHashMap<>();

  private WireForms() {}

  /** Whether there are fields in {@code message}, at any depth, that were not taken for ours. */
  static boolean leftSome(Message message) {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      return true;
    }
    for (FieldDescriptor field : nested(message)) {
      if (leftSome(message, field)) {
        return true;
      }
    }
    return false;
  }

  private static List<FieldDescriptor> nested(Message message) {
    List<FieldDescriptor> known = NESTED.get(message.getClass());
    return known != null
        ? known
        : NESTED.computeIfAbsent(
            message.getClass(),
            type ->
                message.getDescriptorForType().getFields().stream()
                    .filter(field -> field.getJavaType() == JavaType.MESSAGE)
                    .toList());
  }

  private static boolean leftSome(Message message, FieldDescriptor field) {
    if (!field.isRepeated()) {
      return message.hasField(field) && leftSome((Message) message.getField(field));
    }
    int count = message.getRepeatedFieldCount(field);
    for (int place = 0; place < count; place++) {
      if (leftSome((Message) message.getRepeatedField(field, place))) {
        return true;
      }
    }
    return false;
  }

  /**
   * What etcd says of the first field in {@code bytes} that has another form than {@code type}
   * says, null if there is none before the end or before what cannot be read at all.
   */
  static @Nullable String objection(InputStream bytes, Descriptor type) {
    try {
      return objection(CodedInputStream.newInstance(bytes), type, 1);
    } catch (IOException e) {
      return null; // the bytes are no message, which who parses them says better
    }
  }

  private static @Nullable String objection(CodedInputStream in, Descriptor type, int depth)
      throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int form = WireFormat.getTagWireType(tag);
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (form == WireFormat.WIRETYPE_END_GROUP || depth > DEPTH_MAX) {
        return null;
      }
      if (field != null && !takes(field, form)) {
        return "proto: wrong wireType = %d for field %s".formatted(form, goName(field.getName()));
      }
      if (field == null || field.getJavaType() != JavaType.MESSAGE) {
        in.skipField(tag);
        continue;
      }
      int end = in.pushLimit(in.readRawVarint32());
      String within = objection(in, field.getMessageType(), depth + 1);
      if (within != null || !in.isAtEnd()) {
        return within;
      }
      in.popLimit(end);
    }
    return null;
  }

  /** Repeated numbers come packed or one by one, whatever the schema says. */
  private static boolean takes(FieldDescriptor field, int form) {
    return form == field.getLiteType().getWireType()
        || (field.isPackable() && form == WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  /** The field's name in etcd's code: what follows an underscore is large, if it can be. */
  private static String goName(String name) {
    StringBuilder camel = new StringBuilder();
    boolean large = true;
    for (int place = 0; place < name.length(); place++) {
      char next = name.charAt(place);
      boolean dropped = next == '_' && place + 1 < name.length() && isSmall(name.charAt(place + 1));
      if (!dropped) {
        camel.append(large && isSmall(next) ? (char) (next - 'a' + 'A') : next);
      }
      large = dropped;
    }
    return camel.toString();
  }

  private static boolean isSmall(char letter) {
    return letter >= 'a' && letter <= 'z';
  }
}
