package dev.balsa.web;

import org.jspecify.annotations.Nullable;

/** Writes one JSON value, part by part; commas are put where they belong. */
final class Json {
  private final StringBuilder text = new StringBuilder();
  private boolean first = true;

  Json open() {
    return begin('{');
  }

  Json close() {
    return end('}');
  }

  Json openList() {
    return begin('[');
  }

  Json closeList() {
    return end(']');
  }

  /** Begins an object's member. */
  Json name(String name) {
    comma();
    quote(name);
    text.append(':');
    first = true;
    return this;
  }

  Json value(long number) {
    comma();
    text.append(number);
    return this;
  }

  Json value(boolean truth) {
    comma();
    text.append(truth);
    return this;
  }

  Json value(@Nullable String words) {
    comma();
    if (words == null) {
      text.append("null");
    } else {
      quote(words);
    }
    return this;
  }

  Json field(String name, long number) {
    return name(name).value(number);
  }

  Json field(String name, boolean truth) {
    return name(name).value(truth);
  }

  Json field(String name, @Nullable String words) {
    return name(name).value(words);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private Json begin(char bracket) {
    comma();
    text.append(bracket);
    first = true;
    return this;
  }

  private Json end(char bracket) {
    text.append(bracket);
    first = false;
    return this;
  }

  private void comma() {
    if (!first) {
      text.append(',');
    }
    first = false;
  }

  private void quote(String words) {
    text.append('"');
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          text.append(Character.forDigit((c >> shift) & 0xf, 16));
        }
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
