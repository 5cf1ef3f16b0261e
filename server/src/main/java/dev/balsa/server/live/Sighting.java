package dev.balsa.server.live;

import java.util.List;
import java.util.Optional;

/**
 * What a member said of itself at one moment. Goes between members as lines: a head, the report,
 * and an event in each further line.
 *
 * @param run tells one run of the member from the next
 * @param sequence the newest event's, to go on from
 * @param wall its wall clock's milliseconds
 * @param report JSON
 * @param events JSON, oldest first
 */
record Sighting(long run, long sequence, long wall, String report, List<String> events) {
  private static final String HEAD = "balsa-live 2";

  Sighting {
    events = List.copyOf(events);
  }

  String text() {
    StringBuilder text = new StringBuilder(HEAD);
    text.append(' ').append(run).append(' ').append(sequence).append(' ').append(wall);
    text.append('\n');
    text.append(report).append('\n');
    events.forEach(event -> text.append(event).append('\n'));
    return text.toString();
  }

  /** Reads {@link #text}; nothing if it is something else, such as another version's. */
  static Optional<Sighting> parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() < 2 || !lines.getFirst().matches(HEAD + "( \\d{1,18}){3}")) {
      return Optional.empty();
    }
    String[] head = lines.getFirst().split(" ", -1);
    return Optional.of(
        new Sighting(
            Long.parseLong(head[2]),
            Long.parseLong(head[3]),
            Long.parseLong(head[4]),
            lines.get(1),
            lines.subList(2, lines.size())));
  }
}
