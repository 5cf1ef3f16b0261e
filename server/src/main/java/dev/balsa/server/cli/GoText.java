package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.server.config.GoDuration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Values written and read the way Go's tools write and read them, as etcdctl's users expect. */
final class GoText {
  private GoText() {}

  /** A quoted string with Go's escapes; bytes that are no UTF-8 appear as {@code \xNN}. */
  static String quote(ByteString bytes) {
    StringBuilder text = new StringBuilder("\"");
    byte[] all = bytes.toByteArray();
    for (int at = 0; at < all.length; ) {
      int length = sequenceLength(all, at);
      if (length == 0) {
        text.append(String.format(Locale.ROOT, "\\x%02x", all[at] & 0xff));
        at++;
      } else {
        quoteCharacter(text, new String(all, at, length, StandardCharsets.UTF_8).codePointAt(0));
        at += length;
      }
    }
    return text.append('"').toString();
  }

  static String quote(String text) {
    return quote(ByteString.copyFromUtf8(text));
  }

  private static void quoteCharacter(StringBuilder text, int character) {
    switch (character) {
      case 7 -> text.append("\\a");
      case '\b' -> text.append("\\b");
      case '\f' -> text.append("\\f");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      case 0x0b -> text.append("\\v");
      case '\\' -> text.append("\\\\");
      case '"' -> text.append("\\\"");
      default -> {
        if (isPrintable(character)) {
          text.appendCodePoint(character);
        } else if (character < 0x80) {
          text.append(String.format(Locale.ROOT, "\\x%02x", character));
        } else if (character < 0x10000) {
          text.append(String.format(Locale.ROOT, "\\u%04x", character));
        } else {
          text.append(String.format(Locale.ROOT, "\\U%08x", character));
        }
      }
    }
  }

  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> character == ' ';
      default -> true;
    };
  }

  /** How many bytes the UTF-8 sequence at {@code at} has, 0 if there is no valid one. */
  private static int sequenceLength(byte[] bytes, int at) {
    int first = bytes[at] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || at + length > bytes.length) {
      return 0;
    }
    return ByteString.copyFrom(bytes, at, length).isValidUtf8() ? length : 0;
  }

  /** Every byte as {@code \xNN}. */
  static String hex(ByteString bytes) {
    StringBuilder text = new StringBuilder(4 * bytes.size());
    for (byte b : bytes.toByteArray()) {
      text.append(String.format(Locale.ROOT, "\\x%02x", b & 0xff));
    }
    return text.toString();
  }

  /** A size in powers of a thousand: {@code 20 kB}, {@code 1.5 MB}. */
  static String size(long bytes) {
    if (bytes < 10) {
      return bytes + " B";
    }
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    int unit = 0;
    double scaled = bytes;
    while (scaled >= 1000 && unit < units.length - 1) {
      scaled /= 1000;
      unit++;
    }
    double rounded = Math.floor(scaled * 10 + 0.5) / 10;
    // Go rounds a half to the even neighbor, Java's format would round it up.
    return rounded < 10
        ? String.format(Locale.ROOT, "%.1f %s", rounded, units[unit])
        : String.format(Locale.ROOT, "%.0f %s", Math.rint(rounded), units[unit]);
  }

  /** A duration such as {@code 973.456µs}, {@code 1.5s} or {@code 1m0s}. */
  static String duration(long nanos) {
    if (nanos < 1_000) {
      return nanos == 0 ? "0s" : nanos + "ns";
    }
    if (nanos < 1_000_000) {
      return decimal(nanos, 1_000) + "µs";
    }
    if (nanos < 1_000_000_000) {
      return decimal(nanos, 1_000_000) + "ms";
    }
    long minutes = nanos / 60_000_000_000L;
    String seconds = decimal(nanos % 60_000_000_000L, 1_000_000_000) + "s";
    if (minutes == 0) {
      return seconds;
    }
    return minutes < 60
        ? minutes + "m" + seconds
        : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
  }

  private static String decimal(long value, long unit) {
    int digits = Long.toString(unit).length() - 1;
    String fraction = String.format(Locale.ROOT, "%0" + digits + "d", value % unit);
    String trimmed = fraction.replaceAll("0+$", "");
    return trimmed.isEmpty() ? Long.toString(value / unit) : value / unit + "." + trimmed;
  }

  /**
   * Reads a duration such as {@code 5s}, {@code 300ms} or {@code 1m30s}.
   *
   * @throws BadUsage if it is none
   */
  static Duration parseDuration(String text) {
    return GoDuration.parse(text)
        .orElseThrow(
            () ->
                new BadUsage(
                    "\"" + text + "\" is no duration; write a number and a unit: 500ms, 5s"));
  }
}
