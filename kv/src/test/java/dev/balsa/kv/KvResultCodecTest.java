package dev.balsa.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.kv.KvResult.KvError;
import dev.balsa.raft.Bytes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KvResultCodecTest {
  private static final KeyValue KV = new KeyValue(Bytes.utf8("k"), Bytes.utf8("v"), 3, 9, 4, -7);

  static Stream<KvResult> results() {
    KvResult.PutDone put = new KvResult.PutDone(5, KV);
    KvResult.RangeDone range = new KvResult.RangeDone(5, List.of(KV, KV), true, 1L << 40);
    return Stream.of(
        new KvResult.Failed(KvError.LEASE_EXISTS, 2),
        put,
        new KvResult.PutDone(5, null),
        range,
        new KvResult.DeleteDone(6, 2, List.of(KV)),
        new KvResult.TxnDone(
            7, true, List.of(put, range, new KvResult.TxnDone(7, false, List.of()))),
        new KvResult.CompactDone(8),
        new KvResult.LeaseGranted(8, -1, 60),
        new KvResult.LeasesEnded(9, List.of(1L, -2L)));
  }

  @ParameterizedTest
  @MethodSource("results")
  void whatIsKeptIsToldAgain(KvResult result) {
    assertThat(KvResultCodec.decode(KvResultCodec.encode(result))).isEqualTo(result);
  }

  @ParameterizedTest
  @MethodSource("results")
  void whatIsCutOrGoesOnIsMalformed(KvResult result) {
    Bytes whole = KvResultCodec.encode(result);
    byte[] longer = new byte[whole.length() + 1];
    System.arraycopy(whole.toByteArray(), 0, longer, 0, whole.length());

    assertThatThrownBy(() -> KvResultCodec.decode(whole.slice(0, whole.length() - 1)))
        .isInstanceOf(MalformedBytesException.class);
    assertThatThrownBy(() -> KvResultCodec.decode(Bytes.wrap(longer)))
        .isInstanceOf(MalformedBytesException.class);
  }

  @Test
  void onlyAClientsWritesAreKept() {
    var marked = new KvResult.LeasesMarked(3, List.of());

    assertThatThrownBy(() -> KvResultCodec.encode(marked))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("LeasesMarked");
  }
}
