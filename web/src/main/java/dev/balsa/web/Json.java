package dev.balsa.web;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.Sentence;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes one JSON value, part by part; commas are put where they belong. Not thread-safe. */
public final class Json {
  private final StringBuilder text = new StringBuilder();
  private final boolean hexadecimalNodes;
  private final Map<NodeId, Long> numbers; // what nodes are called that have no small number
  private boolean first = true;

  /** About a run, whose nodes are numbered from 1. */
  Json() {
    this(false, new TreeMap<>());
  }

  /** About nodes that are called by {@code numbers}, and by none if they are not there. */
  Json(Map<NodeId, Long> numbers) {
    this(false, numbers);
  }

  private Json(boolean hexadecimalNodes, Map<NodeId, Long> numbers) {
    this.hexadecimalNodes = hexadecimalNodes;
    this.numbers = numbers;
  }

  /** About a server's members: their ids have 64 bits, more than a number has in JavaScript. */
  public static Json ofMembers() {
    return new Json(true, new TreeMap<>());
  }

  /** Begins an object. */
  public Json open() {
    return begin('{');
  }

  /** Ends an object. */
  public Json close() {
    return end('}');
  }

  /** Begins a list. */
  public Json openList() {
    return begin('[');
  }

  /** Ends a list. */
  public Json closeList() {
    return end(']');
  }

  /** Begins an object's member. */
  public Json name(String name) {
    comma();
    quote(name);
    text.append(':');
    first = true;
    return this;
  }

  /** A number. */
  public Json value(long number) {
    comma();
    text.append(number);
    return this;
  }

  /** True or false. */
  public Json value(boolean truth) {
    comma();
    text.append(truth);
    return this;
  }

  /** A text, or null. */
  public Json value(@Nullable String words) {
    comma();
    if (words == null) {
      text.append("null");
    } else {
      quote(words);
    }
    return this;
  }

  /** A member that is a number. */
  public Json field(String name, long number) {
    return name(name).value(number);
  }

  /** A member that is true or false. */
  public Json field(String name, boolean truth) {
    return name(name).value(truth);
  }

  /** A member that is a text, or null. */
  public Json field(String name, @Nullable String words) {
    return name(name).value(words);
  }

  /** A member that is a node: a number in a run, else a text; 0 or the empty text if none. */
  public Json field(String name, @Nullable NodeId node) {
    return name(name).value(node);
  }

  /** A node, as a member that is one. */
  public Json value(@Nullable NodeId node) {
    return hexadecimalNodes ? value(node == null ? "" : node.toString()) : value(number(node));
  }

  private long number(@Nullable NodeId node) {
    if (node == null) {
      return 0;
    }
    return numbers.isEmpty() ? node.value() : numbers.getOrDefault(node, 0L);
  }

  /** A sentence, as its text and what stands in its gaps. */
  public Json value(Sentence sentence) {
    open().field("text", sentence.text()).name("values").openList();
    sentence.values().forEach(this::value);
    return closeList().close();
  }

  /** A member that is a sentence. */
  public Json field(String name, Sentence sentence) {
    return name(name).value(sentence);
  }

  /** A member whose value is JSON already. */
  public Json raw(String name, String json) {
    return name(name).rawValue(json);
  }

  /** A value that is JSON already. */
  public Json rawValue(String json) {
    comma();
    text.append(json);
    return this;
  }

  /** What was written. */
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
