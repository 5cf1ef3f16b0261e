package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A field of the API in the form of another type is refused as by a real etcd. */
class WireFormsSideBySideTest {
  /** A number, eight bytes, bytes of some length, a group, four bytes. */
  private static final List<Integer> FORMS =
      List.of(
          WireFormat.WIRETYPE_VARINT,
          WireFormat.WIRETYPE_FIXED64,
          WireFormat.WIRETYPE_LENGTH_DELIMITED,
          WireFormat.WIRETYPE_START_GROUP,
          WireFormat.WIRETYPE_FIXED32);

  /** Which 3.4.23 does not have. */
  private static final Set<String> LATER =
      Set.of(
          "etcdserverpb.AuthUserAddRequest.hashedPassword",
          "etcdserverpb.AuthUserChangePasswordRequest.hashedPassword",
          "etcdserverpb.MemberListRequest.linearizable");

  @TempDir static Path folder;

  @Test
  void everyFieldInEveryWrongFormIsRefusedInTheSameWords() throws Exception {
    try (TwoServers servers = TwoServers.start(folder)) {
      int asked = 0;
      List<String> differences = new ArrayList<>();
      for (Map.Entry<String, Descriptor> method : Methods.all().entrySet()) {
        for (ByteString wrong : wrong(method.getValue(), new HashSet<>())) {
          Step step = new Step.Raw(method.getKey(), wrong);
          String wanted = answer(servers.theirs(), step);
          String found = answer(servers.ours(), step);
          asked++;
          if (!found.equals(wanted) || !wanted.contains(" proto: wrong wireType = ")) {
            differences.add("%s: etcd says %s and we %s".formatted(step.text(), wanted, found));
          }
        }
      }
      assertThat(differences).isEmpty();
      assertThat(asked).isGreaterThan(400);
    }
  }

  private static String answer(Side side, Step step) throws Exception {
    return side.start(step).get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS).text();
  }

  /** Messages with one field that is wrong, at any depth but not twice in the same type. */
  private static List<ByteString> wrong(Descriptor type, Set<Descriptor> above) throws IOException {
    List<ByteString> messages = new ArrayList<>();
    if (!above.add(type)) {
      return messages;
    }
    for (FieldDescriptor field : type.getFields()) {
      if (LATER.contains(field.getFullName())) {
        continue;
      }
      for (int form : FORMS) {
        if (form != form(field)
            && !(field.isPackable() && form == WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
          messages.add(field(field.getNumber(), form, ByteString.EMPTY));
        }
      }
      if (field.getJavaType() == JavaType.MESSAGE) {
        for (ByteString within : wrong(field.getMessageType(), above)) {
          messages.add(field(field.getNumber(), WireFormat.WIRETYPE_LENGTH_DELIMITED, within));
        }
      }
    }
    above.remove(type);
    return messages;
  }

  private static int form(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT, LONG, BOOLEAN, ENUM -> WireFormat.WIRETYPE_VARINT;
      case STRING, BYTE_STRING, MESSAGE -> WireFormat.WIRETYPE_LENGTH_DELIMITED;
      case FLOAT, DOUBLE -> throw new AssertionError(field + ": etcd has none of these");
    };
  }

  private static ByteString field(int number, int form, ByteString bytes) throws IOException {
    ByteString.Output out = ByteString.newOutput();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.writeTag(number, form);
    switch (form) {
      case WireFormat.WIRETYPE_VARINT -> coded.writeUInt64NoTag(1);
      case WireFormat.WIRETYPE_FIXED64 -> coded.writeFixed64NoTag(1);
      case WireFormat.WIRETYPE_LENGTH_DELIMITED -> coded.writeBytesNoTag(bytes);
      case WireFormat.WIRETYPE_START_GROUP -> coded.writeTag(number, WireFormat.WIRETYPE_END_GROUP);
      case WireFormat.WIRETYPE_FIXED32 -> coded.writeFixed32NoTag(1);
      default -> throw new AssertionError("no form: " + form);
    }
    coded.flush();
    return out.toByteString();
  }
}
