package dev.balsa.sim;

/** What its operator makes of a machine. */
enum Standing {
  /** It was never started. */
  SPARE,
  /** It runs, or will again. */
  IN_USE,
  /** Its disk is damaged or gone: it must not come back as who it was. */
  LOST,
  /** It is no member any more, and was switched off. */
  RETIRED
}
