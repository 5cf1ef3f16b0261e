package dev.balsa.node.wal;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * How all groups of a log stand when a segment begins: one record, so that it is there wholly or
 * not at all. Its bytes: see the package.
 *
 * @param standings of the groups there are, by id
 * @param retired the ids of those there were, by id
 */
record GroupsRecord(List<Standing> standings, List<GroupId> retired) {
  private static final int STANDING_BYTES = 8 + RecordBody.HARD_STATE_BYTES + 32 + 4;

  /**
   * One group.
   *
   * @param base the entry before the first one in the log
   * @param last the last entry in the log
   * @param charter what the host keeps with the group
   */
  record Standing(GroupId group, HardState hardState, EntryId base, EntryId last, Bytes charter) {}

  GroupsRecord {
    standings = List.copyOf(standings);
    retired = List.copyOf(retired);
  }

  byte[] bytes() {
    long bytes = 8 + 8L * retired.size();
    for (Standing standing : standings) {
      bytes += STANDING_BYTES + standing.charter().length();
    }
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes));
    out.putInt(standings.size()).putInt(retired.size());
    for (Standing standing : standings) {
      out.putLong(standing.group().value());
      out.put(RecordBody.bytes(standing.hardState()));
      out.put(RecordBody.bytes(standing.base())).put(RecordBody.bytes(standing.last()));
      out.putInt(standing.charter().length()).put(standing.charter().toByteArray());
    }
    retired.forEach(group -> out.putLong(group.value()));
    return out.array();
  }

  static GroupsRecord read(byte[] body) throws MalformedException {
    ByteBuffer in = ByteBuffer.wrap(body);
    try {
      int groupCount = count(in, STANDING_BYTES);
      int retiredCount = count(in, 8);
      List<Standing> standings = new ArrayList<>(groupCount);
      for (int i = 0; i < groupCount; i++) {
        GroupId group = new GroupId(in.getLong());
        HardState hardState = RecordBody.hardState(part(in, RecordBody.HARD_STATE_BYTES));
        EntryId base = RecordBody.entryId(part(in, RecordBody.ENTRY_ID_BYTES));
        EntryId last = RecordBody.entryId(part(in, RecordBody.ENTRY_ID_BYTES));
        Bytes charter = Bytes.wrap(part(in, count(in, 1)));
        standings.add(new Standing(group, hardState, base, last, charter));
      }
      List<GroupId> retired = new ArrayList<>(retiredCount);
      for (int i = 0; i < retiredCount; i++) {
        retired.add(new GroupId(in.getLong()));
      }
      if (in.hasRemaining()) {
        throw new MalformedException("%d bytes after the groups".formatted(in.remaining()));
      }
      return new GroupsRecord(standings, retired);
    } catch (BufferUnderflowException e) {
      throw new MalformedException("groups in %d bytes end early".formatted(body.length));
    }
  }

  private static int count(ByteBuffer in, int bytesEach) throws MalformedException {
    int count = in.getInt();
    if (count < 0 || (long) count * bytesEach > in.capacity()) {
      throw new MalformedException(
          "count of %d in %d bytes of groups".formatted(count, in.capacity()));
    }
    return count;
  }

  private static byte[] part(ByteBuffer in, int length) {
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }
}
