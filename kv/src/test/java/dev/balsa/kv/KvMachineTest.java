package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.bytes;
import static dev.balsa.kv.TestMachine.putOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.PutDone;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine.Committed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The machine as the log sees it. */
class KvMachineTest {
  private static final Bytes PUT = CommandCodec.encode(putOf("a", "1"));

  @Test
  void committedGarbageFailsAloneAndTheSameEverywhere() {
    KvMachine machine = new KvMachine();

    List<KvResult> results =
        machine.apply(
            List.of(committed(1, PUT), committed(2, bytes("garbage")), committed(3, PUT)));

    assertThat(results)
        .containsExactly(
            new PutDone(2, null), new KvResult.Failed(KvError.MALFORMED, 2), new PutDone(3, null));
  }

  @Test
  void entryAppliedTwiceIsRefused() {
    KvMachine machine = new KvMachine();
    machine.apply(List.of(committed(5, PUT)));

    assertThatThrownBy(() -> machine.apply(List.of(committed(5, PUT))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1/5, which is applied already");
  }

  @Test
  void appliedEntryAndDataReachTheStoreInOneBatch() {
    BatchStore store = new BatchStore();
    KvMachine machine = new KvMachine(store);

    machine.apply(List.of(committed(1, PUT), committed(7, PUT)));

    assertThat(store.batches).hasSize(1);
    assertThat(store.batches.getFirst())
        .contains(Space.LIVE, Space.HISTORY, Space.CHANGES, Space.META);
    assertThat(store.open).isEmpty();
  }

  @Test
  void nothingAppliedIsNoBatch() {
    BatchStore store = new BatchStore();

    assertThat(new KvMachine(store).apply(List.of())).isEmpty();
    assertThat(store.batches).isEmpty();
  }

  @Test
  void hashDependsOnKeyValueAndOrder() {
    assertThat(
            List.of(hash("a=1", "b=2"), hash("b=2", "a=1"), hash("a=1", "b=3"), hash("=a", "=b")))
        .doesNotHaveDuplicates();
    assertThat(hash("a=1", "b=2")).isEqualTo(hash("a=1", "b=2"));
  }

  @Test
  void storeOfAnotherFormatIsRefused() {
    MemoryStore store = new MemoryStore();
    store.put(Space.META, bytes("state"), Bytes.wrap(new byte[] {9}));

    assertThatThrownBy(() -> new KvMachine(store))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("has store format 9, this build reads 2");
  }

  @Test
  void countsKeysAndBytes() {
    TestMachine machine = new TestMachine();
    machine.put("a", "1");
    machine.put("b", "1");
    machine.put("b", "2");
    machine.delete("a");

    assertThat(machine.machine().keys()).isEqualTo(1);
    assertThat(machine.machine().bytes()).isPositive();
  }

  private static long hash(String... entries) {
    TestMachine machine = new TestMachine();
    for (String entry : entries) {
      machine.put(
          "key" + entry.substring(0, entry.indexOf('=')), entry.substring(entry.indexOf('=')));
    }
    return machine.machine().stateHash();
  }

  private static Committed committed(long index, Bytes command) {
    return new Committed(new EntryId(1, index), command);
  }

  /** Remembers which spaces each batch wrote to. */
  private static final class BatchStore implements OrderedStore {
    private final MemoryStore store = new MemoryStore();
    private final List<List<Space>> batches = new ArrayList<>();
    private List<Space> open = new ArrayList<>();

    @Override
    public @Nullable Bytes get(Space space, Bytes key) {
      return store.get(space, key);
    }

    @Override
    public void put(Space space, Bytes key, Bytes value) {
      open.add(space);
      store.put(space, key, value);
    }

    @Override
    public void remove(Space space, Bytes key) {
      open.add(space);
      store.remove(space, key);
    }

    @Override
    public Cursor ascend(Space space, Bytes from, @Nullable Bytes to) {
      return store.ascend(space, from, to);
    }

    @Override
    public Cursor descend(Space space, Bytes from, @Nullable Bytes to) {
      return store.descend(space, from, to);
    }

    @Override
    public void clear() {
      store.clear();
    }

    @Override
    public Frozen freeze() {
      return store.freeze();
    }

    @Override
    public void commit() {
      batches.add(open);
      open = new ArrayList<>();
    }

    @Override
    public long bytes() {
      return store.bytes();
    }
  }
}
