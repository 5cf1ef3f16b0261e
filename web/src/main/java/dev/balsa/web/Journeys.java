package dev.balsa.web;

import dev.balsa.sim.Flight;
import java.util.TreeMap;

/**
 * The ways that messages took: when each set out, and when it arrived or was lost. Keeps the newest
 * only, for the space-time diagram.
 */
final class Journeys {
  private static final int KEPT_MAX = 500;
  private static final int SHOWN_MAX = 400;

  private final TreeMap<Long, Journey> journeys = new TreeMap<>(); // by flight

  /** What became of a message so far. */
  enum Fate {
    UNDERWAY,
    ARRIVED,
    LOST
  }

  private record Journey(Flight flight, long end, Fate fate) {}

  void sent(Flight flight) {
    journeys.put(flight.id(), new Journey(flight, flight.due(), Fate.UNDERWAY));
    if (journeys.size() > KEPT_MAX) {
      journeys.pollFirstEntry();
    }
  }

  /** A message's way ended at {@code time}. */
  void ended(Flight flight, long time, Fate fate) {
    journeys.computeIfPresent(flight.id(), (id, journey) -> new Journey(flight, time, fate));
  }

  /** Writes the newest messages that were on their way after {@code from}, the oldest first. */
  void write(Json json, long from) {
    TreeMap<Long, Journey> shown = new TreeMap<>();
    for (Journey journey : journeys.descendingMap().values()) {
      if (journey.end() >= from && shown.size() < SHOWN_MAX) {
        shown.put(journey.flight().id(), journey);
      }
    }
    json.openList();
    for (Journey journey : shown.values()) {
      Flight flight = journey.flight();
      json.open().field("id", flight.id());
      json.field("from", flight.from().value()).field("to", flight.to().value());
      json.field("sent", flight.sent()).field("end", journey.end());
      json.field("fate", journey.fate().name());
      MessageJson.write(json, flight.message());
      json.close();
    }
    json.closeList();
  }
}
