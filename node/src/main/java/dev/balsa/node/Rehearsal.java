package dev.balsa.node;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.PrefixedDirectory;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.LogScan;
import dev.balsa.node.wal.RecoveryCase;
import dev.balsa.node.wal.SharedLog;
import dev.balsa.node.wal.Wal;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Configured;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SnapshotMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a node would make of its data directory at a start, found out by doing just that on a
 * directory that keeps nothing.
 *
 * @param told what it would say while it opens the directory, a line each
 * @param outcome how that ends
 */
public record Rehearsal(List<String> told, Outcome outcome) {
  private static final GroupId GROUP = new GroupId(1);

  /** How opening a data directory ends. */
  public sealed interface Outcome {
    /**
     * The node starts with this log.
     *
     * @param recovered how the log ended
     * @param snapshot the last entry in the snapshot it goes on from, null if there is none
     * @param base the entry before the log's first
     * @param last the log's last entry
     * @param hardState term and vote
     * @param lost where the log ended before damage took a part of it; null if nothing is missing,
     *     else the node votes for nobody who lacks that until its peers have sent it again
     */
    record Starts(
        RecoveryCase recovered,
        @Nullable EntryId snapshot,
        EntryId base,
        EntryId last,
        HardState hardState,
        @Nullable EntryId lost)
        implements Outcome {}

    /**
     * A node of many groups starts.
     *
     * @param recovered how the log they share ended
     * @param groups by id
     */
    record StartsMany(RecoveryCase recovered, List<GroupStart> groups) implements Outcome {
      /** Copies the list. */
      public StartsMany {
        groups = List.copyOf(groups);
      }
    }

    /** The node does not start; {@code reason} names the place and what to do. */
    record Refuses(String reason) implements Outcome {}
  }

  /**
   * What one of many groups goes on from.
   *
   * @param snapshot the last entry in its snapshot, null if there is none
   * @param base the entry before its log's first
   * @param last its log's last entry
   * @param hardState its term and vote
   * @param lost where its log ended before damage took a part of it; null if nothing is missing,
   *     else it votes for nobody who lacks that until its peers have sent it again
   * @param refusal why it cannot be opened, which concerns no other group; null if it can
   */
  public record GroupStart(
      GroupId group,
      @Nullable EntryId snapshot,
      EntryId base,
      EntryId last,
      HardState hardState,
      @Nullable EntryId lost,
      @Nullable String refusal) {}

  /**
   * Opens {@code directory} as its node would, that of a {@link RaftHost} with all its groups.
   * Whether there are peers who could send again what damage took is answered by the membership in
   * the log or the snapshots.
   *
   * @param directory keeps nothing, as a {@link dev.balsa.node.disk.ScratchDirectory}
   */
  public static Rehearsal of(Directory directory, Identity identity) {
    List<String> told = new ArrayList<>();
    try {
      return new Rehearsal(
          told,
          LogScan.isOfMany(directory, identity)
              ? openMany(directory, identity, told)
              : open(directory, identity, told));
    } catch (StorageException e) {
      return new Rehearsal(told, new Outcome.Refuses(String.valueOf(e.getMessage())));
    }
  }

  private static Outcome open(Directory directory, Identity identity, List<String> told) {
    NodeId self = identity.node();
    DataDirectory data = DataDirectory.open(directory, identity.cluster(), self, WalConfig.DEFAULT);
    try (SnapshotStore store = SnapshotStore.open(directory, told::add)) {
      Wal wal =
          data.openLog(
              GROUP,
              new SliceCodec(),
              store.hadAny(),
              found -> hasPeers(found, store, self),
              Runnable::run);
      try (wal) {
        RecoveryCase recovered = wal.recovery().found();
        if (recovered != RecoveryCase.CLEAN && recovered != RecoveryCase.EMPTY) {
          told.add(wal.recovery().toString());
        }
        List<Configured> held = wal.restored().configurations();
        Optional<Membership> latest =
            held.isEmpty() ? Optional.empty() : Optional.of(held.getLast().membership());
        SnapshotMeta snapshot =
            Snapshots.connect(
                store,
                wal,
                found -> true,
                hasPeers(latest, store, self),
                (level, line) -> told.add(line));
        return new Outcome.Starts(
            recovered,
            snapshot == null ? null : snapshot.last(),
            wal.base(),
            wal.last(),
            wal.restored().hardState(),
            wal.lost());
      }
    }
  }

  private static Outcome openMany(Directory directory, Identity identity, List<String> told) {
    DataDirectory data =
        DataDirectory.open(directory, identity.cluster(), identity.node(), WalConfig.DEFAULT);
    try (SharedLog log = data.openLog(new SliceCodec(), Runnable::run)) {
      RecoveryCase recovered = log.recovery().found();
      if (recovered != RecoveryCase.CLEAN && recovered != RecoveryCase.EMPTY) {
        told.add(log.recovery().toString());
      }
      List<GroupStart> groups = new ArrayList<>();
      for (Map.Entry<GroupId, Wal> group : log.groups().entrySet()) {
        groups.add(open(directory, identity.node(), group.getKey(), group.getValue(), told));
      }
      return new Outcome.StartsMany(recovered, groups);
    }
  }

  private static GroupStart open(
      Directory directory, NodeId self, GroupId group, Wal wal, List<String> told) {
    Directory own = new PrefixedDirectory(directory, RaftHost.prefix(group));
    SnapshotMeta snapshot = null;
    String refusal = null;
    try (SnapshotStore store = SnapshotStore.open(own, told::add)) {
      snapshot =
          new GroupRecovery(group, wal, store)
              .connect(
                  found -> true,
                  latest -> latest.members().isEmpty() || hasPeers(latest, self),
                  (level, line) -> told.add(line));
    } catch (GroupException e) {
      refusal = e.getMessage();
    }
    return new GroupStart(
        group,
        snapshot == null ? null : snapshot.last(),
        wal.base(),
        wal.last(),
        wal.restored().hardState(),
        wal.lost(),
        refusal);
  }

  private static boolean hasPeers(Optional<Membership> told, SnapshotStore store, NodeId self) {
    Membership membership = told.isPresent() ? told.get() : store.membership();
    return membership != null && hasPeers(membership, self);
  }

  private static boolean hasPeers(Membership membership, NodeId self) {
    return membership.members().stream().anyMatch(member -> !member.id().equals(self));
  }
}
