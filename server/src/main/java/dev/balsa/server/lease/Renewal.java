package dev.balsa.server.lease;

/** What became of a request to keep a lease alive. */
sealed interface Renewal {
  /** It begins anew and lives for {@code ttlSeconds}. */
  record Renewed(long ttlSeconds) implements Renewal {}

  /** There is no such lease. */
  record Gone() implements Renewal {}

  /** Its time is over and its end is on the way through the log. */
  record Ending() implements Renewal {}

  /**
   * The log says that less than all of it is left, which must be taken back first: else a new
   * leader would start it from there.
   */
  record Marked(long term) implements Renewal {}

  /** This member does not lead, so its clock does not count. */
  record NotLeading() implements Renewal {}
}
