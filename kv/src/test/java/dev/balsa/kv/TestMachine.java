package dev.balsa.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.Compare;
import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Operand;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Relation;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.Failed;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.PutDone;
import dev.balsa.kv.KvResult.RangeDone;
import dev.balsa.kv.KvResult.TxnDone;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine.Committed;
import java.util.List;

/** A machine with short words for what tests do to it; all text is UTF-8. */
final class TestMachine {
  private final KvMachine machine;
  private long index;

  TestMachine() {
    this(new KvMachine());
  }

  TestMachine(KvMachine machine) {
    this(machine, 0);
  }

  /** Goes on after the entry at {@code index}. */
  TestMachine(KvMachine machine, long index) {
    this.machine = machine;
    this.index = index;
  }

  /** The next command stands after {@code last}. */
  void continueAfter(EntryId last) {
    index = last.index();
  }

  KvMachine machine() {
    return machine;
  }

  KvResult apply(Command command) {
    return applyEncoded(CommandCodec.encode(command));
  }

  KvResult applyEncoded(Bytes command) {
    index++;
    return machine.apply(List.of(new Committed(new EntryId(1, index), command))).getFirst();
  }

  /** Writes and expects to be able to. */
  long put(String key, String value) {
    return ((PutDone) apply(Put.of(bytes(key), bytes(value)))).revision();
  }

  KvResult delete(String key) {
    return apply(new DeleteRange(KeyRange.single(bytes(key)), false));
  }

  KvResult compact(long revision) {
    return apply(new Compact(revision));
  }

  TxnDone txn(Txn txn) {
    return (TxnDone) apply(txn);
  }

  RangeDone range(Range range) {
    return (RangeDone) machine.range(range);
  }

  /** All keys and values now, as {@code key=value}. */
  List<String> contents() {
    return texts(range(Range.of(all())));
  }

  /** All keys and values at {@code revision}. */
  List<String> contentsAt(long revision) {
    return texts(range(at(all(), revision)));
  }

  KeyValue kv(String key) {
    return range(Range.of(KeyRange.single(bytes(key)))).kvs().getFirst();
  }

  void assertFailed(KvResult result, KvError error) {
    assertThat(result).isEqualTo(new Failed(error, machine.revision()));
  }

  static List<String> texts(RangeDone done) {
    return done.kvs().stream().map(kv -> kv.key().toUtf8() + "=" + kv.value().toUtf8()).toList();
  }

  static KeyRange all() {
    return range("\0", "\0");
  }

  static KeyRange range(String key, String end) {
    return new KeyRange(bytes(key), bytes(end));
  }

  static Range at(KeyRange keys, long revision) {
    return new RangeOf(keys).revision(revision).done();
  }

  static Put putOf(String key, String value) {
    return Put.of(bytes(key), bytes(value));
  }

  static DeleteRange deleteOf(String key, String end) {
    return new DeleteRange(range(key, end), false);
  }

  static Txn txnOf(Op... success) {
    return new Txn(List.of(), List.of(success), List.of());
  }

  static Txn when(Compare compare) {
    return new Txn(List.of(compare), List.of(), List.of());
  }

  static Compare compare(String key, Relation relation, Operand operand) {
    return new Compare(KeyRange.single(bytes(key)), relation, operand);
  }

  static Bytes bytes(String text) {
    return Bytes.utf8(text);
  }
}
