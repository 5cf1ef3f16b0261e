package dev.balsa.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.kv.Command;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KvResult;
import dev.balsa.proto.Compare;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.proto.TxnRequest;
import dev.balsa.raft.Bytes;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvMappingTest {
  @Property
  void bytesSurviveBothWays(@ForAll @Size(max = 100) byte[] content) {
    Bytes bytes = KvMapping.bytes(ByteString.copyFrom(content));

    assertThat(bytes.toByteArray()).isEqualTo(content);
    assertThat(KvMapping.byteString(bytes).toByteArray()).isEqualTo(content);
  }

  @Property
  void bytesInPiecesSurvive(
      @ForAll @Size(min = 200, max = 300) byte[] left, @ForAll @Size(max = 300) byte[] right) {
    ByteString rope = ByteString.copyFrom(left).concat(ByteString.copyFrom(right));

    assertThat(KvMapping.bytes(rope).toByteArray()).isEqualTo(rope.toByteArray());
  }

  @Test
  void everyFieldOfARangeArrives() {
    RangeRequest request =
        RangeRequest.newBuilder()
            .setKey(utf8("a"))
            .setRangeEnd(utf8("b"))
            .setLimit(1)
            .setRevision(2)
            .setSortOrder(RangeRequest.SortOrder.DESCEND)
            .setSortTarget(RangeRequest.SortTarget.VALUE)
            .setKeysOnly(true)
            .setCountOnly(true)
            .setMinModRevision(3)
            .setMaxModRevision(4)
            .setMinCreateRevision(5)
            .setMaxCreateRevision(6)
            .build();

    assertThat(KvMapping.command(request))
        .isEqualTo(
            new Command.Range(
                new KeyRange(Bytes.utf8("a"), Bytes.utf8("b")),
                1,
                2,
                Command.SortOrder.DESCEND,
                Command.SortTarget.VALUE,
                true,
                true,
                3,
                4,
                5,
                6));
  }

  @ParameterizedTest
  @CsvSource({"VERSION", "CREATE", "MOD", "LEASE"})
  void operandOfAnotherTargetCountsAsZero(Compare.CompareTarget target) {
    TxnRequest request =
        TxnRequest.newBuilder()
            .addCompare(
                Compare.newBuilder()
                    .setKey(utf8("a"))
                    .setTarget(target)
                    .setValue(utf8("not a number")))
            .build();

    Command.Operand operand = KvMapping.command(request).compares().getFirst().operand();

    assertThat(operand)
        .isIn(
            new Command.Operand.Version(0),
            new Command.Operand.CreateRevision(0),
            new Command.Operand.ModRevision(0),
            new Command.Operand.Lease(0));
  }

  @Test
  void nestedTxnKeepsItsBranches() {
    TxnRequest inner = TxnRequest.newBuilder().addFailure(RequestOp.getDefaultInstance()).build();
    TxnRequest outer =
        TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder().setRequestTxn(inner)).build();

    Command.Txn empty = new Command.Txn(List.of(), List.of(), List.of(new Command.Empty()));
    assertThat(KvMapping.command(outer))
        .isEqualTo(new Command.Txn(List.of(), List.of(empty), List.of()));
  }

  @Test
  void everyFieldOfARecordArrives() {
    var record = new dev.balsa.kv.KeyValue(Bytes.utf8("k"), Bytes.utf8("v"), 2, 4, 3, 5);

    RangeResponse response =
        KvMapping.response(
            ResponseHeader.getDefaultInstance(),
            new KvResult.RangeDone(9, List.of(record), true, 8));

    assertThat(response.getMore()).isTrue();
    assertThat(response.getCount()).isEqualTo(8);
    assertThat(response.getKvs(0))
        .isEqualTo(
            dev.balsa.proto.KeyValue.newBuilder()
                .setKey(utf8("k"))
                .setValue(utf8("v"))
                .setCreateRevision(2)
                .setModRevision(4)
                .setVersion(3)
                .setLease(5)
                .build());
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
