package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.EncodedSlice;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.RecordHeader.EntryPlace;
import dev.balsa.node.wal.RecordHeader.Place;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.InvariantViolation;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.StoredLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's write-ahead log: what is appended waits in memory, one force makes all of it durable.
 * After a failed write or force every later append and force fails too; only a restart, which reads
 * the disk anew, goes on. Owned by one thread, which nobody interrupts.
 */
public final class Wal implements StoredLog, AutoCloseable {
  /** In the last one of so many parts of a segment, it is known whether another one fits. */
  private static final int KNOWN_BEFORE_PART = 4;

  private final Directory directory;
  private final Identity identity;
  private final SliceCodec codec;
  private final SegmentStock stock;
  private final LogState state;
  private RecoveryReport report;
  private @Nullable EntryId lost; // promised before damage took it, not here again yet
  private final OpenSegments segments;
  private final RecordWriter writer;

  private long restartedIn; // the segment with the latest restart, or the first one
  private @Nullable StorageException failure;

  private Wal(
      Directory directory,
      Recovery.Recovered recovered,
      SegmentStock stock,
      Owner owner,
      int stagingBytes) {
    this.directory = directory;
    this.identity = owner.identity();
    this.codec = owner.codec();
    this.stock = stock;
    this.state = recovered.state();
    this.report = recovered.report();
    this.writer =
        new RecordWriter(identity.incarnation().value(), owner.group(), recovered, stagingBytes);
    this.segments = new OpenSegments(directory, recovered.segments());
    this.restartedIn = recovered.segments().getFirst().number();
  }

  private record Owner(Identity identity, GroupId group, SliceCodec codec) {}

  /**
   * Recovers the log of {@code directory}, which must have at least its first segment; {@link
   * DataDirectory} sees to that. What it cuts or removes it tells in {@link #recovery()}.
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
    Recovery.Recovered recovered = Recovery.run(directory, identity, group, mayBeCut);
    SegmentStock stock = new SegmentStock(directory, identity, config, background);
    if (recovered.unused().isEmpty()) {
      stock.prepare(recovered.segments().getLast().number() + 1);
    } else {
      stock.offer(recovered.unused().getFirst());
    }
    Owner owner = new Owner(identity, group, codec);
    return new Wal(directory, recovered, stock, owner, config.stagingBytes());
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
    guarded(() -> RepairFile.delete(directory));
    lost = null;
  }

  /** A repair goes on that an earlier start began. */
  void repairing(EntryId end) {
    lost = end;
  }

  /** The log was just cut where {@code file} says; term and vote are those from before. */
  void resume(RepairFile file, String path) {
    lost = file.lost();
    report = new RecoveryReport(RecoveryCase.DAMAGE_CUT, path, file.offset());
    if (!file.hardState().equals(state.hardState())) {
      append(new Ready.Persist(1, file.hardState(), null));
      force();
    }
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
    guarded(() -> new RepairFile(state.hardState(), end, 0, 0).write(directory));
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
    guarded(
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
    makeRoom(RecordHeader.recordBytes(RecordBody.HARD_STATE_BYTES));
    write(hardState);
    state.become(hardState);
  }

  /**
   * Discards all entries, since a durable snapshot stands for all up to {@code at}; not yet forced.
   */
  public void restart(EntryId at) {
    guarded(() -> writeRestart(at));
  }

  private void writeRestart(EntryId at) {
    if (at.term() > state.hardState().term()) {
      // The snapshot's term was seen by this node, or by the one whose snapshot it got.
      append(new HardState(at.term(), null));
    }
    makeRoom(RecordHeader.recordBytes(RecordBody.ENTRY_ID_BYTES));
    ByteBuffer body = ByteBuffer.wrap(RecordBody.bytes(at));
    writer.write(RecordHeader.RESTART, EntryPlace.NONE, body, RecordBody.crc(body.duplicate()));
    state.restart(at);
    restartedIn = writer.segment().number();
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
    guarded(
        () -> {
          state.release(to);
          // Where the log has no entry yet, the restart alone tells where it goes on.
          segments.deleteBefore(state.index().firstSegment(restartedIn));
        });
  }

  private void append(LogSlice slice) {
    if (!state.continues(slice) || slice.last().term() > state.hardState().term()) {
      throw new InvariantViolation(
          "entries after %s up to %s do not continue the log, which ends at %s in term %d"
              .formatted(slice.prev(), slice.last(), state.last(), state.hardState().term()));
    }
    EncodedSlice encoded = codec.encode(slice);
    makeRoom(RecordHeader.recordBytes(encoded.length()));
    long offset = writer.tail();
    EntryPlace entry = new EntryPlace(slice.prev().index() + 1, slice.last().term());
    writer.write(RecordHeader.ENTRIES, entry, encoded.body(), encoded.crc());
    state.accept(slice, writer.segment().number(), offset);
  }

  /** Begins a segment with term and vote, and goes to the next one if a record does not fit. */
  private void makeRoom(long recordBytes) {
    if (writer.isAtStart()) {
      write(state.hardState());
    }
    if (writer.tail() + recordBytes <= writer.segment().size()) {
      return;
    }
    writer.force();
    long first = RecordHeader.recordBytes(RecordBody.HARD_STATE_BYTES);
    SegmentFile next =
        stock.take(writer.segment().number() + 1, SegmentFile.BLOCK_BYTES + first + recordBytes);
    segments.add(next);
    writer.turnTo(next);
    stock.prepare(next.number() + 1);
    write(state.hardState());
  }

  private void write(HardState hardState) {
    ByteBuffer body = ByteBuffer.wrap(RecordBody.bytes(hardState));
    EntryPlace place = new EntryPlace(0, hardState.term());
    writer.write(RecordHeader.HARD_STATE, place, body, RecordBody.crc(body.duplicate()));
  }

  /**
   * Makes everything appended so far durable, by one force; does nothing if it is.
   *
   * @throws StorageException if the disk failed, now or before
   */
  public void force() {
    guarded(writer::force);
  }

  private void guarded(Runnable action) {
    if (failure != null) {
      throw new StorageException(
          "the log has stopped after an earlier failure: " + failure.getMessage(), failure);
    }
    try {
      action.run();
    } catch (StorageException e) {
      failure = e;
      throw e;
    }
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
    if (writer.isStaging()) {
      guarded(writer::flush);
    }
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    long next = from;
    while (next <= to) {
      int slot = state.index().slot(next);
      long end = Math.min(to + 1, state.index().end(slot));
      LogSlice slice = readSlice(slot);
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

  private LogSlice readSlice(int slot) {
    long number = state.index().segment(slot);
    Place place = new Place(identity.incarnation().value(), number, state.index().offset(slot));
    return RecordBody.readSlice(segments.file(number), place);
  }

  /**
   * While there is no space for another segment, how many bytes of entries the current one takes
   * beside a reserve for terms and votes; {@link Long#MAX_VALUE} otherwise. Before the current one
   * is full, this waits to know: what is appended must find a place.
   */
  @Override
  public long room() {
    if (writer.room() < writer.segment().size() / KNOWN_BEFORE_PART) {
      stock.settle();
    }
    return stock.isShort() ? writer.room() : Long.MAX_VALUE;
  }

  /** Looks whether there is space again, elsewhere; {@link #room} will tell. */
  public void seekRoom() {
    stock.prepareAgain();
  }

  /** The last entry appended, forced or not. */
  public EntryId last() {
    return state.last();
  }

  /** How many forces were done. */
  public long forces() {
    return writer.forces();
  }

  /** How many bytes were handed to the kernel, with headers and padding. */
  public long bytesWritten() {
    return writer.bytesWritten();
  }

  /** Tells {@code observer} the duration of every force from now on, in nanoseconds. */
  public void observeForces(LongConsumer observer) {
    writer.observeForces(observer);
  }

  /**
   * Forces what was appended, leaves a mark that says so, and closes the files. After a failure it
   * only closes them.
   *
   * @throws StorageException if that fails; the files are closed then too
   */
  @Override
  public void close() {
    try {
      if (failure == null && writer.hasRecords()) {
        guarded(this::mark);
      }
    } finally {
      stock.close();
      segments.close();
      failure = failure == null ? new StorageException("the log is closed") : failure;
    }
  }

  private void mark() {
    writer.force();
    makeRoom(RecordHeader.recordBytes(0));
    writer.write(RecordHeader.MARK, EntryPlace.NONE, ByteBuffer.allocate(0), 0);
    writer.force();
  }
}
