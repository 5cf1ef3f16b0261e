package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What etcdctl 3.4.23 printed for the same values. */
final class GoTextTest {
  @Test
  void quotesControlCharactersAndBytesThatAreNoText() {
    ByteString bytes =
        ByteString.copyFromUtf8("\u0007\b\f\n\r\t\u000b\\\"'\u007f\u001b<&>é中")
            .concat(ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xc3}));

    assertThat(GoText.quote(bytes))
        .isEqualTo("\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"'\\x7f\\x1b<&>é中\\xff\\xc3\"");
  }

  @Test
  void quotesInvisibleCharactersByNumber() {
    assertThat(GoText.quote("\u200b\u00a0\ud83d\ude00\udb40\udc01"))
        .isEqualTo("\"\\u200b\\u00a0\ud83d\ude00\\U000e0001\"");
  }

  @Test
  void hexEscapesEveryByte() {
    assertThat(GoText.hex(ByteString.copyFromUtf8("v3"))).isEqualTo("\\x76\\x33");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "9, 9 B",
    "10, 10 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "20480, 20 kB",
    "24576, 25 kB",
    "1048576, 1.0 MB",
    "9950000, 10 MB",
    "2147483648, 2.1 GB"
  })
  void sizesCountInThousands(long bytes, String text) {
    assertThat(GoText.size(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "15, 15ns",
    "973456, 973.456µs",
    "1362137, 1.362137ms",
    "1000775820, 1.00077582s",
    "1500000000, 1.5s",
    "60000000000, 1m0s",
    "3661000000000, 1h1m1s"
  })
  void durationsShortenTheirFraction(long nanos, String text) {
    assertThat(GoText.duration(nanos)).isEqualTo(text);
    assertThat(GoText.parseDuration(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "5 s", "-5s", "5x", "1s!"})
  void durationWithoutNumberAndUnitIsRefused(String text) {
    assertThatThrownBy(() -> GoText.parseDuration(text))
        .isInstanceOf(BadUsage.class)
        .hasMessageContaining("\"" + text + "\"");
  }
}
