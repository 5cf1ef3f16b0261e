package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.bytes;
import static dev.balsa.kv.TestMachine.compare;
import static dev.balsa.kv.TestMachine.deleteOf;
import static dev.balsa.kv.TestMachine.putOf;
import static dev.balsa.kv.TestMachine.range;
import static dev.balsa.kv.TestMachine.txnOf;
import static dev.balsa.kv.TestMachine.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.Empty;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Operand;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Relation;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.Failed;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.raft.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused without a look at the store. */
class CommandRulesTest {
  static Stream<Arguments> refused() {
    Put valueGiven = new Put(bytes("a"), bytes("1"), 0, false, true, false);
    Put leaseGiven = new Put(bytes("a"), bytes("1"), 7, false, false, true);
    Operand zero = new Operand.Version(0);
    return Stream.of(
        Arguments.of("put without key", putOf("", "1"), KvError.KEY_NOT_PROVIDED),
        Arguments.of("delete without key", deleteOf("", "z"), KvError.KEY_NOT_PROVIDED),
        Arguments.of("value and ignore_value", valueGiven, KvError.VALUE_PROVIDED),
        Arguments.of("lease and ignore_lease", leaseGiven, KvError.LEASE_PROVIDED),
        Arguments.of(
            "compare without key",
            when(compare("", Relation.EQUAL, zero)),
            KvError.KEY_NOT_PROVIDED),
        Arguments.of(
            "nested read without key",
            txnOf(txnOf(Range.of(range("", "z")))),
            KvError.KEY_NOT_PROVIDED),
        Arguments.of("nested bad put", txnOf(txnOf(valueGiven)), KvError.VALUE_PROVIDED),
        Arguments.of("empty operation", txnOf(new Empty()), KvError.KEY_NOT_FOUND),
        Arguments.of(
            "empty operation that would not run",
            new Txn(List.of(), List.of(), List.of(new Empty())),
            KvError.KEY_NOT_FOUND),
        Arguments.of("two puts", txnOf(putOf("a", "1"), putOf("a", "1")), KvError.DUPLICATE_KEY),
        Arguments.of(
            "two puts in the branch that would not run",
            new Txn(List.of(), List.of(), List.of(putOf("a", "1"), putOf("a", "1"))),
            KvError.DUPLICATE_KEY),
        Arguments.of(
            "put, then delete over it",
            txnOf(putOf("b", "1"), deleteOf("a", "c")),
            KvError.DUPLICATE_KEY),
        Arguments.of(
            "delete, then put inside",
            txnOf(deleteOf("a", "\0"), putOf("b", "1")),
            KvError.DUPLICATE_KEY),
        Arguments.of(
            "put beside nested put",
            txnOf(txnOf(putOf("a", "1")), putOf("a", "1")),
            KvError.DUPLICATE_KEY),
        Arguments.of(
            "put beside put in a nested else",
            txnOf(putOf("a", "1"), new Txn(List.of(), List.of(), List.of(putOf("a", "1")))),
            KvError.DUPLICATE_KEY),
        Arguments.of(
            "puts in two nested",
            txnOf(txnOf(putOf("a", "1")), txnOf(putOf("a", "1"))),
            KvError.DUPLICATE_KEY),
        Arguments.of(
            "put in one nested, delete in the next",
            txnOf(txnOf(putOf("a", "1")), txnOf(deleteOf("a", ""))),
            KvError.DUPLICATE_KEY),
        Arguments.of(
            "delete in one nested, put in the next",
            txnOf(txnOf(deleteOf("a", "")), txnOf(putOf("a", "1"))),
            KvError.DUPLICATE_KEY));
  }

  static Stream<Arguments> allowed() {
    List<Op> putA = List.of(putOf("a", "1"));
    return Stream.of(
        Arguments.of("put of an empty value", putOf("a", "")),
        Arguments.of("compaction", new Compact(-1)),
        Arguments.of("same key in both branches", new Txn(List.of(), putA, putA)),
        Arguments.of("same key in both nested branches", txnOf(new Txn(List.of(), putA, putA))),
        Arguments.of(
            "put and delete in the two nested branches",
            txnOf(new Txn(List.of(), putA, List.of(deleteOf("a", ""))))),
        Arguments.of("overlapping deletes", txnOf(deleteOf("a", "c"), deleteOf("b", "d"))),
        Arguments.of("put before a range", txnOf(putOf("a", "1"), deleteOf("b", "c"))),
        Arguments.of("put at the end of a range", txnOf(putOf("c", "1"), deleteOf("b", "c"))),
        Arguments.of("put in an empty range", txnOf(putOf("b", "1"), deleteOf("b", "a"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusesByName(String what, Command command, KvError error) {
    assertThat(CommandRules.DEFAULT.check(command)).as(what).contains(error);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void machineRefusesWhatWasCommittedUnchecked(String what, Command command, KvError error) {
    assertThat(new TestMachine().apply(command)).as(what).isEqualTo(new Failed(error, 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("allowed")
  void allows(String what, Command command) {
    assertThat(CommandRules.DEFAULT.check(command)).as(what).isEmpty();
  }

  @Test
  void rangeWithoutKeyIsRefused() {
    assertThat(CommandRules.DEFAULT.check(Range.of(range("", ""))))
        .contains(KvError.KEY_NOT_PROVIDED);
  }

  @Test
  void branchMayHaveAsManyOperationsAsTheLimit() {
    assertThat(CommandRules.DEFAULT.check(new Txn(List.of(), puts(128), puts(128)))).isEmpty();
  }

  @Test
  void branchBeyondTheLimitIsRefused() {
    assertThat(CommandRules.DEFAULT.check(new Txn(List.of(), List.of(), puts(129))))
        .contains(KvError.TOO_MANY_OPS);
  }

  @Test
  void comparesCountAgainstTheLimit() {
    Txn txn =
        new Txn(
            Collections.nCopies(129, compare("a", Relation.EQUAL, new Operand.Version(0))),
            List.of(),
            List.of());

    assertThat(CommandRules.DEFAULT.check(txn)).contains(KvError.TOO_MANY_OPS);
  }

  @Test
  void nestedTransactionHasWhatItsParentLeftOver() {
    CommandRules rules = new CommandRules(5);
    Txn two = txnOf(putOf("a", "1"), new Txn(List.of(), List.of(), puts(3)));
    Txn three = txnOf(putOf("a", "1"), new Txn(List.of(), List.of(), puts(4)));

    assertThat(rules.check(two)).isEmpty();
    assertThat(rules.check(three)).contains(KvError.TOO_MANY_OPS);
  }

  @Test
  void limitOfOneMemberDoesNotDecideWhatIsCommitted() {
    assertThat(new TestMachine().apply(new Txn(List.of(), puts(500), List.of())).getClass())
        .isEqualTo(KvResult.TxnDone.class);
  }

  @Test
  void tooDeepNestingIsRefused() {
    assertThat(new CommandRules(1000).check(nested(CommandRules.TXN_DEPTH_MAX))).isEmpty();
    assertThat(new CommandRules(1000).check(nested(CommandRules.TXN_DEPTH_MAX + 1)))
        .contains(KvError.TOO_MANY_OPS);
  }

  static Txn nested(int depth) {
    Txn txn = txnOf();
    for (int i = 1; i < depth; i++) {
      txn = txnOf(txn);
    }
    return txn;
  }

  /** Puts of keys other than those in the tables. */
  private static List<Op> puts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> (Op) Put.of(bytes("key" + i), Bytes.EMPTY))
        .toList();
  }
}
