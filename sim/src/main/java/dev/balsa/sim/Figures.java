package dev.balsa.sim;

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
    for (Map.Entry<String, Long> fault : other.faults.entrySet()) {
      faults.merge(fault.getKey(), fault.getValue(), Long::sum);
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

  /** Faults of nodes and links, by the names that {@link Fault#name} gives. */
  public Map<String, Long> faults() {
    return new TreeMap<>(faults);
  }

  /** Faults of nodes and links; lost, doubled and clogged messages are not among them. */
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
    double hours = nanos / 3.6e12;
    StringBuilder text = new StringBuilder();
    text.append("%d seeds, %s cluster-hours".formatted(seeds, tenths(nanos, 3_600_000_000_000L)))
        .append(", %d events, %d steps\n".formatted(events, steps))
        .append("%d faults".formatted(faultCount()))
        .append(hours > 0 ? " (%d an hour):".formatted((long) (faultCount() / hours)) : ":");
    faults.forEach((name, count) -> text.append(" ").append(name).append(" ").append(count));
    return text.append(
            "\n%d messages, %d lost, %d doubled, %d clogged; %d forces, %d starts of processes\n"
                .formatted(messages, lost, duplicated, clogged, forces, starts))
        .append("%d elections, %d commits; ".formatted(elections, commits))
        .append("requests: %d writes, %d reads, ".formatted(writes, reads))
        .append("%d refused, %d unknown, %d judged".formatted(refused, unknown, judged))
        .toString();
  }

  private static String tenths(long value, long unit) {
    long tenths = value / (unit / 10);
    return tenths / 10 + "." + tenths % 10;
  }
}
