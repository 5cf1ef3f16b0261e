package dev.balsa.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void pointsAreReadInMilliseconds() {
    Histogram nanos = new Histogram(3);
    LongStream.rangeClosed(1, 1_000).forEach(micros -> nanos.recordValue(micros * 1_000));

    Latency latency = Latency.of(nanos);

    assertThat(latency.p50Millis()).isCloseTo(0.500, within(0.001));
    assertThat(latency.p99Millis()).isCloseTo(0.990, within(0.001));
    assertThat(latency.p999Millis()).isCloseTo(0.999, within(0.001));
  }

  @Test
  void nothingRecordedIsZero() {
    assertThat(Latency.of(new Histogram(3))).isEqualTo(new Latency(0, 0, 0));
  }
}
