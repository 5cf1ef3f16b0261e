package dev.balsa.node;

import dev.balsa.node.GroupException.Reason;
import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.MembershipCodec;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.Wal;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Configured;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.SnapshotMeta;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one group of many goes on from: its charter, its log, its snapshots. */
record GroupRecovery(GroupId group, Wal wal, SnapshotStore snapshots) {
  /** What the log keeps with a group. */
  static Bytes charter(Membership founding) {
    byte[] bytes = new byte[MembershipCodec.length(founding)];
    MembershipCodec.write(founding, ByteBuffer.wrap(bytes));
    return Bytes.wrap(bytes);
  }

  /** The membership that the group was founded with. */
  Membership founding() {
    try {
      return MembershipCodec.read(ByteBuffer.wrap(wal.charter().toByteArray()));
    } catch (MalformedException e) {
      throw new StorageException("the charter of group %s is malformed".formatted(group), e);
    }
  }

  /**
   * The latest snapshot that the log goes on from, as {@link Snapshots#connect} says.
   *
   * @param hasPeers whether there is somebody to get entries from, given the latest membership
   * @throws GroupException if damage took from the log what the group cannot do without; the others
   *     are not concerned
   * @throws StorageException if entries between the snapshots and the log are missing, without
   *     peers
   */
  @Nullable SnapshotMeta connect(
      Predicate<SnapshotMeta> isThere,
      Predicate<Membership> hasPeers,
      BiConsumer<Level, String> told) {
    if (wal.isVoteLost()) {
      throw new GroupException(group, Reason.VOTE_LOST);
    }
    boolean peers = hasPeers.test(latest());
    if (wal.lost() != null && !peers) {
      throw new GroupException(group, Reason.ENTRIES_LOST);
    }
    return Snapshots.connect(
        snapshots,
        wal,
        isThere,
        peers,
        (level, text) -> told.accept(level, "group %s: %s".formatted(group, text)));
  }

  private Membership latest() {
    List<Configured> held = wal.restored().configurations();
    if (!held.isEmpty()) {
      return held.getLast().membership();
    }
    Membership snapshot = snapshots.membership();
    return snapshot == null ? founding() : snapshot;
  }
}
