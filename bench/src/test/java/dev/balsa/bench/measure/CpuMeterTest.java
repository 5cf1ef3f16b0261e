package dev.balsa.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuMeterTest {
  @ParameterizedTest
  @CsvSource({
    "cpu  1 2 4 1000 2000 8 16 32 64 128, 63",
    "cpu 10 0 5 99 0, 15",
    "cpu  7 7 7 0 0 0 0 0 0 0, 21"
  })
  void idleWaitingAndGuestTimeAreNotBusy(String line, long ticks) {
    assertThat(CpuMeter.busyTicks(line)).isEqualTo(ticks);
  }
}
