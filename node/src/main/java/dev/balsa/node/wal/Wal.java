package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.EncodedSlice;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.RecordHeader.EntryPlace;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.InvariantViolation;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.StoredLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One group's log in the {@link SharedLog} of its node: what is appended waits in memory, one force
 * makes all of it durable, whichever group appended it. Owned by the shared log's thread.
 */
public final class Wal implements StoredLog, AutoCloseable {
  /** Where a record is of no group. */
  static final GroupId NONE = new GroupId(0);

  private final SharedLog log;
  private final GroupId group;
  private final Bytes charter;
  private final LogState state;
  private RecoveryReport report;
  private @Nullable EntryId lost; // promised before damage took it, not here again yet
  private boolean voteLost;

  Wal(SharedLog log, GroupId group, Bytes charter, LogState state) {
    this.log = log;
    this.group = group;
    this.charter = charter;
    this.state = state;
    this.report = log.recovery();
  }

  /**
   * Recovers the log of {@code directory}, which has one group only and must have at least its
   * first segment; {@link DataDirectory} sees to that. What it cuts or removes it tells in {@link
   * #recovery()}.
   *
   * @param codec shared with whoever sends the same slices to peers
   * @param background makes new segments
   * @param mayBeCut whether there are snapshots, so that the log need not begin with its first
   *     entry
   * @throws StorageException if the log is damaged or cannot be read; the message names the place
   */
  static Wal open(
      Directory directory,
      Identity identity,
      GroupId group,
      WalConfig config,
      SliceCodec codec,
      Executor background,
      boolean mayBeCut) {
    SharedLog log = SharedLog.open(directory, identity, group, config, codec, background, mayBeCut);
    return Objects.requireNonNull(log.groups().get(group), "a log without its group");
  }

  /** The log that this one shares with all other groups of the node. */
  public SharedLog shared() {
    return log;
  }

  /** What was given when the group was founded; empty in a log of one group. */
  public Bytes charter() {
    return charter;
  }

  /** What the log holds now; right after it was opened, what recovery found on the disk. */
  public Restored restored() {
    Restored restored = state.restored();
    return lost == null ? restored : restored.withLost(lost);
  }

  /**
   * Where the log ended before damage took a part of it, or any later place, until {@link
   * #regained}; null if nothing is missing.
   */
  public @Nullable EntryId lost() {
    return lost;
  }

  /** What was lost is here again, durably. */
  public void regained() {
    log.guarded(() -> log.regained(group));
    lost = null;
  }

  /**
   * Whether damage took the group's term and vote, so that it could vote twice: nobody may take
   * part in it with this log.
   */
  public boolean isVoteLost() {
    return voteLost;
  }

  /** What a repair of the shared log has not got back yet, or null. */
  void lacks(@Nullable Loss loss) {
    lost = loss == null ? null : loss.end();
    voteLost = loss != null && loss.voteLost();
  }

  /** A repair goes on that an earlier start began. */
  void repairing(EntryId end) {
    lost = end;
  }

  /**
   * The log was just cut where {@code file} says; term and vote are those from before. What was
   * there before the damage may have been given up behind it. That goes, too: it would pass for
   * what was lost, and no leader would send what took its place.
   */
  void resume(RepairFile file, String path) {
    lost = file.lost();
    report = new RecoveryReport(RecoveryCase.DAMAGE_CUT, path, file.offset());
    if (!file.hardState().equals(state.hardState())) {
      append(new Ready.Persist(1, file.hardState(), null));
    }
    EntryId keep = state.lastNotAfter(file.lost());
    if (!keep.equals(state.last())) {
      append(new Ready.Persist(1, null, new LogSlice(keep, List.of())));
    }
    force();
  }

  /**
   * Discards all entries though nothing stands for them: they are to be got from the peers, with
   * whatever lies between {@code to} and them. What they promised is kept in {@link #lost}.
   *
   * @param to the last entry of a snapshot, or {@link EntryId#ZERO} if there is none
   * @throws StorageException if the disk failed, now or before
   */
  public void loseAll(EntryId to) {
    EntryId end = Repair.later(last(), lost);
    log.guarded(() -> log.losing(group, state.hardState(), end));
    lost = end;
    restart(to);
    force();
  }

  /** Whether the log holds {@code id}, or begins right after it. */
  public boolean holds(EntryId id) {
    return state.holds(id);
  }

  /** The entry before the first one in the log. */
  public EntryId base() {
    return state.base();
  }

  /** How the log ended when it was opened. */
  public RecoveryReport recovery() {
    return report;
  }

  /**
   * Adds a write. Not durable before {@link #force()}; large ones reach the kernel before it.
   *
   * @throws StorageException if the disk failed, now or before
   * @throws InvariantViolation if the write does not continue this log
   */
  public void append(Ready.Persist persist) {
    log.guarded(
        () -> {
          HardState hardState = persist.hardState();
          if (hardState != null) {
            append(hardState);
          }
          EntryId restart = persist.restart();
          if (restart != null) {
            writeRestart(restart);
          }
          LogSlice slice = persist.append();
          if (slice != null) {
            append(slice);
          }
        });
  }

  private void append(HardState hardState) {
    if (!state.mayBecome(hardState)) {
      throw new InvariantViolation("%s follows %s".formatted(hardState, state.hardState()));
    }
    EntryPlace place = new EntryPlace(0, hardState.term());
    log.write(group, RecordHeader.HARD_STATE, place, RecordBody.bytes(hardState));
    state.become(hardState);
  }

  /**
   * Discards all entries, since a durable snapshot stands for all up to {@code at}; not yet forced.
   */
  public void restart(EntryId at) {
    log.guarded(() -> writeRestart(at));
  }

  private void writeRestart(EntryId at) {
    if (at.term() > state.hardState().term()) {
      // The snapshot's term was seen by this node, or by the one whose snapshot it got.
      append(new HardState(at.term(), null));
    }
    log.write(group, RecordHeader.RESTART, EntryPlace.NONE, RecordBody.bytes(at));
    state.restart(at);
  }

  /**
   * Lets go of the entries up to {@code to}, for which a durable snapshot stands: deletes the
   * segments that hold nothing else. No effect if the log begins later already.
   *
   * @throws StorageException if a file cannot be deleted
   */
  public void release(EntryId to) {
    if (to.index() <= state.base().index()) {
      return;
    }
    if (!state.holds(to)) {
      throw new InvariantViolation(
          "log of %s to %s cannot be cut at %s".formatted(state.base(), state.last(), to));
    }
    log.guarded(
        () -> {
          state.release(to);
          log.dropSegments();
        });
  }

  private void append(LogSlice slice) {
    if (!state.continues(slice) || slice.last().term() > state.hardState().term()) {
      throw new InvariantViolation(
          "entries after %s up to %s do not continue the log, which ends at %s in term %d"
              .formatted(slice.prev(), slice.last(), state.last(), state.hardState().term()));
    }
    EncodedSlice encoded = log.codec().encode(slice);
    EntryPlace place = new EntryPlace(slice.prev().index() + 1, slice.last().term());
    long offset = log.write(group, place, encoded);
    state.accept(slice, log.segment(), offset, RecordHeader.recordBytes(encoded.length()));
  }

  /**
   * Makes everything appended so far durable, by one force; does nothing if it is.
   *
   * @throws StorageException if the disk failed, now or before
   */
  public void force() {
    log.force();
  }

  /**
   * Reads entries, also those not yet forced. Verifies the checksum of every record it touches.
   *
   * @throws StorageException if the disk fails or a record does not check out
   */
  @Override
  public List<Entry> read(long from, long to, long bytesMax) {
    if (from <= state.base().index() || from > to || to > state.last().index()) {
      throw new IndexOutOfBoundsException(
          "entries %d..%d wanted, the log holds what follows %s up to %s"
              .formatted(from, to, state.base(), state.last()));
    }
    log.flush();
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    long next = from;
    while (next <= to) {
      int slot = state.index().slot(next);
      long end = Math.min(to + 1, state.index().end(slot));
      LogSlice slice = log.segments().read(state.index(), slot);
      int first = (int) (slice.prev().index() + 1 - next);
      for (Entry entry : slice.entries().subList(-first, (int) (end - next) - first)) {
        bytes += entry.bytes();
        if (bytes > bytesMax && !entries.isEmpty()) {
          return entries;
        }
        entries.add(entry);
      }
      next = end;
    }
    return entries;
  }

  HardState hardState() {
    return state.hardState();
  }

  GroupsRecord.Standing standing() {
    return state.standing(group, charter);
  }

  GroupId group() {
    return group;
  }

  /** A segment before which nothing of this log lies. */
  long oldestSegment() {
    return state.index().oldestSegment();
  }

  /**
   * How many bytes {@link #copy} writes, at most. Of a log that has let go of all its entries
   * nothing is needed from here on: the segment must begin with how it stands.
   */
  long copyBytesMax() {
    state.trim();
    return state.index().bytes();
  }

  /** Writes all entries once more where {@code writer} is, which has room for them. */
  void copy(SliceCodec codec, RecordWriter writer) {
    for (int slot = 0; slot < state.index().size(); slot++) {
      LogSlice slice = log.segments().held(state, slot);
      EncodedSlice encoded = codec.encode(slice);
      EntryPlace place = new EntryPlace(slice.prev().index() + 1, slice.last().term());
      long offset = writer.tail();
      writer.write(group, RecordHeader.COPIED, place, encoded);
      state.move(
          slice, writer.segment().number(), offset, RecordHeader.recordBytes(encoded.length()));
    }
  }

  /** As {@link SharedLog#room}. */
  @Override
  public long room() {
    return log.room();
  }

  /** The last entry appended, forced or not. */
  public EntryId last() {
    return state.last();
  }

  /** Closes the shared log, for all groups, as {@link SharedLog#close} says. */
  @Override
  public void close() {
    log.close();
  }
}
