package dev.balsa.raft.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Checksums are those that any other tool computes. */
class CrcTest {
  private static final byte[] CHECK = "123456789".getBytes(StandardCharsets.US_ASCII);

  @Test
  void theCheckValueOfTheStandardComesOut() {
    assertThat(Crc.of(CHECK, 0, CHECK.length)).isEqualTo(0xcbf43926);
    assertThat(Crc.of(CHECK, 0, 0)).isZero();
  }

  @Test
  void everyByteCountsAsInTheJdk() {
    byte[] all = new byte[1_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i * 7);
    }
    CRC32 jdk = new CRC32();
    jdk.update(all, 3, 990);

    assertThat(Crc.of(all, 3, 993)).isEqualTo((int) jdk.getValue());
  }
}
