package dev.balsa.server.cli;

import com.google.protobuf.Message;
import java.util.Set;

/** Prints an answer in a sentence for people, or whole for programs. */
record AnswerPrinter(Console console, String format) {
  private static final Set<String> FORMATS = Set.of("simple", "json", "protobuf");

  /** Made before the request leaves, so that nothing is changed that could not be shown. */
  AnswerPrinter {
    if (!FORMATS.contains(format)) {
      throw new BadUsage(format + " not supported as output format of this command");
    }
  }

  /** Prints {@code text}, a line or more, or {@code answer}. */
  void print(String text, Message answer) {
    switch (format) {
      case "json" -> console.println(GoJson.of(answer));
      case "protobuf" -> console.print(answer.toByteString());
      default -> console.println(text);
    }
  }
}
