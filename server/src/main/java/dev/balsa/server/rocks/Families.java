package dev.balsa.server.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.balsa.kv.OrderedStore.Space;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.RocksDB;

/**
 * The column families of a {@link Generation}, which are flushed together. Each holds what is
 * written alike, so that compaction of one does not merge the others anew. Changes only grow at
 * their end: files of them do not overlap and need no merging.
 */
final class Families implements AutoCloseable {
  /** How many there are. */
  static final int COUNT = 3;

  private static final int HISTORY = 0; // RocksDB wants its default family to be there
  private static final int CHANGES = 1;
  private static final int NEWEST = 2;

  private final List<ColumnFamilyHandle> handles = new ArrayList<>(COUNT);

  /** What to open, in which order. */
  static List<ColumnFamilyDescriptor> descriptors(ColumnFamilyOptions options) {
    return List.of(
        new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options),
        new ColumnFamilyDescriptor("changes".getBytes(UTF_8), options),
        new ColumnFamilyDescriptor("newest".getBytes(UTF_8), options));
  }

  /** Filled by RocksDB when it opens {@link #descriptors}. */
  List<ColumnFamilyHandle> handles() {
    return handles;
  }

  ColumnFamilyHandle of(Space space) {
    return handles.get(
        switch (space) {
          case HISTORY -> HISTORY;
          case CHANGES -> CHANGES;
          case META, LIVE, LEASES, ATTACHED, BESIDE -> NEWEST;
        });
  }

  /** Before the database is closed. */
  @Override
  public void close() {
    handles.forEach(ColumnFamilyHandle::close);
  }
}
