package dev.balsa.server.cli;

import com.google.protobuf.Message;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a command answers in each output format that it has, whole lines all of them.
 *
 * @param simple for people and pipes
 * @param json for programs
 * @param fields one field a line
 * @param table framed, null if the command has no such form
 */
record Reply(String simple, String json, String fields, @Nullable String table) {
  private static final String PROTOBUF = "protobuf";
  private static final Set<String> FORMATS = Set.of("simple", "json", "fields");

  /** A reply that has no form as a table. */
  Reply(String simple, String json, String fields) {
    this(simple, json, fields, null);
  }

  /**
   * Asked for before a request leaves, so that nothing is done whose outcome could not be shown.
   *
   * @throws BadUsage if a reply without a table cannot be shown so
   */
  static void requireFormat(String format) {
    if (!FORMATS.contains(format)) {
      throw unsupported(format);
    }
  }

  /**
   * The same for a reply that has a form as a table.
   *
   * @throws BadUsage if it cannot be shown so
   */
  static void requireFormatOrTable(String format) {
    if (!format.equals("table")) {
      requireFormat(format);
    }
  }

  /**
   * The same for a reply that has a form in protobuf, the answer as it came.
   *
   * @throws BadUsage if it cannot be shown so
   */
  static void requireFormatOrProtobuf(String format) {
    if (!format.equals(PROTOBUF)) {
      requireFormat(format);
    }
  }

  /** Prints {@code answer} if that is the format, or else itself. */
  void print(Console console, String format, Message answer) {
    if (format.equals(PROTOBUF)) {
      console.print(answer.toByteString());
    } else {
      print(console, format);
    }
  }

  /** Prints it in {@code format}. */
  void print(Console console, String format) {
    String chosen =
        switch (format) {
          case "simple" -> simple;
          case "json" -> json;
          case "fields" -> fields;
          case "table" -> table;
          default -> null;
        };
    if (chosen == null) {
      throw unsupported(format);
    }
    console.print(chosen);
  }

  private static BadUsage unsupported(String format) {
    return format.equals("table") || format.equals(PROTOBUF)
        ? new BadUsage(format + " not supported as output format")
        : new BadUsage(
            "unsupported output format "
                + format
                + "; it is fields, json, protobuf, simple or table");
  }
}
