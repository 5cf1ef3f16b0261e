package dev.balsa.server.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.kv.OrderedStore.Frozen;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.node.StorageException;
import dev.balsa.raft.Bytes;
import dev.balsa.server.whole.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is on disk when. */
class RocksStoreTest {
  private static final int LOOKUPS = 200;
  private static final Bytes KEY = Bytes.utf8("k");

  @TempDir private Path parent = Path.of("unset");

  @Test
  void whatWasCommittedIsThereAfterAClose() {
    try (RocksStore store = open()) {
      store.put(Space.META, KEY, Bytes.utf8("1"));
      store.commit();
      store.put(Space.META, KEY, Bytes.utf8("never committed"));
    }

    assertThat(found()).isEqualTo(Bytes.utf8("1"));
  }

  @Test
  void aStoreThatIsAbandonedKeepsWhatACrashLeaves() {
    RocksStore store = open();
    store.put(Space.META, KEY, Bytes.utf8("1"));
    store.commit();
    try (Frozen frozen = store.freeze()) {
      frozen.keep();
    }
    store.put(Space.META, KEY, Bytes.utf8("2"));
    store.commit();
    store.abandon();

    assertThat(found()).isEqualTo(Bytes.utf8("1"));
  }

  @Test
  void aCommittedRestoreTakesThePlaceOfWhatWas() throws IOException {
    try (RocksStore store = open()) {
      store.put(Space.META, KEY, Bytes.utf8("1"));
      store.commit();
      store.clear();
      store.put(Space.META, KEY, Bytes.utf8("2"));
      store.commit();

      assertThat(folders()).containsExactly("00000002");
    }

    assertThat(found()).isEqualTo(Bytes.utf8("2"));
  }

  @Test
  void aRestoreThatWasNotCommittedLeavesNoTrace() throws IOException {
    try (RocksStore store = open()) {
      store.put(Space.META, KEY, Bytes.utf8("1"));
      store.commit();
      store.clear();
      store.put(Space.META, KEY, Bytes.utf8("2"));

      assertThat(folders()).containsExactly("00000001", "00000002.new");
    }

    assertThat(found()).isEqualTo(Bytes.utf8("1"));
    assertThat(folders()).containsExactly("00000001");
  }

  @Test
  void theOldFolderGoesWhenNobodyReadsItAnyMore() throws IOException {
    try (RocksStore store = open()) {
      Frozen frozen = store.freeze();
      store.clear();
      store.commit();

      assertThat(folders()).containsExactly("00000001", "00000002");
      frozen.close();
      assertThat(folders()).containsExactly("00000002");
    }
  }

  @Test
  void anOlderFolderThatACrashLeftIsRemoved() throws IOException {
    try (RocksStore store = open()) {
      store.clear();
      store.commit();
    }
    Files.createDirectory(directory().resolve("00000001"));

    assertThat(found()).isNull();
    assertThat(folders()).containsExactly("00000002");
  }

  @Test
  void aStoreInUseSaysSo() {
    try (RocksStore store = open()) {
      assertThat(store.bytes()).isNotNegative();
      assertThatThrownBy(this::open)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("cannot open the store in " + directory());
    }
  }

  @Test
  void damageIsNamedWithItsFile() throws IOException {
    try (RocksStore store = open()) {
      store.put(Space.META, KEY, Bytes.utf8("1"));
      store.commit();
    }
    try (Stream<Path> files = Files.list(directory().resolve("00000001"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".sst")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[3] ^= 1;
        Files.write(file, bytes);
      }
    }

    try (RocksStore store = open()) {
      assertThatThrownBy(() -> store.get(Space.META, KEY))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(directory().toString())
          .hasMessageContaining(".sst");
    }
  }

  @Test
  void sizesGrowWithWhatIsStored() {
    try (RocksStore store = open()) {
      for (int i = 0; i < 2_000; i++) {
        store.put(Space.LIVE, Bytes.utf8("k" + i), Bytes.utf8("v" + "0123456789".repeat(i % 50)));
      }
      store.commit();
      try (Frozen frozen = store.freeze()) {
        frozen.keep();
      }

      assertThat(store.bytes()).isGreaterThan(10_000);
    }
  }

  /**
   * The files hold so many small entries that a filter for all of one is larger than the cache: it
   * would be read for every key that is looked up next to them.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void lookingUpAKeyReadsPartsOfFiltersOnly() throws Exception {
    RocksSettings tight = new RocksSettings(64 << 20, 256 << 10, 8 << 10);
    try (RocksStore store = RocksStore.open(directory(), tight)) {
      for (int file = 0; file < 4; file++) {
        for (int i = 0; i < 100_000; i++) {
          store.put(Space.ATTACHED, Bytes.utf8("%06d".formatted(i * 4 + file)), KEY);
        }
        store.put(Space.LIVE, Bytes.utf8("k" + file), KEY);
        store.commit();
        try (Frozen frozen = store.freeze()) {
          frozen.keep();
        }
      }
      // Four files of the first level become one of the second.
      Await.until(() -> "one file", () -> files().size() == 1);
      long before = bytesRead();
      for (int i = 0; i < LOOKUPS; i++) {
        assertThat(store.get(Space.LIVE, Bytes.utf8("k2-" + i))).isNull();
      }

      assertThat((bytesRead() - before) / LOOKUPS).isLessThan(32 << 10);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory().resolve("00000001"))) {
      return files.filter(file -> file.toString().endsWith(".sst")).toList();
    }
  }

  /** By this process, from files and all else. */
  private static long bytesRead() throws IOException {
    String line = Files.readAllLines(Path.of("/proc/self/io")).getFirst();
    return Long.parseLong(line.substring("rchar: ".length()));
  }

  private RocksStore open() {
    return RocksStore.open(directory(), StoreKind.SMALL);
  }

  private @Nullable Bytes found() {
    try (RocksStore store = open()) {
      return store.get(Space.META, KEY);
    }
  }

  private Path directory() {
    return parent.resolve("store");
  }

  private List<String> folders() throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
