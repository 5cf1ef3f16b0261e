package dev.balsa.node.wal;

import dev.balsa.node.wal.RecordHeader.EntryPlace;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.InvariantViolation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The record that says how all of a log stands: each segment begins with it. */
final class Standings {
  private final @Nullable GroupId only;
  private final Map<GroupId, Wal> groups;
  private final Collection<GroupId> retired;

  /**
   * Of these groups, whichever they are when it is written.
   *
   * @param only the log's one group, or null if it may have many
   */
  Standings(@Nullable GroupId only, Map<GroupId, Wal> groups, Collection<GroupId> retired) {
    this.only = only;
    this.groups = groups;
    this.retired = retired;
  }

  void write(RecordWriter writer) {
    if (only == null) {
      writer.write(Wal.NONE, RecordHeader.GROUPS, EntryPlace.NONE, record().bytes());
    } else {
      HardState hardState = theOnly(only).hardState();
      EntryPlace place = new EntryPlace(0, hardState.term());
      writer.write(only, RecordHeader.HARD_STATE, place, RecordBody.bytes(hardState));
    }
  }

  /** How many bytes the record takes. */
  long bytes() {
    return RecordHeader.recordBytes(
        only == null ? record().bytes().length : RecordBody.HARD_STATE_BYTES);
  }

  private GroupsRecord record() {
    List<GroupsRecord.Standing> standings = new ArrayList<>();
    groups.values().forEach(group -> standings.add(group.standing()));
    return new GroupsRecord(standings, List.copyOf(retired));
  }

  private Wal theOnly(GroupId group) {
    Wal wal = groups.get(group);
    if (wal == null) {
      throw new InvariantViolation("group %s is not in its own log".formatted(group));
    }
    return wal;
  }
}
