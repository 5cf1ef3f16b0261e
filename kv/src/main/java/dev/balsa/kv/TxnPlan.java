package dev.balsa.kv;

import dev.balsa.kv.Command.Compare;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Operand;
import dev.balsa.kv.Command.Relation;
import dev.balsa.kv.Command.Txn;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Which branch each transaction takes. It is made before anything is written, so the compares of
 * nested transactions see the state before the outermost one.
 *
 * @param ops the operations of the branch taken
 * @param nested a plan for each transaction among {@code ops}, in order
 */
record TxnPlan(boolean succeeded, List<Op> ops, List<TxnPlan> nested) {

  static TxnPlan of(Txn txn, Versions versions) {
    boolean succeeded = txn.compares().stream().allMatch(compare -> holds(compare, versions));
    List<Op> ops = succeeded ? txn.success() : txn.failure();
    List<TxnPlan> nested = new ArrayList<>();
    for (Op op : ops) {
      if (op instanceof Txn inner) {
        nested.add(of(inner, versions));
      }
    }
    return new TxnPlan(succeeded, ops, nested);
  }

  /** Whether all keys of the range hold; if there is none, whether an absent key does. */
  private static boolean holds(Compare compare, Versions versions) {
    Judge judge = new Judge(compare);
    versions.ascend(compare.range(), judge);
    return judge.isEmpty ? holdsForAbsent(compare) : judge.holds;
  }

  private static final class Judge implements Versions.Visitor {
    private final Compare compare;
    private boolean isEmpty = true;
    private boolean holds = true;

    Judge(Compare compare) {
      this.compare = compare;
    }

    @Override
    public boolean visit(Bytes key, Bytes stored) {
      isEmpty = false;
      holds = holdsFor(compare, StoredVersion.decode(key, stored));
      return holds;
    }
  }

  private static boolean holdsFor(Compare compare, KeyValue kv) {
    return switch (compare.operand()) {
      case Operand.Version(long wanted) -> holds(compare, Long.compare(kv.version(), wanted));
      case Operand.CreateRevision(long wanted) ->
          holds(compare, Long.compare(kv.createRevision(), wanted));
      case Operand.ModRevision(long wanted) ->
          holds(compare, Long.compare(kv.modRevision(), wanted));
      case Operand.Lease(long wanted) -> holds(compare, Long.compare(kv.lease(), wanted));
      case Operand.Value(Bytes wanted) -> holds(compare, kv.value().compareTo(wanted));
    };
  }

  /**
   * An absent key has no value that could be compared, not even an empty one; its numbers are 0.
   */
  private static boolean holdsForAbsent(Compare compare) {
    return !(compare.operand() instanceof Operand.Value)
        && holdsFor(compare, new KeyValue(Bytes.EMPTY, Bytes.EMPTY, 0, 0, 0, 0));
  }

  private static boolean holds(Compare compare, int fieldToOperand) {
    Relation relation = compare.relation();
    return switch (relation) {
      case EQUAL -> fieldToOperand == 0;
      case NOT_EQUAL -> fieldToOperand != 0;
      case GREATER -> fieldToOperand > 0;
      case LESS -> fieldToOperand < 0;
    };
  }
}
