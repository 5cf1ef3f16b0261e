package dev.balsa.kv;

import dev.balsa.kv.KvResult.KvError;

/** How {@link NaiveModel} gives a request up. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final KvError error;

  Refused(KvError error) {
    super(error.name());
    this.error = error;
  }

  static void refuseIf(boolean wrong, KvError error) {
    if (wrong) {
      throw new Refused(error);
    }
  }

  KvError error() {
    return error;
  }
}
