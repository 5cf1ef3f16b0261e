package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.all;
import static dev.balsa.kv.TestMachine.at;
import static dev.balsa.kv.TestMachine.bytes;
import static dev.balsa.kv.TestMachine.compare;
import static dev.balsa.kv.TestMachine.deleteOf;
import static dev.balsa.kv.TestMachine.putOf;
import static dev.balsa.kv.TestMachine.texts;
import static dev.balsa.kv.TestMachine.txnOf;
import static dev.balsa.kv.TestMachine.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.kv.Command.Compare;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Operand;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Relation;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.Done;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.RangeDone;
import dev.balsa.kv.KvResult.TxnDone;
import dev.balsa.raft.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Transactions: what they compare, in which order they run, what they refuse. */
class TxnTest {
  private final TestMachine machine = new TestMachine();

  @ParameterizedTest
  @CsvSource({
    "EQUAL, false, true, false",
    "NOT_EQUAL, true, false, true",
    "GREATER, true, false, false",
    "LESS, false, false, true"
  })
  void relatesTheFieldToTheOperand(Relation relation, boolean one, boolean two, boolean three) {
    machine.put("a", "1");
    machine.put("a", "2");

    assertThat(holds(compare("a", relation, new Operand.Version(1)))).isEqualTo(one);
    assertThat(holds(compare("a", relation, new Operand.Version(2)))).isEqualTo(two);
    assertThat(holds(compare("a", relation, new Operand.Version(3)))).isEqualTo(three);
  }

  @Test
  void comparesEveryField() {
    machine.put("x", "0");
    machine.put("a", "1");
    machine.put("a", "2");

    assertThat(holds(compare("a", Relation.EQUAL, new Operand.CreateRevision(3)))).isTrue();
    assertThat(holds(compare("a", Relation.EQUAL, new Operand.ModRevision(4)))).isTrue();
    assertThat(holds(compare("a", Relation.EQUAL, new Operand.Lease(0)))).isTrue();
    assertThat(holds(compare("a", Relation.EQUAL, new Operand.Value(bytes("2"))))).isTrue();
    assertThat(holds(compare("a", Relation.GREATER, new Operand.Value(bytes("1"))))).isTrue();
  }

  @Test
  void numbersOfAbsentKeyAreZero() {
    assertThat(holds(compare("a", Relation.EQUAL, new Operand.Version(0)))).isTrue();
    assertThat(holds(compare("a", Relation.EQUAL, new Operand.CreateRevision(0)))).isTrue();
    assertThat(holds(compare("a", Relation.LESS, new Operand.ModRevision(1)))).isTrue();
    assertThat(holds(compare("a", Relation.NOT_EQUAL, new Operand.Lease(0)))).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Relation.class)
  void valueOfAbsentKeyNeverCompares(Relation relation) {
    assertThat(holds(compare("a", relation, new Operand.Value(Bytes.EMPTY)))).isFalse();
    assertThat(holds(compare("a", relation, new Operand.Value(bytes("x"))))).isFalse();
  }

  @Test
  void rangeComparesHoldIfEveryKeyDoes() {
    machine.put("a", "1");
    machine.put("b", "1");
    machine.put("b", "2");

    assertThat(holds(new Compare(all(), Relation.GREATER, new Operand.Version(0)))).isTrue();
    assertThat(holds(new Compare(all(), Relation.EQUAL, new Operand.Version(1)))).isFalse();
    assertThat(holds(new Compare(all(), Relation.EQUAL, new Operand.Version(2)))).isFalse();
  }

  @Test
  void allComparesMustHold() {
    Compare yes = compare("a", Relation.EQUAL, new Operand.Version(0));
    Compare no = compare("a", Relation.GREATER, new Operand.Version(0));

    assertThat(machine.txn(new Txn(List.of(yes, no), List.of(), List.of())).succeeded()).isFalse();
  }

  @Test
  void emptyTxnSucceedsAndKeepsTheRevision() {
    assertThat(machine.txn(txnOf())).isEqualTo(new TxnDone(1, true, List.of()));
  }

  @Test
  void failedCompareRunsTheOtherBranch() {
    Compare no = compare("a", Relation.GREATER, new Operand.Version(0));

    machine.txn(new Txn(List.of(no), List.of(putOf("a", "then")), List.of(putOf("a", "else"))));

    assertThat(machine.contents()).containsExactly("a=else");
  }

  @Test
  void allWritesShareOneRevision() {
    TxnDone done = machine.txn(txnOf(putOf("a", "1"), putOf("b", "2")));

    assertThat(done.revision()).isEqualTo(2);
    assertThat(machine.kv("a").modRevision()).isEqualTo(2);
    assertThat(machine.kv("b").modRevision()).isEqualTo(2);
  }

  @Test
  void laterOperationsSeeEarlierOnesAtTheNewRevision() {
    TxnDone done = machine.txn(txnOf(read(), putOf("a", "1"), read()));

    assertThat(readAt(done, 0)).isEmpty();
    assertThat(done.results().get(0).revision()).isEqualTo(1);
    assertThat(readAt(done, 2)).containsExactly("a=1");
    assertThat(done.results().get(2).revision()).isEqualTo(2);
  }

  @Test
  void laterOperationsSeeDeletes() {
    machine.put("a", "1");

    TxnDone done = machine.txn(txnOf(deleteOf("a", ""), read()));

    assertThat(readAt(done, 1)).isEmpty();
  }

  @Test
  void explicitRevisionDoesNotSeeTheTransactionItself() {
    machine.put("a", "1");

    TxnDone done = machine.txn(txnOf(putOf("a", "2"), at(all(), 2)));

    assertThat(readAt(done, 1)).containsExactly("a=1");
  }

  @Test
  void revisionOfTheTransactionItselfIsFuture() {
    KvResult result = machine.apply(txnOf(putOf("a", "1"), at(all(), 2)));

    machine.assertFailed(result, KvError.FUTURE_REVISION);
    assertThat(machine.contents()).isEmpty();
  }

  @Test
  void compactedReadFailsTheWholeTransactionBeforeItWrites() {
    machine.put("a", "1");
    machine.put("a", "2");
    machine.compact(3);

    KvResult result = machine.apply(txnOf(putOf("a", "3"), at(all(), 2)));

    machine.assertFailed(result, KvError.COMPACTED);
    assertThat(machine.contents()).containsExactly("a=2");
  }

  @Test
  void everyPutIsJudgedBeforeTheFirstRangeAndByItsKeyBeforeItsLease() {
    Put keep = new Put(bytes("b"), Bytes.EMPTY, 7, false, true, false);

    machine.assertFailed(machine.apply(txnOf(at(all(), 99), txnOf(keep))), KvError.KEY_NOT_FOUND);
  }

  @Test
  void branchThatDoesNotRunIsNotJudgedByTheStore() {
    Txn txn = new Txn(List.of(), List.of(putOf("a", "1")), List.of(at(all(), 99)));

    assertThat(machine.txn(txn).succeeded()).isTrue();
  }

  @Test
  void unknownLeaseFailsTheWholeTransaction() {
    Put leased = new Put(bytes("b"), bytes("1"), 7, false, false, false);

    machine.assertFailed(
        machine.apply(txnOf(putOf("a", "1"), txnOf(leased))), KvError.LEASE_NOT_FOUND);
    assertThat(machine.contents()).isEmpty();
  }

  @Test
  void ignoreValueLooksForTheKeyBeforeTheTransaction() {
    Put keep = new Put(bytes("b"), Bytes.EMPTY, 0, false, true, false);

    machine.assertFailed(machine.apply(txnOf(putOf("a", "1"), keep)), KvError.KEY_NOT_FOUND);
  }

  @Test
  void nestedComparesSeeTheStateBeforeTheOutermostTransaction() {
    Compare absent = compare("a", Relation.EQUAL, new Operand.Version(0));
    Txn inner = new Txn(List.of(absent), List.of(putOf("b", "then")), List.of());

    TxnDone done = machine.txn(txnOf(putOf("a", "1"), inner));

    assertThat(((TxnDone) done.results().get(1)).succeeded()).isTrue();
    assertThat(machine.contents()).containsExactly("a=1", "b=then");
  }

  @Test
  void nestedWritesShareTheRevision() {
    machine.txn(txnOf(putOf("a", "1"), txnOf(putOf("b", "2"), txnOf(putOf("c", "3")))));

    assertThat(machine.machine().revision()).isEqualTo(2);
    assertThat(machine.contents()).containsExactly("a=1", "b=2", "c=3");
  }

  @Test
  void overlappingDeletesCountEachKeyOnce() {
    machine.put("a", "1");

    TxnDone done = machine.txn(txnOf(deleteOf("a", "c"), deleteOf("a", "z")));

    assertThat(done.results())
        .extracting(result -> ((KvResult.DeleteDone) result).deleted())
        .containsExactly(1L, 0L);
  }

  @Test
  void readOfTransactionGivesTheNewestState() {
    machine.put("a", "1");

    assertThat(machine.machine().read(txnOf(read())))
        .isEqualTo(new TxnDone(2, true, List.of((Done) machine.machine().range(Range.of(all())))));
  }

  @Test
  void readOfTransactionThatWritesIsRefused() {
    assertThatThrownBy(() -> machine.machine().read(txnOf(txnOf(deleteOf("a", "")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("can write");
  }

  private boolean holds(Compare compare) {
    return machine.txn(when(compare)).succeeded();
  }

  private static Op read() {
    return Range.of(all());
  }

  private static List<String> readAt(TxnDone done, int place) {
    return texts((RangeDone) done.results().get(place));
  }
}
