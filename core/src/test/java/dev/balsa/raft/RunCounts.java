package dev.balsa.raft;

/** What happened, for the printed summary. */
final class RunCounts {
  long steps;
  long messages;
  long lost;
  long duplicated;
  long crashes;
  long pauses;
  long cuts;
  long accepted;
  long refused;
  long unknown;
  long reads;
  long snapshots;
  long installs;
  long compactions;
  long transfers;
  long changes;
  long joint;
  long promotions;
  long rolledBack;
  long leadersRemoved;

  void add(RunCounts other) {
    changes += other.changes;
    joint += other.joint;
    promotions += other.promotions;
    rolledBack += other.rolledBack;
    leadersRemoved += other.leadersRemoved;
  }

  void count(Event event) {
    switch (event) {
      case Event.ChangeBegun(var changed, var twoPhases) -> {
        changes++;
        joint += twoPhases ? 1 : 0;
      }
      case Event.LearnerPromoted promoted -> promotions++;
      case Event.ConfigurationRolledBack rolled -> rolledBack++;
      case Event.SteppedDown(long term, Event.StepDown reason) ->
          leadersRemoved += reason == Event.StepDown.REMOVED ? 1 : 0;
      default -> {}
    }
  }

  long faults() {
    return lost + duplicated + crashes + pauses + cuts;
  }
}
