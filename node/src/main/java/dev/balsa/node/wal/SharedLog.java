package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.EncodedSlice;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.RecordHeader.EntryPlace;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead log of a data directory, which all groups of a node share: what any of them
 * appended waits in memory, one force makes all of it durable. After a failed write or force every
 * later append and force fails too; only a restart, which reads the disk anew, goes on. Owned by
 * one thread, which nobody interrupts.
 */
public final class SharedLog implements AutoCloseable {
  /** In the last one of so many parts of a segment, it is known whether another one fits. */
  private static final int KNOWN_BEFORE_PART = 4;

  private final Directory directory;
  private final Identity identity;
  private final SliceCodec codec;
  private final @Nullable GroupId only;
  private final SegmentStock stock;
  private RecoveryReport report;
  private final OpenSegments segments;
  private final RecordWriter writer;
  private final TreeMap<GroupId, Wal> groups = new TreeMap<>();
  private final TreeSet<GroupId> retired;
  private final TreeSet<GroupId> pressed = new TreeSet<>();
  private final Standings standings;
  private Losses losses;
  private boolean hasRetired; // since the last force
  private @Nullable StorageException failure;

  private SharedLog(
      Directory directory,
      Recovery.Recovered recovered,
      SegmentStock stock,
      Owner owner,
      int stagingBytes) {
    this.directory = directory;
    this.identity = owner.identity();
    this.codec = owner.codec();
    this.only = owner.only();
    this.stock = stock;
    this.report = recovered.report();
    this.writer = new RecordWriter(identity.incarnation().value(), recovered, stagingBytes);
    this.segments = new OpenSegments(directory, incarnation(), recovered.segments());
    this.retired = new TreeSet<>(recovered.replay().retired());
    this.standings = new Standings(only, groups, retired);
    this.losses = Losses.none(directory);
    recovered
        .replay()
        .groups()
        .forEach((id, group) -> groups.put(id, new Wal(this, id, group.charter(), group.state())));
  }

  private record Owner(Identity identity, @Nullable GroupId only, SliceCodec codec) {}

  /**
   * Recovers the log of {@code directory}, which must have at least its first segment; {@link
   * DataDirectory} sees to that. What it cuts or removes it tells in {@link #recovery()}.
   *
   * @param only the log's one group, or null if groups are founded and retired in it
   * @param codec shared with whoever sends the same slices to peers
   * @param background makes new segments
   * @param mayBeCut whether there are snapshots, so that the log of one group need not begin with
   *     its first entry; that of many never need
   * @throws StorageException if the log is damaged or cannot be read; the message names the place
   */
  static SharedLog open(
      Directory directory,
      Identity identity,
      @Nullable GroupId only,
      WalConfig config,
      SliceCodec codec,
      Executor background,
      boolean mayBeCut) {
    Recovery.Recovered recovered =
        Recovery.run(directory, identity, only, mayBeCut || only == null);
    SegmentStock stock = new SegmentStock(directory, identity, config, background);
    if (recovered.unused().isEmpty()) {
      stock.prepare(recovered.segments().getLast().number() + 1);
    } else {
      stock.offer(recovered.unused().getFirst());
    }
    Owner owner = new Owner(identity, only, codec);
    return new SharedLog(directory, recovered, stock, owner, config.stagingBytes());
  }

  /** The log was just written anew, as {@code how} says. */
  void repaired(RecoveryReport how) {
    report = how;
  }

  /** A repair has not got back yet what {@code missing} says. */
  void lacks(Losses missing) {
    missing.retain(groups.keySet());
    losses = missing;
    groups.forEach((id, group) -> group.lacks(missing.of(id)));
  }

  /** The group has everything again, durably. */
  void regained(GroupId group) {
    if (only == null) {
      losses.remove(group);
      losses.publish(0);
    } else {
      RepairFile.delete(directory);
    }
  }

  /** The group is about to discard what it promised up to {@code end}, and has to get it again. */
  void losing(GroupId group, HardState hardState, EntryId end) {
    if (only == null) {
      losses.add(group, new Loss(end, false));
      losses.publish(0);
    } else {
      new RepairFile(hardState, end, 0, 0).write(directory);
    }
  }

  /** How the log ended when it was opened. */
  public RecoveryReport recovery() {
    return report;
  }

  /** The groups there are. */
  public SortedMap<GroupId, Wal> groups() {
    return Collections.unmodifiableSortedMap(groups);
  }

  /** Whether there was such a group: its id is never used again. */
  public boolean isRetired(GroupId group) {
    return retired.contains(group);
  }

  /**
   * Whether a group can be founded: while the disk is full there may be no space for it, or later
   * for the votes of all groups and the entries with which their leaders begin.
   */
  public boolean hasRoom(Bytes charter) {
    long election = 2 * RecordHeader.recordBytes(RecordBody.HARD_STATE_BYTES);
    return RecordHeader.recordBytes(charter.length()) + election * (groups.size() + 1) <= room();
  }

  /**
   * Begins the log of a group, empty; durable after the next {@link #force}.
   *
   * @param charter what the host wants to find with the group, as {@link Wal#charter}
   * @throws IllegalArgumentException if there is or was a group of that id
   * @throws StorageException if the disk failed, now or before
   */
  public Wal found(GroupId group, Bytes charter) {
    if (only != null || groups.containsKey(group) || retired.contains(group)) {
      throw new IllegalArgumentException("group %s cannot be founded here".formatted(group));
    }
    guarded(() -> writeGroup(RecordHeader.FOUNDED, group, charter.toByteArray()));
    Wal wal = new Wal(this, group, charter, new LogState());
    groups.put(group, wal);
    return wal;
  }

  /**
   * Forgets all of a group for ever; durable after the next {@link #force}, which also deletes the
   * segments that no other group needs. Its log must not be used any more.
   *
   * @throws IllegalArgumentException if there is no such group
   * @throws StorageException if the disk failed, now or before
   */
  public void retire(GroupId group) {
    if (only != null || !groups.containsKey(group)) {
      throw new IllegalArgumentException("group %s cannot be retired here".formatted(group));
    }
    guarded(() -> writeGroup(RecordHeader.RETIRED, group, new byte[0]));
    groups.remove(group);
    retired.add(group);
    hasRetired = true;
  }

  private void writeGroup(byte type, GroupId group, byte[] body) {
    makeRoom(RecordHeader.recordBytes(body.length));
    writer.write(group, type, EntryPlace.NONE, body);
  }

  /** Adds a record that is no entry. */
  void write(GroupId group, byte type, EntryPlace place, byte[] body) {
    makeRoom(RecordHeader.recordBytes(body.length));
    writer.write(group, type, place, body);
  }

  /**
   * Adds a record of entries.
   *
   * @return its offset in {@link #segment}
   */
  long write(GroupId group, EntryPlace place, EncodedSlice slice) {
    makeRoom(RecordHeader.recordBytes(slice.length()));
    long offset = writer.tail();
    writer.write(group, RecordHeader.ENTRIES, place, slice);
    return offset;
  }

  /** The number of the segment that the latest record lies in. */
  long segment() {
    return writer.segment().number();
  }

  /**
   * Deletes the segments that no group needs, the oldest first. That it does not need them a group
   * may have said in a record that is not durable yet, as where others take the place of its
   * entries: it is forced before.
   */
  void dropSegments() {
    long needed = writer.segment().number();
    for (Wal group : groups.values()) {
      needed = Math.min(needed, group.oldestSegment());
    }
    if (segments.first() < needed) {
      writer.force();
      segments.deleteBefore(needed);
    }
  }

  /** Begins a segment with how all stands, and goes to the next one if a record does not fit. */
  private void makeRoom(long recordBytes) {
    if (writer.isAtStart()) {
      standings.write(writer);
    }
    if (writer.tail() + recordBytes <= writer.segment().size()) {
      return;
    }
    writer.force();
    long need = SegmentFile.BLOCK_BYTES + standings.bytes() + recordBytes;
    SegmentFile next = stock.take(writer.segment().number() + 1, need);
    segments.add(next);
    writer.turnTo(next);
    stock.prepare(next.number() + 1);
    standings.write(writer);
    carry(recordBytes);
  }

  /** Moves on what keeps the oldest segment, at the beginning of a new one. */
  private void carry(long recordBytes) {
    if (only != null) {
      return;
    }
    long size = writer.segment().size();
    long left = size - writer.tail() - recordBytes;
    Carry.Choice choice = Carry.choose(groups.values(), segments, size, left);
    choice.pressed().forEach(group -> pressed.add(group.group()));
    choice.copied().forEach(group -> group.copy(codec, writer));
    dropSegments();
  }

  /**
   * Groups that keep old segments and are too large to be copied: each should soon let go of all
   * that a snapshot stands for. Says so once.
   */
  public List<GroupId> takePressed() {
    if (pressed.isEmpty()) {
      return List.of();
    }
    List<GroupId> taken = List.copyOf(pressed);
    pressed.clear();
    return taken;
  }

  /**
   * Makes everything appended so far durable, by one force; does nothing if it is.
   *
   * @throws StorageException if the disk failed, now or before
   */
  public void force() {
    guarded(
        () -> {
          writer.force();
          if (hasRetired) {
            hasRetired = false;
            dropSegments();
            if (losses.retain(groups.keySet())) {
              losses.publish(0);
            }
          }
        });
  }

  void guarded(Runnable action) {
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

  /** Makes what was appended readable. */
  void flush() {
    if (writer.isStaging()) {
      guarded(writer::flush);
    }
  }

  Directory directory() {
    return directory;
  }

  SliceCodec codec() {
    return codec;
  }

  private long incarnation() {
    return identity.incarnation().value();
  }

  OpenSegments segments() {
    return segments;
  }

  /**
   * While there is no space for another segment, how many bytes of entries the current one takes
   * beside a reserve for terms and votes; {@link Long#MAX_VALUE} otherwise. Before the current one
   * is full, this waits to know: what is appended must find a place.
   */
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
    long more = only == null ? standings.bytes() : 0;
    makeRoom(RecordHeader.recordBytes(0) + more);
    if (only == null) {
      standings.write(writer); // so that damage found at the next start leaves nothing unknown
    }
    writer.write(only == null ? Wal.NONE : only, RecordHeader.MARK, EntryPlace.NONE, new byte[0]);
    writer.force();
  }
}
