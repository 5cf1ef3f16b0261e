package dev.balsa.server.rocks;

import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.node.StorageException;
import dev.balsa.raft.Bytes;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;
import org.rocksdb.TablePropertiesCollectorFactory;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One RocksDB, from the restore that began it to the next one. Closed when the last who holds it
 * lets go. What holds it and lets go may be any thread; the rest belongs to one, but for reads of a
 * snapshot.
 */
final class Generation {
  private static final int BITS_PER_KEY = 10;
  private static final int BLOCK_BYTES = 16 << 10;

  // Indexes and filters come in parts of this size. The whole filter of a file of small entries is
  // larger than a shard of the cache and would be read again for each key that is looked up.
  private static final int METADATA_BYTES = 4 << 10;
  private static final int FILES_OPEN_MAX = 512;

  // A file in which so many of so many neighbors are removals is compacted soon: its space comes
  // back.
  private static final int REMOVAL_WINDOW = 10_000;
  private static final int REMOVALS_MANY = 5_000;

  private final Path directory;
  private final Cache cache;
  private final BloomFilter filter = new BloomFilter(BITS_PER_KEY);
  private final TablePropertiesCollectorFactory removals =
      TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(
          REMOVAL_WINDOW, REMOVALS_MANY, 0.5);
  private final Options options = new Options();
  private final Families families = new Families();
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private final ReadOptions plain = new ReadOptions();
  private final RocksDB db;
  private final AtomicInteger holders = new AtomicInteger(1);

  /**
   * Opens {@code directory}, made if it is missing, and holds it.
   *
   * @throws StorageException if RocksDB cannot
   */
  Generation(Path directory, RocksSettings settings) {
    this.directory = directory;
    this.cache = new LRUCache(settings.cacheBytes());
    configure(settings);
    try (DBOptions whole = new DBOptions(options);
        ColumnFamilyOptions each = new ColumnFamilyOptions(options)) {
      db =
          RocksDB.open(whole, directory.toString(), Families.descriptors(each), families.handles());
    } catch (RocksDBException e) {
      closeSettings();
      throw failed("open", e);
    }
  }

  private void configure(RocksSettings settings) {
    options
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setAtomicFlush(true)
        .setMaxOpenFiles(FILES_OPEN_MAX)
        .setMaxBackgroundJobs(2)
        .setAvoidFlushDuringShutdown(true)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(2)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0)
        .setWriteBufferSize(settings.writeBufferBytes())
        .setMaxWriteBufferNumber(RocksSettings.BUFFERS)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setTargetFileSizeBase(settings.writeBufferBytes())
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_BYTES)
                .setFilterPolicy(filter)
                .setFormatVersion(5)
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPartitionFilters(true)
                .setMetadataBlockSize(METADATA_BYTES)
                .setCacheIndexAndFilterBlocks(true)
                .setPinTopLevelIndexAndFilter(true)
                .setPinL0FilterAndIndexBlocksInCache(true));
    options.setTablePropertiesCollectorFactory(List.of(removals));
  }

  Path directory() {
    return directory;
  }

  byte @Nullable [] get(Space space, Bytes key) {
    try {
      return db.get(families.of(space), plain, StoredKey.of(space, key));
    } catch (RocksDBException e) {
      throw failed("read", e);
    }
  }

  RocksIterator iterate(Space space, ReadOptions how) {
    return db.newIterator(families.of(space), how);
  }

  /** Writes all of {@code batch} or, if a crash comes before the next flush, nothing. */
  void write(OpenBatch batch) {
    try (WriteBatch all = batch.toWrite(families)) {
      db.write(unlogged, all);
    } catch (RocksDBException e) {
      throw failed("write", e);
    }
  }

  /** Returns when all that was written is durable. */
  void flush() {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      db.flush(wait, families.handles());
    } catch (RocksDBException e) {
      throw failed("flush", e);
    }
  }

  Snapshot snapshot() {
    return db.getSnapshot();
  }

  void release(Snapshot snapshot) {
    db.releaseSnapshot(snapshot);
  }

  /** In files and in memory. */
  long bytes() {
    return property("rocksdb.total-sst-files-size") + property("rocksdb.size-all-mem-tables");
  }

  private long property(String name) {
    try {
      return db.getAggregatedLongProperty(name);
    } catch (RocksDBException e) {
      throw failed("ask " + name + " of", e);
    }
  }

  StorageException failed(String doing, RocksDBException cause) {
    String message =
        "cannot %s the store in %s: %s".formatted(doing, directory, cause.getMessage());
    Status status = cause.getStatus();
    return status != null && status.getSubCode() == Status.SubCode.NoSpace
        ? StorageException.full(message, cause)
        : new StorageException(message, cause);
  }

  /** Keeps it open until the same number of {@link #letGo}. */
  Generation hold() {
    holders.incrementAndGet();
    return this;
  }

  /** Whether this was the last who held it, so that it is closed now. */
  boolean letGo() {
    if (holders.decrementAndGet() > 0) {
      return false;
    }
    families.close();
    db.close();
    closeSettings();
    return true;
  }

  private void closeSettings() {
    plain.close();
    unlogged.close();
    options.close();
    removals.close();
    filter.close();
    cache.close();
  }
}
