package dev.balsa.node.wal;

import dev.balsa.node.StorageException;
import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a log add up to, group by group: takes those that check out, in their order,
 * and refuses by name what cannot follow.
 */
final class Replay {
  private final @Nullable GroupId only;
  private final TreeMap<GroupId, Group> groups = new TreeMap<>();
  private final TreeSet<GroupId> retired = new TreeSet<>();
  private boolean cut; // the first segment found is not the first one ever, and nothing made up for

  /** A group as far as it was read. */
  static final class Group {
    private final Bytes charter;
    private final LogState state = new LogState();
    private boolean cut; // its first entry found need not be its first one ever
    private boolean missing; // there were entries, and none was found yet

    private Group(Bytes charter) {
      this.charter = charter;
    }

    Bytes charter() {
      return charter;
    }

    LogState state() {
      return state;
    }
  }

  /** Where a record lies. */
  record Where(SegmentFile segment, long at) {
    StorageException refuse(RecoveryCase what, String detail) {
      return what.refuse(segment.file().path(), at, detail);
    }
  }

  /**
   * An empty log.
   *
   * @param only its one group, or null if it may have many
   */
  Replay(@Nullable GroupId only) {
    this.only = only;
    if (only != null) {
      groups.put(only, new Group(Bytes.EMPTY));
    }
  }

  /** The log's first segments are gone. */
  void cut() {
    cut = true;
    groups.values().forEach(group -> group.cut = true);
  }

  /** Whether the first segments are gone, and nothing says that they are not needed. */
  boolean isCut() {
    return cut;
  }

  /** Whether the log may have many groups. */
  boolean isOfMany() {
    return only == null;
  }

  Map<GroupId, Group> groups() {
    return groups;
  }

  Set<GroupId> retired() {
    return retired;
  }

  /** Refuses a record that cannot be the first of a segment, or is of no group of this log. */
  void check(RecordHeader header, Where where) {
    boolean first = where.at() == SegmentFile.BLOCK_BYTES;
    boolean states = header.type() == RecordHeader.GROUPS;
    if (first && states == (only != null) && (states || header.type() == RecordHeader.HARD_STATE)) {
      throw where.refuse(
          RecoveryCase.ONE_OR_MANY,
          only == null
              ? "the log of one group found, of many wanted"
              : "a log of many groups found, of group %s wanted".formatted(only));
    }
    if (only != null && !header.group().equals(only)) {
      throw where.refuse(
          RecoveryCase.RECORD_UNKNOWN,
          "group %s found, group %s wanted".formatted(header.group(), only));
    }
    byte wanted = only == null ? RecordHeader.GROUPS : RecordHeader.HARD_STATE;
    if (first && header.type() != wanted) {
      throw where.refuse(
          RecoveryCase.HARD_STATE_MISSING,
          "record type %d found, type %d wanted".formatted(header.type(), wanted));
    }
  }

  /** Takes a record whose header was checked. */
  void take(RecordHeader header, byte[] body, Where where) {
    try {
      switch (header.type()) {
        case RecordHeader.HARD_STATE ->
            take(group(header, where), RecordBody.hardState(body), where);
        case RecordHeader.ENTRIES ->
            take(group(header, where), SliceCodec.parse(body, 0, body.length), header, where);
        case RecordHeader.MARK -> {}
        case RecordHeader.RESTART -> restart(group(header, where), RecordBody.entryId(body));
        case RecordHeader.GROUPS -> take(GroupsRecord.read(body), where);
        case RecordHeader.FOUNDED -> found(header.group(), Bytes.wrap(body), where);
        case RecordHeader.RETIRED -> {
          Group gone = group(header, where);
          gone.missing = false;
          groups.remove(header.group());
          retired.add(header.group());
        }
        case RecordHeader.COPIED ->
            copied(group(header, where), SliceCodec.parse(body, 0, body.length), header, where);
        default -> throw new MalformedException("record type " + header.type());
      }
    } catch (MalformedException e) {
      throw where.refuse(RecoveryCase.RECORD_UNKNOWN, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Refuses a log that has lost all entries of a group.
   *
   * @param where the last record
   */
  void end(Where where) {
    groups.forEach(
        (id, group) -> {
          if (group.missing) {
            throw where.refuse(
                RecoveryCase.SEGMENT_MISSING, "no entry of group %s found".formatted(id));
          }
        });
  }

  private Group group(RecordHeader header, Where where) {
    Group group = groups.get(header.group());
    if (group == null) {
      throw where.refuse(
          RecoveryCase.RECORD_UNKNOWN,
          "group %s found, which was never founded".formatted(header.group()));
    }
    return group;
  }

  private void found(GroupId id, Bytes charter, Where where) {
    if (only != null || groups.containsKey(id) || retired.contains(id)) {
      throw where.refuse(
          RecoveryCase.RECORD_OUT_OF_ORDER, "group %s is founded a second time".formatted(id));
    }
    groups.put(id, new Group(charter));
  }

  private void restart(Group group, EntryId at) {
    group.state.restart(at);
    group.cut = false;
    group.missing = false;
    if (only != null) {
      cut = false;
    }
  }

  private void take(GroupsRecord found, Where where) {
    if (cut) {
      cut = false;
      found.standings().forEach(this::adopt);
      retired.addAll(found.retired());
      return;
    }
    GroupsRecord wanted = standing(groups, retired);
    if (!withoutBases(wanted).equals(withoutBases(found))) {
      throw where.refuse(
          RecoveryCase.RECORD_OUT_OF_ORDER,
          "groups stand as %s, %s wanted".formatted(found, wanted));
    }
    found.standings().forEach(this::release);
  }

  private void adopt(GroupsRecord.Standing standing) {
    Group group = new Group(standing.charter());
    group.state.become(standing.hardState());
    group.cut = true;
    group.missing = true;
    groups.put(standing.group(), group);
    release(standing);
  }

  /** What was let go of by then need not be found; a group may have nothing else. */
  private void release(GroupsRecord.Standing standing) {
    Group group = groups.get(standing.group());
    if (group == null) {
      return;
    }
    EntryId base = standing.base();
    if (group.missing && base.equals(standing.last())) {
      restart(group, base);
    } else if (base.index() > group.state.base().index() && group.state.holds(base)) {
      group.state.release(base);
    }
  }

  private static GroupsRecord standing(Map<GroupId, Group> groups, Set<GroupId> retired) {
    List<GroupsRecord.Standing> standings = new ArrayList<>();
    groups.forEach((id, group) -> standings.add(group.state.standing(id, group.charter)));
    return new GroupsRecord(standings, List.copyOf(retired));
  }

  /** What may have been let go of shows in no record; nor does what lies before a cut. */
  private GroupsRecord withoutBases(GroupsRecord record) {
    List<GroupsRecord.Standing> standings = new ArrayList<>();
    for (GroupsRecord.Standing standing : record.standings()) {
      Group group = groups.get(standing.group());
      EntryId last = group != null && group.missing ? EntryId.ZERO : standing.last();
      standings.add(
          new GroupsRecord.Standing(
              standing.group(), standing.hardState(), EntryId.ZERO, last, standing.charter()));
    }
    return new GroupsRecord(standings, record.retired());
  }

  private void take(Group group, HardState next, Where where) {
    if (!group.state.mayBecome(next)) {
      throw where.refuse(
          RecoveryCase.HARD_STATE_REGRESSED,
          "%s found after %s".formatted(words(next), words(group.state.hardState())));
    }
    group.state.become(next);
  }

  private static String words(HardState hardState) {
    NodeId vote = hardState.vote();
    return "term %d with %s"
        .formatted(hardState.term(), vote == null ? "no vote" : "a vote for " + vote);
  }

  private void take(Group group, LogSlice slice, RecordHeader header, Where where) {
    LogState state = group.state;
    if (group.cut && (state.last().index() == 0 || slice.prev().index() < state.base().index())) {
      // Where a cut log begins. Later records may go back before that, since those between were
      // overwritten before the cut; never before what a snapshot stands for.
      state.restart(slice.prev());
    }
    if (!state.continues(slice)
        || header.entry().first() != slice.prev().index() + 1
        || header.entry().term() != slice.last().term()) {
      throw where.refuse(
          RecoveryCase.RECORD_OUT_OF_ORDER,
          "entries after %s found, the log ends at %s".formatted(slice.prev(), state.last()));
    }
    if (slice.last().term() > state.hardState().term()) {
      throw where.refuse(
          RecoveryCase.HARD_STATE_MISSING,
          "entry %s found at %s".formatted(slice.last(), words(state.hardState())));
    }
    state.accept(slice, where.segment().number(), where.at(), header.recordBytes());
    group.missing = false;
  }

  /** The same entries once more, at another place; where their first place is gone, new ones. */
  private void copied(Group group, LogSlice slice, RecordHeader header, Where where) {
    if (group.state.holds(slice.prev()) && group.state.holds(slice.last())) {
      group.state.move(slice, where.segment().number(), where.at(), header.recordBytes());
    } else {
      take(group, slice, header, where);
    }
  }
}
