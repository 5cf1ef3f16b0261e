package dev.balsa.bench.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChainTest {
  @Test
  void sameEntriesInTheSameOrderAgree() {
    assertThat(chain("a", "b", "c")).isEqualTo(chain("a", "b", "c"));
  }

  @Test
  void otherOrderDisagrees() {
    assertThat(chain("a", "c", "b")).isNotEqualTo(chain("a", "b", "c"));
  }

  @Test
  void missingEntryDisagrees() {
    assertThat(chain("a", "c")).isNotEqualTo(chain("a", "b", "c"));
  }

  @Test
  void otherCutsOfTheSameBytesDisagree() {
    assertThat(chain("ab", "c")).isNotEqualTo(chain("a", "b", "c"));
  }

  @Test
  void whatIsNotPublishedIsNotShown() {
    Chain chain = new Chain();
    chain.add(new byte[] {1, 2, 3}, 0, 3);

    assertThat(chain.mark()).isEqualTo(new Chain.Mark(0, 0));
  }

  private static Chain.Mark chain(String... entries) {
    Chain chain = new Chain();
    for (String entry : entries) {
      chain.add(ByteBuffer.wrap(entry.getBytes(StandardCharsets.US_ASCII)));
    }
    chain.publish();
    return chain.mark();
  }
}
