package dev.balsa.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ParkingTest {
  private final Parking parking = new Parking();

  @Test
  void onlyTheFirstSignalToAWaitingLoopWakesIt() {
    assertThat(parking.park()).isTrue();

    assertThat(parking.signal()).isTrue();
    assertThat(parking.signal()).isFalse();
  }

  @Test
  void aSignalToAnAwakeLoopWakesNobodyButKeepsItFromWaiting() {
    assertThat(parking.signal()).isFalse();

    assertThat(parking.park()).isFalse();
  }

  @Test
  void aLoopThatLookedMayWaitAgain() {
    parking.signal();
    parking.unpark();

    assertThat(parking.park()).isTrue();
  }
}
