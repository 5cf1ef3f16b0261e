package dev.balsa.bench.server;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A closed-loop load, written {@code operation:connections:outstanding:target}, for example {@code
 * put:100:1000:all}.
 *
 * @param connections how many, at least 1
 * @param outstanding requests in flight over all connections, at least as many as those
 */
public record ServerLoad(Operation operation, int connections, int outstanding, Target target) {

  /** Validates the counts. */
  public ServerLoad {
    if (connections < 1 || outstanding < connections) {
      throw new IllegalArgumentException(
          "%d connections with %d outstanding requests: give at least one connection, and at least one request each"
              .formatted(connections, outstanding));
    }
  }

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException if it is none; the message names what is wrong
   */
  public static ServerLoad parse(String text) {
    List<String> parts = List.of(text.split(":", -1));
    if (parts.size() != 4) {
      throw new IllegalArgumentException(
          "load '%s': write operation:connections:outstanding:target, for example put:100:1000:all"
              .formatted(text));
    }
    return new ServerLoad(
        choice(Operation.values(), parts.get(0), "operation"),
        count(parts.get(1), "connections"),
        count(parts.get(2), "outstanding"),
        choice(Target.values(), parts.get(3), "target"));
  }

  private static int count(String text, String what) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("%s '%s' is no whole number".formatted(what, text), e);
    }
  }

  private static <E extends Enum<E>> E choice(E[] values, String text, String what) {
    return Arrays.stream(values)
        .filter(value -> word(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s '%s' is none of %s"
                        .formatted(
                            what,
                            text,
                            Arrays.stream(values)
                                .map(ServerLoad::word)
                                .collect(Collectors.joining(", ")))));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The written form. */
  @Override
  public String toString() {
    return "%s:%d:%d:%s".formatted(word(operation), connections, outstanding, word(target));
  }

  /** What a request does with one random key. */
  public enum Operation {
    PUT,
    /** A linearizable read. */
    RANGE,
    /** A read of what the member has. */
    SERIALIZABLE_RANGE,
    /** Compares the key's modification revision and puts, without conflicts. */
    TXN
  }

  /** Whom the connections are to. */
  public enum Target {
    LEADER,
    /** Every member, in turn. */
    ALL
  }
}
