package dev.balsa.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.balsa.proto.LeaseCheckpoint;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.WatchRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WireFormsTest {
  @Test
  void whatIsAllOursHasNothingToObjectTo() throws Exception {
    Message txn = parsed(TxnRequest.getDefaultInstance(), "1204" + "0a020a00");

    assertThat(WireForms.leftSome(txn)).isFalse();
    assertThat(objection(txn, "1204" + "0a020a00")).isNull();
  }

  @Test
  void aFieldThatIsNotOursIsLeftAndNotObjectedTo() throws Exception {
    String field100 = "a00601";
    Message put = parsed(PutRequest.getDefaultInstance(), field100);

    assertThat(WireForms.leftSome(put)).isTrue();
    assertThat(objection(put, field100)).isNull();
  }

  @Test
  void packedAndUnpackedNumbersAreBothTaken() throws Exception {
    String packed = "0a04" + "2a020001";
    String unpacked = "0a04" + "28002801";
    WatchRequest watch = WatchRequest.getDefaultInstance();

    assertThat(WireForms.leftSome(parsed(watch, packed))).isFalse();
    assertThat(WireForms.leftSome(parsed(watch, unpacked))).isFalse();
    assertThat(objection(watch, packed)).isNull();
    assertThat(objection(watch, unpacked)).isNull();
    assertThat(objection(watch, "0a05" + "2d00000000"))
        .isEqualTo("proto: wrong wireType = 5 for field Filters");
  }

  @Test
  void theFirstOfSeveralIsNamed() {
    assertThat(objection(PutRequest.getDefaultInstance(), "2000" + "1a00" + "0800"))
        .isEqualTo("proto: wrong wireType = 2 for field Lease");
  }

  @Test
  void whatIsWrongDeepInAMessageIsFoundThere() throws Exception {
    String wrong = "1204" + "2202" + "0800"; // success, request_txn, compare as a number
    Message txn = parsed(TxnRequest.getDefaultInstance(), wrong);

    assertThat(WireForms.leftSome(txn)).isTrue();
    assertThat(objection(txn, wrong)).isEqualTo("proto: wrong wireType = 0 for field Compare");
  }

  @Test
  void aWrongFieldIsNamedThoughWhatFollowsIsCutShort() {
    assertThat(objection(PutRequest.getDefaultInstance(), "0800" + "127f"))
        .isEqualTo("proto: wrong wireType = 0 for field Key");
  }

  @Test
  void whatIsCutShortBeforeAWrongFieldIsLeftToTheParser() {
    assertThat(objection(PutRequest.getDefaultInstance(), "127f" + "0800")).isNull();
  }

  @Test
  void anUnderscoreBeforeALargeLetterStays() {
    assertThat(objection(LeaseCheckpoint.getDefaultInstance(), "1200"))
        .isEqualTo("proto: wrong wireType = 2 for field Remaining_TTL");
    assertThat(objection(PutRequest.getDefaultInstance(), "2200"))
        .isEqualTo("proto: wrong wireType = 2 for field PrevKv");
  }

  @Test
  void aMessageIsNotFollowedDeeperThanItIsRead() throws Exception {
    ByteString nested = ByteString.EMPTY;
    for (int level = 0; level < 5_000; level++) {
      nested = wrapped(wrapped(nested, 0x22), 0x12);
    }

    assertThat(WireForms.objection(nested.newInput(), TxnRequest.getDescriptor())).isNull();
  }

  private static ByteString wrapped(ByteString within, int tag) throws IOException {
    ByteString.Output out = ByteString.newOutput();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.writeUInt32NoTag(tag);
    coded.writeUInt32NoTag(within.size());
    coded.flush();
    return out.toByteString().concat(within);
  }

  private static Message parsed(Message type, String hex) throws Exception {
    return type.getParserForType().parseFrom(HexFormat.of().parseHex(hex));
  }

  private static @Nullable String objection(Message type, String hex) {
    return WireForms.objection(
        new ByteArrayInputStream(HexFormat.of().parseHex(hex)), type.getDescriptorForType());
  }
}
