package dev.balsa.server.rocks;

import dev.balsa.kv.MemoryStore;
import dev.balsa.kv.OrderedStore;
import java.nio.file.Path;

/** The stores that the server can be started with. */
enum StoreKind {
  MEMORY,
  ROCKSDB;

  /** Small enough that a few hundred writes make several files. */
  static final RocksSettings SMALL = new RocksSettings(64 << 10, 1 << 20, 8 << 10);

  OrderedStore open(Path directory) {
    return switch (this) {
      case MEMORY -> new MemoryStore();
      case ROCKSDB -> RocksStore.open(directory.resolve("store"), SMALL);
    };
  }
}
