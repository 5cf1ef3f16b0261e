package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.SplitDirectory;
import java.util.List;
import java.util.function.Supplier;

/**
 * A data directory whose log is in a directory of its own, so that nothing else is forced on its
 * disk. Every segment names the data directory's incarnation: two directories that do not belong
 * together are refused, and a log that is not where it was left is never begun anew.
 */
public final class SeparateLog {
  private SeparateLog() {}

  /**
   * Shows {@code data} and what {@code log} opens as one data directory, which closes both.
   *
   * @throws StorageException if one of them is another's or cannot be opened, or the log is missing
   *     or in {@code data}; both are closed then
   */
  public static Directory over(Directory data, Supplier<Directory> log) {
    Directory open = data;
    try {
      requireNoLog(data);
      Directory apart = log.get();
      open = new SplitDirectory(data, apart, SeparateLog::isOfLog);
      requirePair(data, apart);
      return open;
    } catch (StorageException e) {
      open.close();
      throw e;
    }
  }

  private static boolean isOfLog(String name) {
    return SegmentFile.isSegment(name)
        || SegmentFile.isTemporary(name)
        || name.equals(RepairFile.NAME)
        || name.equals(RepairFile.TEMPORARY);
  }

  private static void requireNoLog(Directory data) {
    for (String name : data.list()) {
      if (SegmentFile.isSegment(name) || name.equals(RepairFile.NAME)) {
        throw new StorageException(
            "%s: the data directory holds a log itself, and --wal-dir says it is elsewhere; take --wal-dir out, or move the files *.wal and repair there while the member is stopped"
                .formatted(data.path(name)));
      }
    }
  }

  private static void requirePair(Directory data, Directory log) {
    if (!data.list().contains(IdentityFile.NAME)) {
      requireBlank(log, data.path(""));
      return;
    }
    List<String> segments = segments(log);
    Identity owner = IdentityFile.read(data);
    if (segments.isEmpty()) {
      throw new StorageException(
          "data directory %s belongs to node %s, whose log is not in --wal-dir %s; name the directory where it is"
              .formatted(data.path(""), owner.node(), log.path("")));
    }
    for (String segment : segments) {
      Identity found = SegmentFile.owner(log, segment);
      if (found != null && !found.equals(owner)) {
        throw new StorageException(
            "--wal-dir %s holds the log of %s, data directory %s belongs to %s; fix --wal-dir or --data-dir"
                .formatted(log.path(""), text(found), data.path(""), text(owner)));
      }
    }
  }

  /**
   * Looks whether {@code log} may become that of a new data directory, which may not be there yet.
   * What a first start leaves if it is cut off is no log yet.
   *
   * @param data the data directory's path
   * @throws StorageException if a log is there
   */
  public static void requireBlank(Directory log, String data) {
    List<String> segments = segments(log);
    boolean blank =
        segments.isEmpty()
            || (segments.equals(List.of(SegmentFile.name(1)))
                && SegmentFile.isUnused(log, segments.getFirst()));
    if (!blank) {
      Identity found = SegmentFile.owner(log, segments.getFirst());
      throw new StorageException(
          "--wal-dir %s holds the log of %s, data directory %s is nobody's; name the one that belongs to it, or give both empty"
              .formatted(log.path(""), found == null ? "a node" : text(found), data));
    }
  }

  private static List<String> segments(Directory log) {
    return log.list().stream().filter(SegmentFile::isSegment).toList();
  }

  private static String text(Identity identity) {
    return "node %s of cluster %s, incarnation %s"
        .formatted(identity.node(), identity.cluster(), identity.incarnation());
  }
}
