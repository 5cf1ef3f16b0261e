package dev.balsa.raft;

import java.util.ArrayList;
import java.util.List;

/**
 * The memberships that the log holds, in log order. The last one is in force, committed or not
 * (thesis §4.1). There is no other record of the membership: what is truncated from the log is gone
 * from here in the same step.
 */
final class Configurations {
  // The first is the start's, or the latest at or before the log's first entry; indexes rise.
  private final ArrayList<Configured> held = new ArrayList<>();

  // Derived from the last held, and from nothing else.
  private Quorum quorum;
  private List<NodeId> joining;

  /** A snapshot tells what was in force at its end; before there is any, {@code founding} is. */
  Configurations(Membership founding, Restored restored) {
    SnapshotMeta snapshot = restored.snapshot();
    Configured first =
        snapshot == null ? new Configured(EntryId.ZERO, founding) : configured(snapshot);
    held.add(first);
    for (Configured configured : restored.configurations()) {
      if (configured.at().index() > first.at().index()) {
        held.add(configured);
      }
    }
    quorum = new Quorum(first.membership());
    joining = List.of();
    derive();
  }

  /** The configuration in force. */
  Configured latest() {
    return held.getLast();
  }

  Membership membership() {
    return held.getLast().membership();
  }

  Quorum quorum() {
    return quorum;
  }

  /** The learners to promote when they have caught up. */
  List<NodeId> joining() {
    return joining;
  }

  /** What was in force when the entry at {@code index} was the log's last. */
  Configured at(long index) {
    int place = held.size() - 1;
    while (place > 0 && held.get(place).at().index() > index) {
      place--;
    }
    return held.get(place);
  }

  /**
   * Whether {@code node} votes, or may yet have to: until the configuration that takes its vote is
   * committed the one before may come back, and only this node may be able to bring either about
   * (thesis §4.2.2).
   */
  boolean mayVote(NodeId node, long commit) {
    boolean open = held.size() > 1 && latest().at().index() > commit;
    return membership().votes(node) || (open && held.get(held.size() - 2).membership().votes(node));
  }

  /** Takes up the configurations among {@code slice}'s entries. Returns whether there was one. */
  boolean append(LogSlice slice) {
    int before = held.size();
    for (Entry entry : slice.entries()) {
      if (entry.payload() instanceof Payload.Configuration(Membership membership)) {
        held.add(new Configured(entry.id(), membership));
      }
    }
    return changed(before);
  }

  /** Goes back to what was in force before. Returns whether anything changed. */
  boolean truncateAfter(long index) {
    int before = held.size();
    while (held.getLast().at().index() > index) {
      held.removeLast();
    }
    return changed(before);
  }

  /** Forgets what was in force before {@code index}; entries up to there are committed. */
  void forgetBefore(long index) {
    int place = held.indexOf(at(index));
    held.subList(0, place).clear();
  }

  /** The log gives way to a snapshot, which tells what was in force at its end. */
  void install(SnapshotMeta snapshot) {
    held.clear();
    held.add(configured(snapshot));
    derive();
  }

  private static Configured configured(SnapshotMeta snapshot) {
    return new Configured(snapshot.last(), snapshot.membership());
  }

  private boolean changed(int before) {
    if (held.size() != before) {
      derive();
    }
    return held.size() != before;
  }

  private void derive() {
    quorum = new Quorum(membership());
    joining =
        membership().members().stream()
            .filter(member -> member.seat() == Seat.JOINING)
            .map(Member::id)
            .toList();
  }

  void describe(Fingerprint print) {
    print.add(held.size());
    held.forEach(one -> one.membership().describe(print.add(one.at())));
  }
}
