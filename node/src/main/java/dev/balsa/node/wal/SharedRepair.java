package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.PrefixedDirectory;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Ready.Persist;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Opens a log of many groups, and where damage took forced records, writes it anew: all that can be
 * read of every group goes into new segments, and what the groups that are hit have promised beyond
 * that into a file. That file's name, given to it in one step, is where the new log takes the place
 * of the damaged one; so a crash at any moment leaves one or the other.
 *
 * <pre>
 *   damage found ─► new log beside the old ─► file: promises, new log ─► names change ─► file: promises ─► … ─► no file
 *   ↑ a restart begins anew here, before the file             a restart goes on here ↑             ↑ and here
 * </pre>
 *
 * <p>The new log is one that this version might have written without any damage, so whatever reads
 * one reads it.
 */
final class SharedRepair {
  /** What the names of a log's files begin with that is not the directory's log yet. */
  private static final String ANEW = "anew-";

  private final Directory directory;
  private final Identity identity;
  private final WalConfig config;
  private final SliceCodec codec;
  private final Executor background;

  /** A way to open the log of {@code directory}, with what {@link SharedLog#open} wants. */
  SharedRepair(
      Directory directory,
      Identity identity,
      WalConfig config,
      SliceCodec codec,
      Executor background) {
    this.directory = directory;
    this.identity = identity;
    this.config = config;
    this.codec = codec;
    this.background = background;
  }

  /**
   * Opens the log.
   *
   * @throws StorageException if the log is damaged in a way that cannot be repaired, or there is no
   *     space to write it anew; nothing has changed then
   */
  SharedLog open() {
    Losses losses = Losses.find(directory);
    if (losses.pendingFirst() > 0) {
      return replace(losses, directory.path(Losses.NAME), 0);
    }
    dropUnfinished();
    SharedLog log;
    try {
      log = strict(directory, background);
    } catch (StorageException refusal) {
      SharedSurvey survey = SharedSurvey.of(directory, identity);
      if (survey == null) {
        throw refusal;
      }
      survey.groups().forEach((group, told) -> add(losses, group, told.loss()));
      long first = lastNumber() + 1;
      write(survey, first);
      losses.publish(first);
      return replace(losses, directory.path(SegmentFile.name(survey.segment())), survey.offset());
    }
    log.lacks(losses);
    return log;
  }

  private SharedLog strict(Directory where, Executor executor) {
    return SharedLog.open(where, identity, null, config, codec, executor, true);
  }

  private void dropUnfinished() {
    for (String name : directory.list()) {
      if (name.startsWith(ANEW)) {
        directory.delete(name);
      }
    }
  }

  private long lastNumber() {
    return directory.list().stream()
        .filter(SegmentFile::isSegment)
        .mapToLong(SegmentFile::number)
        .max()
        .orElseThrow();
  }

  private static void add(Losses losses, GroupId group, @Nullable Loss loss) {
    if (loss != null) {
      losses.add(group, loss);
    }
  }

  /** Writes what can be read of all groups into segments from {@code first} on, and forces it. */
  private void write(SharedSurvey survey, long first) {
    Directory anew = new PrefixedDirectory(directory, ANEW);
    OpenSegments damaged = OpenSegments.unchecked(directory, identity.incarnation().value());
    try (SharedLog log = begin(anew, first)) {
      for (GroupId gone : survey.retired()) {
        log.found(gone, Bytes.EMPTY);
        log.retire(gone);
      }
      log.force();
      survey.groups().forEach((id, told) -> write(log.found(id, told.charter()), told, damaged));
    } catch (StorageException e) {
      if (e.isNoSpace()) {
        dropUnfinished(); // others may need what it took
      }
      throw e;
    } finally {
      damaged.close();
    }
  }

  private SharedLog begin(Directory anew, long first) {
    SegmentFile.create(anew, identity, first, config.segmentBytes()).close();
    return strict(anew, Runnable::run);
  }

  private void write(Wal to, GroupSurvey told, OpenSegments damaged) {
    if (!told.hardState().equals(HardState.INITIAL)) {
      to.append(new Persist(1, told.hardState(), null));
    }
    LogState state = told.state();
    EntryId base = state.base();
    if (base.index() > 0) {
      to.restart(base);
    }
    state.trim();
    for (int slot = 0; slot < state.index().size(); slot++) {
      to.append(new Persist(1, null, damaged.held(state, slot)));
    }
  }

  /** Has the new log take the place of the damaged one, as far as it has not. */
  private SharedLog replace(Losses losses, String path, long offset) {
    long first = losses.pendingFirst();
    Directory anew = new PrefixedDirectory(directory, ANEW);
    for (String name : directory.list()) {
      if (SegmentFile.isSegment(name) && SegmentFile.number(name) < first) {
        if (losses.isEmpty()) {
          directory.delete(name);
        } else {
          directory.rename(name, Losses.setAside(name));
        }
      }
    }
    List<String> made = anew.list();
    made.stream()
        .filter(SegmentFile::isSegment)
        .forEach(name -> directory.rename(ANEW + name, name));
    directory.force();
    losses.publish(0);
    dropUnfinished();
    SharedLog log = strict(directory, background);
    log.lacks(losses);
    log.repaired(new RecoveryReport(RecoveryCase.WRITTEN_ANEW, path, offset));
    return log;
  }
}
