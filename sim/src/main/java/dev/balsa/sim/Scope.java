package dev.balsa.sim;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.NodeId;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Explorer} may let happen to a group of nodes 1, 2, …: small bounds, within which
 * it leaves nothing out.
 *
 * @param name one word
 * @param host whether a node does nothing else while it forces a write
 * @param preVote whether nodes ask before they campaign
 * @param terms the greatest term in which anybody campaigns
 * @param timeouts how many election timeouts may end
 * @param beats how many times a leader's timer may ring
 * @param crashes how many times a process may crash; it starts again at once
 * @param proposals how many commands a client may ask leaders for, one at a time
 * @param reads how many reads a client may ask leaders for
 * @param changes how many voters a client may ask leaders to remove
 * @param beginnings where to begin: what the nodes' disks hold; all must be lawful
 */
public record Scope(
    String name,
    Plan.Host host,
    boolean preVote,
    int terms,
    int timeouts,
    int beats,
    int crashes,
    int proposals,
    int reads,
    int changes,
    List<List<Disk>> beginnings) {

  /** Two proposals at most have a number of their own; see {@link Move}. */
  static final int PROPOSALS_MAX = 8;

  /** Validates the bounds and copies the list. */
  public Scope {
    beginnings = List.copyOf(beginnings);
    if (beginnings.isEmpty() || proposals > PROPOSALS_MAX || crashes < 0 || terms < 1) {
      throw new IllegalArgumentException(
          "a scope of %d beginnings, %d terms, %d crashes, %d proposals; it needs a beginning, a term and at most %d proposals"
              .formatted(beginnings.size(), terms, crashes, proposals, PROPOSALS_MAX));
    }
  }

  /**
   * What a node's disk holds.
   *
   * @param vote whom the node voted for in {@code term}, or null
   * @param entryTerms the terms of its entries, from index 1; the first of all is the membership,
   *     the first of each later term its no-op
   */
  public record Disk(long term, @Nullable NodeId vote, List<Long> entryTerms) {
    /** The disk of a node that never ran. */
    public static final Disk EMPTY = new Disk(0, null, List.of());

    /** A disk whose owner voted for {@code vote}; 0 for nobody. */
    public static Disk of(long term, long vote, long... entryTerms) {
      return new Disk(
          term, vote == 0 ? null : new NodeId(vote), LongStream.of(entryTerms).boxed().toList());
    }

    EntryId last() {
      return entryTerms.isEmpty()
          ? EntryId.ZERO
          : new EntryId(entryTerms.getLast(), entryTerms.size());
    }
  }

  /** Three nodes that never ran. */
  static final List<Disk> EMPTY = List.of(Disk.EMPTY, Disk.EMPTY, Disk.EMPTY);

  /** Three nodes of equal logs. */
  static final List<Disk> EVEN =
      List.of(Disk.of(1, 1, 1, 1), Disk.of(1, 1, 1, 1), Disk.of(1, 1, 1, 1));

  /** After two leaders whose entries reached nobody else (paper figure 8, b). */
  static final List<Disk> FORKED =
      List.of(Disk.of(3, 0, 1, 2), Disk.of(3, 3, 1), Disk.of(3, 3, 1, 3));

  /** One node has more entries, the others newer ones (paper §5.4.1). */
  static final List<Disk> LONGER =
      List.of(Disk.of(3, 0, 1, 1, 1), Disk.of(2, 2, 1, 2), Disk.of(2, 2, 1, 2));

  /** Who leads: elections, lost votes and crashes. */
  public static final Scope ELECTIONS =
      new Scope("elections", Plan.Host.TURNS, false, 3, 3, 0, 1, 0, 0, 0, List.of(EMPTY));

  /** What is committed: logs that differ are made equal. */
  public static final Scope LOGS =
      new Scope("logs", Plan.Host.TURNS, false, 5, 2, 0, 0, 1, 0, 0, List.of(FORKED, LONGER));

  /** What is read while leaders change. */
  public static final Scope READS =
      new Scope("reads", Plan.Host.TURNS, false, 4, 2, 0, 0, 0, 1, 0, List.of(EVEN, FORKED));

  /** What a disk keeps: nodes go on while writes are under way, and crash. */
  public static final Scope DISKS =
      new Scope(
          "disks", Plan.Host.OVERLAP, false, 5, 2, 0, 1, 1, 0, 0, List.of(EMPTY, EVEN, FORKED));

  /** Who takes part: a voter is removed, and another before that is settled. */
  public static final Scope MEMBERS =
      new Scope("members", Plan.Host.TURNS, false, 4, 2, 0, 0, 0, 0, 2, List.of(EVEN));

  /** All that {@code ./balsa sim explore} explores. */
  public static final List<Scope> ALL = List.of(ELECTIONS, LOGS, READS, DISKS, MEMBERS);
}
