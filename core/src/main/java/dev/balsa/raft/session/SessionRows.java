package dev.balsa.raft.session;

import dev.balsa.raft.Bytes;
import java.util.function.BiConsumer;

/**
 * Where a {@link SessionMachine} keeps its sessions if the machine inside keeps its state by
 * itself: rows of the same store, so that what a request did, its result and the entry that both
 * came from outlive a crash together or not at all. They are part of that machine's snapshot, too.
 *
 * <p>Rows are written during {@link SessionMachine#apply} only; whoever called that ends the batch.
 */
public interface SessionRows {
  /** Keeps {@code value} as {@code name}, instead of what was kept under that name. */
  void put(Bytes name, Bytes value);

  /** Keeps nothing as {@code name} any more. */
  void remove(Bytes name);

  /** Shows every row, in the order of names. */
  void forEach(BiConsumer<Bytes, Bytes> row);
}
