package dev.balsa.node;

import java.util.function.BooleanSupplier;

/** Waits for what another thread brings about. */
final class Await {
  private Await() {}

  static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }
}
