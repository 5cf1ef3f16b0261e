package dev.balsa.web;

import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;

/** One line's words, taken one after the other, and how any text becomes a single word. */
final class Words {
  private final String line;
  private final List<String> words;
  private int next;

  Words(String line) {
    this.line = line;
    this.words = new ArrayList<>(parts(line.trim(), ' '));
    words.removeIf(String::isEmpty);
  }

  /**
   * The parts of a text between the separators, empty ones included. {@code String.split} would
   * bring an engine for regular expressions into the page.
   */
  static List<String> parts(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at));
      from = at + 1;
    }
    parts.add(text.substring(from));
    return parts;
  }

  boolean hasNext() {
    return next < words.size();
  }

  String word(String what) {
    if (!hasNext()) {
      throw new BadCommand("\"%s\" ends where %s is expected", line, what);
    }
    return words.get(next++);
  }

  /** A whole number from {@code min} to {@code max}. */
  long number(String what, long min, long max) {
    String word = word(what);
    long number;
    try {
      number = Long.parseLong(word);
    } catch (NumberFormatException malformed) {
      throw new BadCommand("%s is \"%s\" in \"%s\", must be a number", what, word, line);
    }
    if (number < min || number > max) {
      throw new BadCommand("%s is %s in \"%s\", must be from %s to %s", what, word, line, min, max);
    }
    return number;
  }

  boolean onOff(String what) {
    String word = word(what);
    if (!word.equals("on") && !word.equals("off")) {
      throw new BadCommand("%s is \"%s\" in \"%s\", must be on or off", what, word, line);
    }
    return word.equals("on");
  }

  String text(String what) {
    return decode(word(what), what);
  }

  /** All words that are left. */
  String rest() {
    StringBuilder rest = new StringBuilder();
    while (hasNext()) {
      rest.append(rest.isEmpty() ? "" : " ").append(words.get(next++));
    }
    return rest.toString();
  }

  void end() {
    if (hasNext()) {
      throw new BadCommand("\"%s\" goes on after its end with \"%s\"", line, words.get(next));
    }
  }

  /** Any text as one word: what is not a plain character becomes {@code %NN} of its UTF-8 form. */
  static String encode(String text) {
    if (text.isEmpty()) {
      return "%";
    }
    Bytes bytes = Bytes.utf8(text);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      int b = bytes.at(i) & 0xff;
      if (isPlain(b)) {
        word.append((char) b);
      } else {
        word.append('%')
            .append(Character.forDigit(b >> 4, 16))
            .append(Character.forDigit(b & 0xf, 16));
      }
    }
    return word.toString();
  }

  private static boolean isPlain(int b) {
    return (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || b == '.'
        || b == '-'
        || b == '_'
        || b == '/';
  }

  private static String decode(String word, String what) {
    if (word.equals("%")) {
      return "";
    }
    byte[] bytes = new byte[word.length()];
    int length = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == '%') {
        int high = i + 2 < word.length() ? Character.digit(word.charAt(i + 1), 16) : -1;
        int low = i + 2 < word.length() ? Character.digit(word.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw new BadCommand("%s has a damaged % sign in \"%s\"", what, word);
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else if (c < 0x80) {
        bytes[length++] = (byte) c;
      } else {
        throw new BadCommand("%s must be written with % signs, found \"%s\"", what, word);
      }
    }
    return Bytes.wrap(bytes, 0, length).toUtf8();
  }
}
