package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.AuthRoleGetResponse;
import dev.balsa.proto.AuthRoleListResponse;
import dev.balsa.proto.AuthUserGetResponse;
import dev.balsa.proto.AuthUserListResponse;
import dev.balsa.proto.Permission;
import dev.balsa.proto.ResponseHeader;
import java.util.stream.Collectors;

/** Prints what the commands about users and roles got, as etcdctl does in each format. */
record AuthPrinter(Console console, String format) {
  private static final ByteString OPEN_END = ByteString.copyFrom(new byte[1]);

  AuthPrinter {
    switch (format) {
      case "simple", "json", "fields", "protobuf" -> {}
      case "table" -> throw unsupported(format);
      default ->
          throw new BadUsage(
              "unsupported output format " + format + "; it is fields, json, protobuf or simple");
    }
  }

  private static BadUsage unsupported(String format) {
    return new BadUsage(format + " not supported as output format of this command");
  }

  /** A change that was made; {@code line} tells a person. */
  void done(String line, ResponseHeader header, Message response) {
    switch (format) {
      case "simple" -> console.println(line);
      case "fields" -> header(header);
      default -> machine(response);
    }
  }

  void users(AuthUserListResponse response) {
    switch (format) {
      case "simple" -> response.getUsersList().forEach(console::println);
      case "fields" -> throw unsupported(format);
      default -> machine(response);
    }
  }

  void user(String name, AuthUserGetResponse response) {
    switch (format) {
      case "simple" -> {
        console.println("User: " + name);
        console.println(
            "Roles:"
                + response.getRolesList().stream()
                    .map(role -> " " + role)
                    .collect(Collectors.joining()));
      }
      case "fields" -> throw unsupported(format);
      default -> machine(response);
    }
  }

  void roles(AuthRoleListResponse response) {
    switch (format) {
      case "simple" -> response.getRolesList().forEach(console::println);
      case "fields" -> {
        header(response.getHeader());
        console.println(
            "\"Roles\" :"
                + response.getRolesList().stream()
                    .map(role -> " " + GoText.quote(role))
                    .collect(Collectors.joining()));
      }
      default -> machine(response);
    }
  }

  void role(String name, AuthRoleGetResponse response) {
    switch (format) {
      case "simple" -> {
        console.println("Role " + name);
        console.println("KV Read:");
        permissions(response, Permission.Type.READ);
        console.println("KV Write:");
        permissions(response, Permission.Type.WRITE);
      }
      case "fields" -> {
        header(response.getHeader());
        for (Permission permission : response.getPermList()) {
          console.println("\"PermType\" :  " + permission.getPermType());
          console.println("\"Key\" : " + GoText.quote(permission.getKey()));
          console.println("\"RangeEnd\" : " + GoText.quote(permission.getRangeEnd()));
        }
      }
      default -> machine(response);
    }
  }

  private void permissions(AuthRoleGetResponse response, Permission.Type type) {
    for (Permission permission : response.getPermList()) {
      if (permission.getPermType() == type
          || permission.getPermType() == Permission.Type.READWRITE) {
        console.print("\t");
        console.print(range(permission.getKey(), permission.getRangeEnd()));
        console.print("\n");
      }
    }
  }

  private static ByteString range(ByteString key, ByteString end) {
    if (end.isEmpty()) {
      return key;
    }
    ByteString begin = ByteString.copyFromUtf8("[").concat(key);
    if (end.equals(OPEN_END)) {
      return begin.concat(ByteString.copyFromUtf8(", <open ended>"));
    }
    ByteString whole = begin.concat(text(", ")).concat(end).concat(text(")"));
    return KeySpan.afterPrefix(key).equals(end)
        ? whole.concat(text(" (prefix ")).concat(key).concat(text(")"))
        : whole;
  }

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private void machine(Message response) {
    if (format.equals("json")) {
      console.println(GoJson.of(response));
    } else {
      console.print(response.toByteString());
    }
  }

  private void header(ResponseHeader header) {
    console.println("\"ClusterID\" : " + Long.toUnsignedString(header.getClusterId()));
    console.println("\"MemberID\" : " + Long.toUnsignedString(header.getMemberId()));
    console.println("\"Revision\" : " + header.getRevision());
    console.println("\"RaftTerm\" : " + Long.toUnsignedString(header.getRaftTerm()));
  }
}
