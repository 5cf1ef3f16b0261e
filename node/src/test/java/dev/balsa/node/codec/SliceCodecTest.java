package dev.balsa.node.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Seat;
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
  void aConfigurationKeepsItsMembersToTheLastByte() throws MalformedException {
    Membership membership =
        new Membership(
            List.of(
                new Member(new NodeId(1), Seat.VOTER, Bytes.utf8("a"), new IncarnationId(5)),
                new Member(new NodeId(-2), Seat.OUTGOING),
                new Member(new NodeId(3), Seat.INCOMING)),
            List.of(new NodeId(9)));
    LogSlice slice =
        new LogSlice(
            EntryId.ZERO,
            List.of(new Entry(new EntryId(1, 1), new Payload.Configuration(membership))));

    EncodedSlice encoded = codec.encode(slice);
    byte[] bytes = bytes(encoded);

    assertThat(SliceCodec.parse(bytes, 0, bytes.length)).isEqualTo(slice);
    assertThat(HexFormat.of().formatHex(bytes, 24, bytes.length))
        .isEqualTo(
            "00000000000000010200000053"
                + "0000000300000001"
                + "00000000000000010201000000000000000500000001"
                + "61"
                + "00000000000000030300000000000000000000000000"
                + "fffffffffffffffe0400000000000000000000000000"
                + "0000000000000009");
  }

  @Test
  void anythingLessThanAConfigurationIsRefused() {
    Membership membership = new Membership(List.of(new NodeId(1), new NodeId(2)));
    byte[] whole = new byte[membership.bytes()];
    MembershipCodec.write(membership, ByteBuffer.wrap(whole));

    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> MembershipCodec.read(ByteBuffer.wrap(part)))
          .isInstanceOf(MalformedException.class);
    }
    whole[16] = 9;
    assertThatThrownBy(() -> MembershipCodec.read(ByteBuffer.wrap(whole)))
        .hasMessage("unknown seat 9 of a member");
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
