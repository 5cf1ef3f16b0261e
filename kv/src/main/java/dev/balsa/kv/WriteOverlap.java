package dev.balsa.kv;

import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.Empty;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Txn;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Finds a key that one branch of a transaction would change twice: two puts of it, or a put of it
 * and a delete over it. Deletes may overlap, since the second finds nothing. So a key changes at
 * most once in a revision, which the store's layout relies on.
 *
 * <p>A nested transaction counts with both its branches against its neighbors, but its branches do
 * not count against each other, since only one runs. etcd overlooks a put in one nested transaction
 * and a delete over it in a later one; we do not.
 */
final class WriteOverlap {
  private final TreeSet<Bytes> puts = new TreeSet<>();
  private final List<KeyRange> deletes = new ArrayList<>();

  private WriteOverlap() {}

  static boolean isIn(Txn txn) {
    return !new WriteOverlap().takesAll(txn.success())
        || !new WriteOverlap().takesAll(txn.failure());
  }

  /** Adds the writes of one branch; false as soon as two of them meet. */
  private boolean takesAll(List<Op> ops) {
    for (Op op : ops) {
      boolean taken =
          switch (op) {
            case Put put -> takesPut(put.key());
            case DeleteRange delete -> takesDelete(delete.range());
            case Txn txn -> takesNested(txn);
            case Range range -> true;
            case Empty empty -> true;
          };
      if (!taken) {
        return false;
      }
    }
    return true;
  }

  private boolean takesPut(Bytes key) {
    return !isDeleted(key) && puts.add(key);
  }

  private boolean takesDelete(KeyRange range) {
    deletes.add(range);
    return !holdsPut(range);
  }

  private boolean takesNested(Txn txn) {
    WriteOverlap then = new WriteOverlap();
    WriteOverlap otherwise = new WriteOverlap();
    if (!then.takesAll(txn.success())
        || !otherwise.takesAll(txn.failure())
        || meets(then)
        || meets(otherwise)) {
      return false;
    }
    add(then);
    add(otherwise);
    return true;
  }

  private boolean meets(WriteOverlap other) {
    return other.puts.stream().anyMatch(key -> puts.contains(key) || isDeleted(key))
        || other.deletes.stream().anyMatch(this::holdsPut);
  }

  private void add(WriteOverlap other) {
    puts.addAll(other.puts);
    deletes.addAll(other.deletes);
  }

  private boolean isDeleted(Bytes key) {
    return deletes.stream().anyMatch(range -> range.contains(key));
  }

  private boolean holdsPut(KeyRange range) {
    Bytes first = puts.ceiling(range.key());
    return first != null && range.contains(first);
  }
}
