package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Text in double quotes with Go's escapes, found in a line.
 *
 * @param bytes what it stands for
 * @param end the place after its closing quote
 */
record QuotedText(ByteString bytes, int end) {
  /**
   * Reads the quoted text at or, past blanks, after {@code start}; null if there is none.
   *
   * @throws BadUsage if it does not end or has an unknown escape
   */
  static @Nullable QuotedText readAt(String line, int start) {
    int at = start;
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    if (at >= line.length() || line.charAt(at) != '"') {
      return null;
    }
    ByteString.Output bytes = ByteString.newOutput();
    for (at++; at < line.length() && line.charAt(at) != '"'; ) {
      at = line.charAt(at) == '\\' ? escape(line, at, bytes) : plain(line, at, bytes);
    }
    if (at >= line.length()) {
      throw new BadUsage("a double quote is not closed in: " + line);
    }
    return new QuotedText(bytes.toByteString(), at + 1);
  }

  private static int plain(String line, int at, ByteString.Output bytes) {
    int character = line.codePointAt(at);
    append(bytes, character);
    return at + Character.charCount(character);
  }

  /** Reads the escape at {@code at} and returns the place after it. */
  private static int escape(String line, int at, ByteString.Output bytes) {
    char kind = at + 1 < line.length() ? line.charAt(at + 1) : 0;
    int plain = "abfnrtv\\\"".indexOf(kind);
    if (plain >= 0) {
      bytes.write("\u0007\b\f\n\r\t\u000b\\\"".charAt(plain));
      return at + 2;
    }
    int first = at + (kind >= '0' && kind <= '7' ? 1 : 2);
    int digits =
        switch (kind) {
          case 'x' -> 2;
          case 'u' -> 4;
          case 'U' -> 8;
          case '0', '1', '2', '3', '4', '5', '6', '7' -> 3;
          default -> throw unknownEscape(line, at);
        };
    int value = number(line, at, first, digits);
    if (digits == 2 || digits == 3) {
      bytes.write(value);
    } else if (Character.isValidCodePoint(value)) {
      append(bytes, value);
    } else {
      throw unknownEscape(line, at);
    }
    return first + digits;
  }

  private static int number(String line, int at, int first, int digits) {
    try {
      int radix = digits == 3 ? 8 : 16;
      int value = Integer.parseUnsignedInt(line.substring(first, first + digits), radix);
      if (digits != 3 || value <= 0xff) {
        return value;
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw unknownEscape(line, at);
    }
    throw unknownEscape(line, at);
  }

  private static BadUsage unknownEscape(String line, int at) {
    String escape = line.substring(at, Math.min(at + 2, line.length()));
    return new BadUsage("unknown escape " + escape + " in: " + line);
  }

  private static void append(ByteString.Output bytes, int character) {
    byte[] utf8 = ByteString.copyFromUtf8(Character.toString(character)).toByteArray();
    bytes.write(utf8, 0, utf8.length);
  }

  /**
   * Splits a line that is not blank at blanks, as a shell does: {@code "…"} with escapes and {@code
   * '…'} as it stands are one word each.
   *
   * @throws BadUsage if a quote is not closed
   */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (int at = 0; at < line.length(); ) {
      char first = line.charAt(at);
      if (Character.isWhitespace(first)) {
        at++;
      } else if (first == '"') {
        QuotedText quoted = Objects.requireNonNull(readAt(line, at));
        words.add(text(quoted.bytes(), line));
        at = quoted.end();
      } else if (first == '\'') {
        int close = line.indexOf('\'', at + 1);
        if (close < 0) {
          throw new BadUsage("a single quote is not closed in: " + line);
        }
        words.add(line.substring(at + 1, close));
        at = close + 1;
      } else {
        int end = at;
        while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
          end++;
        }
        words.add(line.substring(at, end));
        at = end;
      }
    }
    return words;
  }

  private static String text(ByteString bytes, String line) {
    if (!bytes.isValidUtf8()) {
      throw new BadUsage("bytes that are not UTF-8 cannot be written in a transaction: " + line);
    }
    return bytes.toStringUtf8();
  }
}
