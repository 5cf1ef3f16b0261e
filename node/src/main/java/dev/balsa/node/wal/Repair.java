package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.disk.Directory;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Membership;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens a log, and where damage took forced records, cuts it there, to be filled again by the
 * peers. What the log promised is written down first, in {@link RepairFile}, and stays until the
 * node has its entries back; so a crash at any moment leaves either the damage or the promise.
 *
 * <pre>
 *   damage found ─► repair file: promise, place ─► cut ─► term and vote to the log ─► file: promise ─► … ─► no file
 *                            a restart goes on here ↑                              ↑ and here
 * </pre>
 */
final class Repair {
  private final Directory directory;
  private final Identity identity;
  private final GroupId group;
  private final WalConfig config;
  private final Supplier<Wal> strict;

  /**
   * A way to open the log of {@code directory}.
   *
   * @param strict opens it as {@link Recovery} reads it
   */
  Repair(
      Directory directory,
      Identity identity,
      GroupId group,
      WalConfig config,
      Supplier<Wal> strict) {
    this.directory = directory;
    this.identity = identity;
    this.group = group;
    this.config = config;
    this.strict = strict;
  }

  /**
   * Opens the log.
   *
   * @param hasPeers whether there is somebody to get entries from, given the latest membership that
   *     the damaged log tells of, if any
   * @throws StorageException if the log is damaged in a way that cannot be repaired
   */
  Wal open(Predicate<Optional<Membership>> hasPeers) {
    RepairFile file = RepairFile.find(directory);
    if (file != null && file.isPending()) {
      return cut(file);
    }
    Wal wal;
    try {
      wal = strict.get();
    } catch (StorageException refusal) {
      Damage damage = Survey.of(directory, identity, group);
      if (damage == null || !hasPeers.test(Optional.ofNullable(damage.membership()))) {
        throw refusal;
      }
      RepairFile found =
          new RepairFile(
              damage.hardState(),
              later(damage.last(), file == null ? null : file.lost()),
              damage.segment(),
              damage.offset());
      found.write(directory);
      return cut(found);
    }
    if (file != null) {
      wal.repairing(file.lost());
    }
    return wal;
  }

  /** Of two promises the greater. */
  static EntryId later(EntryId end, @Nullable EntryId earlier) {
    return earlier == null || earlier.compareTo(end) < 0 ? end : earlier;
  }

  private Wal cut(RepairFile file) {
    List<String> names = directory.list().stream().filter(SegmentFile::isSegment).toList();
    for (String name : names.reversed()) {
      if (SegmentFile.number(name) > file.segment()) {
        directory.delete(name);
        directory.force();
      }
    }
    if (file.offset() == 0) {
      SegmentFile.create(directory, identity, file.segment(), config.segmentBytes()).close();
    } else {
      String name = SegmentFile.name(file.segment());
      try (SegmentFile segment = SegmentFile.open(directory, identity, name)) {
        Recovery.zero(segment, file.offset());
        segment.file().force();
      }
    }
    Wal wal = strict.get();
    try {
      wal.resume(file, directory.path(SegmentFile.name(file.segment())));
      file.cut().write(directory);
    } catch (StorageException e) {
      wal.close();
      throw e;
    }
    return wal;
  }
}
