package dev.balsa.node;

import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.StateMachine.Committed;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Proposals whose place in the log is known and whose entries are not applied yet. Owned by the
 * applying thread.
 */
final class PlacedProposals<R> {
  // By index, then term: after a change of leader two may claim the same index, and only the commit
  // tells which one holds it.
  private final TreeMap<EntryId, List<Intake.Submission<R>>> blocks =
      new TreeMap<>(Comparator.comparingLong(EntryId::index).thenComparingLong(EntryId::term));
  private long count; // sum of the lists' sizes in blocks

  /** How many proposals there are. */
  long count() {
    return count;
  }

  /**
   * The loop tells a place before its entries; if a leader told it too late, the result is gone.
   */
  void keep(EntryId first, List<Intake.Submission<R>> submissions, long applied) {
    if (first.index() <= applied) {
      submissions.forEach(
          submission ->
              submission
                  .outcome()
                  .complete(
                      new Outcome.Unknown<>(
                          "it was applied before its place was known, or within a snapshot")));
    } else {
      blocks.put(first, submissions);
      count += submissions.size();
    }
  }

  /** A snapshot stands for all entries up to {@code applied}. */
  void covered(long applied) {
    while (!blocks.isEmpty() && blocks.firstKey().index() <= applied) {
      var block = blocks.pollFirstEntry();
      List<Intake.Submission<R>> submissions = block.getValue();
      count -= submissions.size();
      long first = block.getKey().index();
      int covered = (int) Math.min(submissions.size(), applied + 1 - first);
      keep(block.getKey(), submissions.subList(0, covered), applied);
      if (covered < submissions.size()) {
        keep(
            new EntryId(block.getKey().term(), first + covered),
            submissions.subList(covered, submissions.size()),
            applied);
      }
    }
  }

  /** These entries are applied; {@code results} are those of their commands. */
  void answer(List<Entry> entries, List<Committed> commands, List<R> results) {
    long firstIndex = entries.getFirst().index();
    long lastIndex = entries.getLast().index();
    while (!blocks.isEmpty() && blocks.firstKey().index() <= lastIndex) {
      var block = blocks.pollFirstEntry();
      EntryId first = block.getKey();
      List<Intake.Submission<R>> submissions = block.getValue();
      count -= submissions.size();
      long end = first.index() + submissions.size(); // exclusive
      for (long index = first.index(); index < Math.min(end, lastIndex + 1); index++) {
        Entry entry = entries.get((int) (index - firstIndex));
        Intake.Submission<R> submission = submissions.get((int) (index - first.index()));
        if (entry.term() == first.term()) {
          int at = position(commands, entry.id());
          submission.outcome().complete(new Outcome.Applied<>(entry.id(), results.get(at)));
        } else {
          submission.outcome().complete(new Outcome.Refused<>(Refusal.LEADER_CHANGED));
        }
      }
      if (end > lastIndex + 1) {
        int done = (int) (lastIndex + 1 - first.index());
        keep(
            new EntryId(first.term(), lastIndex + 1),
            submissions.subList(done, submissions.size()),
            lastIndex);
      }
    }
    refuseOvertaken(entries.getLast().id());
  }

  /** Terms never fall along a log: behind an applied entry nothing of an earlier term can stand. */
  private void refuseOvertaken(EntryId last) {
    blocks
        .entrySet()
        .removeIf(
            block -> {
              if (block.getKey().term() >= last.term()) {
                return false;
              }
              count -= block.getValue().size();
              block
                  .getValue()
                  .forEach(
                      s -> s.outcome().complete(new Outcome.Refused<>(Refusal.LEADER_CHANGED)));
              return true;
            });
  }

  /**
   * Where the command of {@code id} stands; commands are in index order, few no-ops between them.
   */
  private static int position(List<Committed> commands, EntryId id) {
    int at = (int) (id.index() - commands.getFirst().id().index());
    while (at >= commands.size() || !commands.get(at).id().equals(id)) {
      at--;
    }
    return at;
  }

  /** Nothing more will be applied. */
  void stopped() {
    blocks.values().forEach(PlacedProposals::stopped);
  }

  static <R> void stopped(List<Intake.Submission<R>> submissions) {
    submissions.forEach(submission -> submission.outcome().complete(new Outcome.Stopped<>()));
  }
}
