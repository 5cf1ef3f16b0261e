package dev.balsa.server.lease;

/** How long a lease still lives. */
sealed interface TimeLeft {
  /** Whole seconds left, of {@code ttlSeconds} at its last renewal. */
  record Running(long leftSeconds, long ttlSeconds) implements TimeLeft {}

  /** There is no such lease. */
  record Gone() implements TimeLeft {}

  /** This member does not lead, so its clock does not count. */
  record NotLeading() implements TimeLeft {}
}
