package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.DamagedWalk.Gap;
import dev.balsa.node.wal.RecordHeader.Place;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.GroupId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a log of many groups that {@link Recovery} refused, past the damage, for what can
 * be read of each group and what it promised.
 *
 * <pre>
 *   what is lost                   whom it hits, and until when
 *   a body, its header intact      its group: entries until others make up for them; term and vote,
 *                                  or the charter, until a later record tells them
 *   a body that says how all       nobody, if all before was there
 *   stand
 *   the first header of a segment  nobody, likewise: there stands how all stand
 *   any other header               all groups, and which there are: until how all stand
 * </pre>
 *
 * <p>A log that does not tell which groups there are at its end cannot be repaired: one that is
 * forgotten could be made anew, and vote twice.
 */
final class SharedSurvey implements DamagedWalk.Visitor {
  private final DamagedWalk walk;
  private final TreeMap<GroupId, GroupSurvey> groups = new TreeMap<>();
  private final TreeSet<GroupId> retired = new TreeSet<>();
  private boolean complete; // groups and retired are all that there are
  private boolean cut; // the log's first segments are gone, and nothing else that was not needed

  private SharedSurvey(Directory directory, Identity identity) {
    this.walk = new DamagedWalk(directory, identity, this);
    this.complete = directory.list().contains(SegmentFile.name(1));
    this.cut = !complete;
  }

  /** What the log of {@code directory} tells; null if that is not enough to repair it. */
  static @Nullable SharedSurvey of(Directory directory, Identity identity) {
    SharedSurvey survey = new SharedSurvey(directory, identity);
    boolean explained = survey.walk.run();
    survey.groups.values().forEach(GroupSurvey::end);
    return explained && survey.walk.isDamaged() && survey.complete ? survey : null;
  }

  /** The number of the segment where the damage begins. */
  long segment() {
    return walk.damagedSegment();
  }

  /** Where in it, in bytes. */
  long offset() {
    return walk.damagedOffset();
  }

  /** The groups there are. */
  SortedMap<GroupId, GroupSurvey> groups() {
    return Collections.unmodifiableSortedMap(groups);
  }

  /** The ids of those there were. */
  SortedSet<GroupId> retired() {
    return Collections.unmodifiableSortedSet(retired);
  }

  @Override
  public boolean lost(Gap gap) {
    if (gap != Gap.BEGINNING || !complete) {
      groups.values().forEach(GroupSurvey::lostAny);
      complete = false;
      cut = false;
    }
    return true;
  }

  @Override
  public boolean headerOnly(RecordHeader header) {
    switch (header.type()) {
      case RecordHeader.GROUPS, RecordHeader.MARK -> {} // they say nothing new
      case RecordHeader.HARD_STATE,
          RecordHeader.ENTRIES,
          RecordHeader.RESTART,
          RecordHeader.COPIED -> {
        GroupSurvey group = group(header.group());
        if (group == null) {
          return false;
        }
        group.lost(header);
      }
      case RecordHeader.FOUNDED -> {
        return found(header.group(), header.length() == 0 ? Bytes.EMPTY : null);
      }
      case RecordHeader.RETIRED -> {
        return retire(header.group());
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean intact(RecordHeader header, byte[] body, Place place) throws MalformedException {
    return switch (header.type()) {
      case RecordHeader.GROUPS -> take(GroupsRecord.read(body));
      case RecordHeader.FOUNDED -> found(header.group(), Bytes.wrap(body));
      case RecordHeader.RETIRED -> retire(header.group());
      case RecordHeader.MARK -> true;
      default -> {
        GroupSurvey group = group(header.group());
        yield group != null && take(group, header, body, place);
      }
    };
  }

  private static boolean take(GroupSurvey group, RecordHeader header, byte[] body, Place place)
      throws MalformedException {
    return switch (header.type()) {
      case RecordHeader.HARD_STATE -> group.take(RecordBody.hardState(body));
      case RecordHeader.ENTRIES ->
          group.take(SliceCodec.parse(body, 0, body.length), header, place);
      case RecordHeader.COPIED -> {
        group.takeCopy(SliceCodec.parse(body, 0, body.length), header, place);
        yield true;
      }
      case RecordHeader.RESTART -> {
        group.restart(RecordBody.entryId(body));
        yield true;
      }
      default -> false;
    };
  }

  /** Takes how all groups stand: from here on it is known again which there are. */
  private boolean take(GroupsRecord record) {
    TreeSet<GroupId> there = new TreeSet<>();
    record.standings().forEach(standing -> there.add(standing.group()));
    TreeSet<GroupId> gone = new TreeSet<>(record.retired());
    if (complete && (!there.equals(groups.keySet()) || !retired.equals(gone))) {
      return false;
    }
    complete = true;
    groups.keySet().retainAll(there);
    retired.addAll(record.retired());
    for (GroupsRecord.Standing standing : record.standings()) {
      GroupSurvey group = groups.computeIfAbsent(standing.group(), id -> GroupSurvey.found(cut));
      if (!group.take(standing)) {
        return false;
      }
    }
    cut = false;
    return true;
  }

  /** The group of a record; null if no damage explains that there is none. */
  private @Nullable GroupSurvey group(GroupId id) {
    if (complete || retired.contains(id)) {
      return groups.get(id);
    }
    return groups.computeIfAbsent(id, unknown -> GroupSurvey.found(cut));
  }

  private boolean found(GroupId id, @Nullable Bytes charter) {
    return !retired.contains(id) && groups.put(id, GroupSurvey.founded(charter)) == null;
  }

  private boolean retire(GroupId id) {
    boolean there = groups.remove(id) != null || !complete;
    return there && retired.add(id);
  }
}
