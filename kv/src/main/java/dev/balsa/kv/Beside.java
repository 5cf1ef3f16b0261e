package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a machine around a {@link KvMachine} keeps of its own, under names of its choice: in the
 * same store, so in the same snapshot, and in the batch that the next {@link KvMachine#apply} or
 * {@link KvMachine#commit} ends. Whatever that machine needs after a restart belongs here.
 */
public final class Beside {
  private final OrderedStore store;

  Beside(OrderedStore store) {
    this.store = store;
  }

  /** One thing that is kept. */
  public record Kept(Bytes name, Bytes value) {}

  /** What is kept as {@code name}, null if nothing is. */
  public @Nullable Bytes get(Bytes name) {
    return store.get(Space.BESIDE, name);
  }

  /** Keeps {@code value}, instead of what was kept under that name. */
  public void put(Bytes name, Bytes value) {
    store.put(Space.BESIDE, name, value);
  }

  /** Keeps nothing as {@code name} any more. */
  public void remove(Bytes name) {
    store.remove(Space.BESIDE, name);
  }

  /** All whose names begin with {@code prefix}, in the order of names. */
  public List<Kept> all(Bytes prefix) {
    List<Kept> found = new ArrayList<>();
    try (Cursor cursor = store.ascend(Space.BESIDE, prefix, null)) {
      while (cursor.next() && cursor.key().startsWith(prefix)) {
        found.add(new Kept(cursor.key(), cursor.value()));
      }
    }
    return found;
  }
}
