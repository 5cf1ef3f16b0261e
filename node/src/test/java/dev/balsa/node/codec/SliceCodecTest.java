package dev.balsa.node.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Payload;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SliceCodecTest {
  private static final LogSlice SLICE =
      new LogSlice(
          new EntryId(2, 7),
          List.of(
              new Entry(new EntryId(3, 8), new Payload.NoOp()),
              new Entry(new EntryId(3, 9), new Payload.Command(Bytes.utf8("abc"))),
              new Entry(new EntryId(5, 10), new Payload.Command(Bytes.EMPTY))));

  private static final String GOLDEN =
      "0100000000000003"
          + "00000000000000020000000000000007"
          + "00000000000000030000000000"
          + "00000000000000030100000003616263"
          + "00000000000000050100000000";

  private final SliceCodec codec = new SliceCodec();

  @Test
  void bytesOfFormatOneNeverChange() {
    assertThat(HexFormat.of().formatHex(bytes(codec.encode(SLICE)))).isEqualTo(GOLDEN);
  }

  @Test
  void decodesWhatItEncoded() throws MalformedException {
    EncodedSlice encoded = codec.encode(SLICE);
    byte[] frame = new byte[encoded.length() + 9];
    encoded.body().get(frame, 5, encoded.length());

    LogSlice decoded = new SliceCodec().decode(frame, 5, encoded.length(), encoded.crc());

    assertThat(decoded).isEqualTo(SLICE);
  }

  @Test
  void encodesTheSameObjectOnce() {
    assertThat(codec.encode(SLICE)).isSameAs(codec.encode(SLICE));
  }

  @Test
  void forgetsOldSlicesAndEncodesThemAlikeAgain() {
    EncodedSlice first = codec.encode(SLICE);
    for (int i = 0; i < 16; i++) {
      codec.encode(new LogSlice(EntryId.ZERO, List.of()));
    }

    EncodedSlice again = codec.encode(SLICE);

    assertThat(again).isNotSameAs(first);
    assertThat(again.body()).isEqualTo(first.body());
  }

  @Test
  void keepsTheReceivedBytesOfADecodedSlice() throws MalformedException {
    EncodedSlice encoded = codec.encode(SLICE);
    byte[] received = bytes(encoded);
    SliceCodec follower = new SliceCodec();

    LogSlice slice = follower.decode(received, 0, received.length, encoded.crc());

    assertThat(follower.encode(slice).body()).isEqualTo(encoded.body());
    assertThat(follower.encode(slice).crc()).isEqualTo(encoded.crc());
  }

  @Test
  void checksumNamesEveryFlippedBit() {
    EncodedSlice encoded = codec.encode(SLICE);
    for (int bit = 0; bit < encoded.length() * 8; bit++) {
      byte[] bytes = bytes(encoded);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);

      assertThatThrownBy(() -> codec.decode(bytes, 0, bytes.length, encoded.crc()))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("checksum");
    }
  }

  @Test
  void everyTruncationIsMalformed() {
    byte[] bytes = bytes(codec.encode(SLICE));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);

      assertThatThrownBy(() -> SliceCodec.parse(cut, 0, cut.length))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void anAbsurdCountIsRefusedBeforeAnythingIsAllocated() {
    byte[] bytes = bytes(codec.encode(SLICE));
    ByteBuffer.wrap(bytes).putInt(4, Integer.MAX_VALUE);

    assertThatThrownBy(() -> SliceCodec.parse(bytes, 0, bytes.length))
        .hasMessageContaining("cannot hold 2147483647 entries");
  }

  @Test
  void garbageIsMalformedOrASliceButNeverAnotherFailure() {
    Random random = new Random(7);
    byte[] good = bytes(codec.encode(SLICE));
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(SliceCodec.parse(bytes, 0, bytes.length).entries()).hasSizeLessThan(5);
      } catch (MalformedException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  private static byte[] bytes(EncodedSlice encoded) {
    byte[] bytes = new byte[encoded.length()];
    encoded.body().get(bytes);
    return bytes;
  }
}
