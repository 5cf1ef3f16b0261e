package dev.balsa.sim;

import dev.balsa.raft.Event;
import java.util.Map;
import java.util.TreeMap;

/** What happened in one run or many, counted. */
public final class Figures {
  long seeds;
  long nanos;
  long events;
  long steps;
  long messages;
  long lost;
  long duplicated;
  long clogged;
  long forces;
  long starts;
  long elections;
  long commits;
  long writes;
  long reads;
  long leaseReads;
  long refused;
  long unknown;
  long judged;
  long snapshots;
  long marks;
  long resumed;
  long installs;
  long cuts;
  long changes;
  long joint;
  long promotions;
  long rolledBack;
  long leadersRemoved;
  long transfers;
  long refusedStarts;
  long repaired;
  long replaced;
  long returned;
  long stranded;
  private final TreeMap<String, Long> faults = new TreeMap<>();

  /** Nothing yet. */
  public Figures() {}

  /** A fault happened. */
  void fault(String name) {
    faults.merge(name, 1L, Long::sum);
  }

  /** Adds another run's figures to these. */
  public void add(Figures other) {
    seeds += other.seeds;
    nanos += other.nanos;
    events += other.events;
    steps += other.steps;
    messages += other.messages;
    lost += other.lost;
    duplicated += other.duplicated;
    clogged += other.clogged;
    forces += other.forces;
    starts += other.starts;
    elections += other.elections;
    commits += other.commits;
    writes += other.writes;
    reads += other.reads;
    leaseReads += other.leaseReads;
    refused += other.refused;
    unknown += other.unknown;
    judged += other.judged;
    snapshots += other.snapshots;
    marks += other.marks;
    resumed += other.resumed;
    installs += other.installs;
    cuts += other.cuts;
    changes += other.changes;
    joint += other.joint;
    promotions += other.promotions;
    rolledBack += other.rolledBack;
    leadersRemoved += other.leadersRemoved;
    transfers += other.transfers;
    refusedStarts += other.refusedStarts;
    repaired += other.repaired;
    replaced += other.replaced;
    returned += other.returned;
    stranded += other.stranded;

    for (Map.Entry<String, Long> fault : other.faults.entrySet()) {
      faults.merge(fault.getKey(), fault.getValue(), Long::sum);
    }
  }

  /** Counts what happened to the members of a core. */
  void count(Event event) {
    switch (event) {
      case Event.ChangeBegun(var begun, boolean inTwoSteps) -> {
        changes++;
        joint += inTwoSteps ? 1 : 0;
      }
      case Event.LearnerPromoted promoted -> promotions++;
      case Event.ConfigurationRolledBack back -> rolledBack++;
      case Event.SteppedDown(long term, Event.StepDown reason) ->
          leadersRemoved += reason == Event.StepDown.REMOVED ? 1 : 0;
      default -> {} // counted elsewhere, or not at all
    }
  }

  /** How many runs these are of. */
  public long seeds() {
    return seeds;
  }

  /** Simulated time in nanoseconds. */
  public long nanos() {
    return nanos;
  }

  /** Inputs given to cores. */
  public long steps() {
    return steps;
  }

  /** Entries committed. */
  public long commits() {
    return commits;
  }

  /** Leaders elected. */
  public long elections() {
    return elections;
  }

  /** Linearizable reads answered. */
  public long reads() {
    return reads;
  }

  /** Reads that rested on a leader's lease, answered or not. */
  public long leaseReads() {
    return leaseReads;
  }

  /** Writes answered. */
  public long writes() {
    return writes;
  }

  /** Answered requests that the load itself judged. */
  public long judged() {
    return judged;
  }

  /** Snapshots taken, beside those that leaders sent. */
  public long snapshots() {
    return snapshots;
  }

  /** Notes, in place of snapshots, that a machine has kept its state by itself. */
  public long marks() {
    return marks;
  }

  /** Starts of processes whose machines went on from what they had kept. */
  public long resumed() {
    return resumed;
  }

  /** Snapshots that leaders sent and that replaced log and state. */
  public long installs() {
    return installs;
  }

  /** Changes of the membership that leaders began. */
  public long changes() {
    return changes;
  }

  /** Changes that needed a joint phase. */
  public long joint() {
    return joint;
  }

  /** Learners made voters when they had caught up. */
  public long promotions() {
    return promotions;
  }

  /** Configurations that gave way to another leader's log. */
  public long rolledBack() {
    return rolledBack;
  }

  /** Leaders that stepped down since they were removed. */
  public long leadersRemoved() {
    return leadersRemoved;
  }

  /** Leaderships handed over to the node asked for. */
  public long transfers() {
    return transfers;
  }

  /** Machines that refused to start from a damaged disk, naming what is damaged. */
  public long refusedStarts() {
    return refusedStarts;
  }

  /** Starts of machines from a damaged log whose lost part the others were to send again. */
  public long repaired() {
    return repaired;
  }

  /** Machines that lost their disks and were taken back as what they had been. */
  public long returned() {
    return returned;
  }

  /** Runs in which too few disks of a membership were left to decide anything. */
  public long stranded() {
    return stranded;
  }

  /** Simulated time over {@code nanos} of one core's time. */
  public double speed(long cpuNanos) {
    return (double) nanos / Math.max(1, cpuNanos);
  }

  /** Faults in an hour of simulated time. */
  public long faultsAnHour() {
    return nanos == 0 ? 0 : (long) (faultCount() * 3.6e12 / nanos);
  }

  /** Faults of nodes and links, by the names that {@link Fault#name} gives. */
  public Map<String, Long> faults() {
    return new TreeMap<>(faults);
  }

  /**
   * Faults of nodes, disks, clocks and links that had an effect, one by one; lost, doubled and
   * clogged messages, ends of faults and operators' requests are not among them.
   */
  public long faultCount() {
    long sum = 0;
    for (long count : faults.values()) {
      sum += count;
    }
    return sum;
  }

  /** Several lines for a person. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("%d seeds, %s cluster-hours".formatted(seeds, tenths(nanos, 3_600_000_000_000L)))
        .append(", %d events, %d steps\n".formatted(events, steps))
        .append("%d faults".formatted(faultCount()))
        .append(" (%d an hour):".formatted(faultsAnHour()));
    faults.forEach((name, count) -> text.append(" ").append(name).append(" ").append(count));
    return text.append(
            "\n%d messages, %d lost, %d doubled, %d clogged; %d forces, %d starts of processes\n"
                .formatted(messages, lost, duplicated, clogged, forces, starts))
        .append(
            "%d snapshots taken, %d installed, %d cuts of logs, "
                .formatted(snapshots, installs, cuts))
        .append("%d marks, %d starts from kept states; ".formatted(marks, resumed))
        .append("%d elections, %d transfers, %d commits\n".formatted(elections, transfers, commits))
        .append(
            "%d changes of members, %d joint, %d learners promoted, "
                .formatted(changes, joint, promotions))
        .append("%d rolled back, %d leaders removed; ".formatted(rolledBack, leadersRemoved))
        .append(
            "%d starts refused, %d from damaged logs, %d machines replaced, %d taken back, "
                .formatted(refusedStarts, repaired, replaced, returned))
        .append("%d groups stranded\n".formatted(stranded))
        .append("requests: %d writes, %d reads, ".formatted(writes, reads))
        .append("%d refused, %d unknown, %d judged".formatted(refused, unknown, judged))
        .toString();
  }

  private static String tenths(long value, long unit) {
    long tenths = value / (unit / 10);
    return tenths / 10 + "." + tenths % 10;
  }
}
