package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.bytes;
import static dev.balsa.kv.TestMachine.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.KvResult.DeleteDone;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.PutDone;
import dev.balsa.raft.Bytes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Put, DeleteRange and the revisions they make (etcd's KV service). */
class WriteTest {
  private final TestMachine machine = new TestMachine();

  @Test
  void emptyStoreStandsAtRevisionOne() {
    assertThat(machine.machine().revision()).isEqualTo(1);
  }

  @Test
  void firstWriteMakesRevisionTwo() {
    assertThat(machine.put("a", "1")).isEqualTo(2);
  }

  @Test
  void newKeyStartsAtVersionOne() {
    machine.put("a", "1");

    assertThat(machine.kv("a")).isEqualTo(new KeyValue(bytes("a"), bytes("1"), 2, 2, 1, 0));
  }

  @Test
  void overwriteKeepsCreateRevisionAndCountsVersion() {
    machine.put("a", "1");
    machine.put("a", "2");

    assertThat(machine.kv("a")).isEqualTo(new KeyValue(bytes("a"), bytes("2"), 2, 3, 2, 0));
  }

  @Test
  void keyWrittenAgainAfterDeleteIsNew() {
    machine.put("a", "1");
    machine.delete("a");
    machine.put("a", "2");

    assertThat(machine.kv("a")).isEqualTo(new KeyValue(bytes("a"), bytes("2"), 4, 4, 1, 0));
  }

  @Test
  void putReturnsPreviousRecordOnlyIfAsked() {
    machine.put("a", "1");

    KvResult asked = machine.apply(new Put(bytes("a"), bytes("2"), 0, true, false, false));
    KvResult notAsked = machine.apply(new Put(bytes("a"), bytes("3"), 0, false, false, false));

    assertThat(asked).isEqualTo(new PutDone(3, new KeyValue(bytes("a"), bytes("1"), 2, 2, 1, 0)));
    assertThat(notAsked).isEqualTo(new PutDone(4, null));
  }

  @Test
  void ignoreValueKeepsTheValue() {
    machine.put("a", "1");

    machine.apply(new Put(bytes("a"), Bytes.EMPTY, 0, false, true, false));

    assertThat(machine.kv("a")).isEqualTo(new KeyValue(bytes("a"), bytes("1"), 2, 3, 2, 0));
  }

  @Test
  void ignoreValueNeedsTheKey() {
    KvResult result = machine.apply(new Put(bytes("a"), Bytes.EMPTY, 0, false, true, false));

    machine.assertFailed(result, KvError.KEY_NOT_FOUND);
  }

  @Test
  void ignoreLeaseNeedsTheKey() {
    KvResult result = machine.apply(new Put(bytes("a"), bytes("1"), 0, false, false, true));

    machine.assertFailed(result, KvError.KEY_NOT_FOUND);
  }

  @Test
  void putLooksForTheLeaseBeforeTheKey() {
    KvResult result = machine.apply(new Put(bytes("a"), Bytes.EMPTY, 7, false, true, false));

    machine.assertFailed(result, KvError.LEASE_NOT_FOUND);
  }

  @Test
  void ignoreLeaseWritesTheValue() {
    machine.put("a", "1");

    machine.apply(new Put(bytes("a"), bytes("2"), 0, false, false, true));

    assertThat(machine.contents()).containsExactly("a=2");
  }

  @Test
  void unknownLeaseIsRefused() {
    KvResult result = machine.apply(new Put(bytes("a"), bytes("1"), -7, false, false, false));

    machine.assertFailed(result, KvError.LEASE_NOT_FOUND);
  }

  @Test
  void refusedWriteChangesNothing() {
    machine.apply(new Put(bytes("a"), bytes("1"), 7, false, false, false));

    assertThat(machine.contents()).isEmpty();
    assertThat(machine.machine().revision()).isEqualTo(1);
  }

  @Test
  void committedPutWithoutKeyIsRefused() {
    machine.assertFailed(machine.apply(TestMachine.putOf("", "1")), KvError.KEY_NOT_PROVIDED);
  }

  @Test
  void deleteOfOneRangeIsOneRevision() {
    machine.put("a", "1");
    machine.put("b", "2");
    machine.put("c", "3");

    KvResult result = machine.apply(new DeleteRange(range("a", "c"), false));

    assertThat(result).isEqualTo(new DeleteDone(5, 2, List.of()));
    assertThat(machine.contents()).containsExactly("c=3");
  }

  @Test
  void deleteReturnsDeletedRecordsIfAsked() {
    machine.put("a", "1");

    KvResult result = machine.apply(new DeleteRange(KeyRange.single(bytes("a")), true));

    assertThat(result)
        .isEqualTo(new DeleteDone(3, 1, List.of(new KeyValue(bytes("a"), bytes("1"), 2, 2, 1, 0))));
  }

  @Test
  void deleteOfAbsentKeyLeavesTheRevision() {
    machine.put("a", "1");

    assertThat(machine.delete("b")).isEqualTo(new DeleteDone(2, 0, List.of()));
    assertThat(machine.machine().revision()).isEqualTo(2);
  }

  @Test
  void storedKeyDoesNotKeepTheCommandInMemory() {
    byte[] frame = CommandCodec.encode(TestMachine.putOf("key", "value")).toByteArray();
    machine.applyEncoded(Bytes.wrap(frame));

    Arrays.fill(frame, (byte) 0);

    assertThat(machine.contents()).containsExactly("key=value");
  }
}
