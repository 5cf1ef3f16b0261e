package dev.balsa.server.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.OrderedStore;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.StateMachine.Committed;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store holds several times as much as the heap. */
class SmallHeapTest {
  private static final int KEYS = 40_000;
  private static final int BATCH = 500;
  private static final int VALUE_BYTES = 3_000;
  private static final String HEAP = "-Xmx24m"; // for 120 MB

  @TempDir private Path parent = Path.of("unset");

  @Test
  void dataFiveTimesTheHeapIsWrittenCapturedAndFoundAgain() throws Exception {
    assertThat(run("write")).isEqualTo(0);
    assertThat(run("read")).isEqualTo(0);
  }

  private int run(String task) throws Exception {
    return new ProcessBuilder(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            HEAP,
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            SmallHeapTest.class.getName(),
            parent.toString(),
            task)
        .inheritIO()
        .start()
        .waitFor();
  }

  /** In a process of its own; ends with 0 if all is as it should be. */
  public static void main(String[] args) {
    OrderedStore store = RocksStore.open(Path.of(args[0]).resolve("store"), RocksSettings.DEFAULT);
    KvMachine machine = new KvMachine(store);
    switch (args[1]) {
      case "write" -> write(machine);
      case "read" -> read(machine);
      default -> throw new IllegalArgumentException(args[1]);
    }
    store.close();
  }

  private static void write(KvMachine machine) {
    for (int first = 0; first < KEYS; first += BATCH) {
      List<Committed> batch = new ArrayList<>();
      for (int i = first; i < first + BATCH; i++) {
        EntryId id = new EntryId(1, i + 1L);
        batch.add(new Committed(id, CommandCodec.encode(Command.Put.of(key(i), value(i)))));
      }
      machine.apply(batch);
    }
    long[] bytes = {0};
    try (StateMachine.Capture capture = machine.capture()) {
      capture.writeTo(part -> bytes[0] += part.length());
    }
    require(bytes[0] > (long) KEYS * VALUE_BYTES, "captured " + bytes[0] + " bytes");
  }

  private static void read(KvMachine machine) {
    require(machine.recovered().index() == KEYS, "recovered " + machine.recovered());
    require(machine.keys() == KEYS, machine.keys() + " keys");
    for (int i = 0; i < KEYS; i += 997) {
      KvResult result = machine.range(Command.Range.of(KeyRange.single(key(i))));
      boolean found =
          result instanceof KvResult.RangeDone done
              && done.kvs().getFirst().value().equals(value(i));
      require(found, "key " + i + " gives " + result);
    }
  }

  private static Bytes key(int number) {
    return Bytes.utf8("key/%08d".formatted(number));
  }

  private static Bytes value(int number) {
    return Bytes.utf8(Integer.toString(number).repeat(VALUE_BYTES).substring(0, VALUE_BYTES));
  }

  private static void require(boolean condition, String found) {
    if (!condition) {
      throw new IllegalStateException(found);
    }
  }
}
