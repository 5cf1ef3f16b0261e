package dev.balsa.server.cli;

import dev.balsa.node.Identity;
import dev.balsa.node.Rehearsal;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.LogScan;
import dev.balsa.node.wal.LogScan.Found;
import dev.balsa.node.wal.RecoveryCase;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code log verify} finds.
 *
 * @param sound whether nothing is damaged; a write that was cut off is no damage
 * @param lines what to print
 */
record LogVerification(boolean sound, List<String> lines) {
  /** What one segment holds. */
  private static final class Segment {
    private final TreeSet<Long> groups = new TreeSet<>();
    private long records;
    private long entries;
    private @Nullable EntryId first;
    private @Nullable EntryId last;
    private final List<String> damage = new ArrayList<>();

    void add(Found found) {
      switch (found) {
        case Found.Valid record -> {
          records++;
          if (record.content() instanceof LogScan.Content.Entries(var slice) && !slice.isEmpty()) {
            groups.add(record.group());
            entries += slice.entries().size();
            first = first == null ? slice.entries().getFirst().id() : first;
            last = slice.last();
          }
        }
        case Found.Damaged(var spot, long bytes, String what) ->
            damage.add("  %d bytes at offset %d: %s".formatted(bytes, spot.offset(), what));
        case Found.Free free -> {}
      }
    }

    String line(String file) {
      String held =
          first == null || last == null
              ? "no entries"
              : groups.size() > 1
                  ? "%d entries of %d groups".formatted(entries, groups.size())
                  : "%d entries, %s to %s".formatted(entries, first, last);
      return "%s: %d records, %s".formatted(file, records, held);
    }
  }

  /** Checks everything in {@code directory}, which keeps nothing. */
  static LogVerification of(Directory directory, Identity identity) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "node %s of cluster %s, incarnation %s"
            .formatted(identity.node(), identity.cluster(), identity.incarnation()));
    Map<String, Segment> segments = new LinkedHashMap<>();
    LogScan.of(
        directory,
        identity,
        found -> segments.computeIfAbsent(found.spot().file(), file -> new Segment()).add(found));
    segments.forEach(
        (file, segment) -> {
          lines.add(segment.line(file));
          lines.addAll(segment.damage);
        });
    Rehearsal rehearsal = Rehearsal.of(directory, identity);
    lines.add("At its start the member");
    rehearsal.told().forEach(line -> lines.add("  says: " + line));
    outcome(rehearsal.outcome()).forEach(line -> lines.add("  " + line));
    return new LogVerification(isSound(segments, rehearsal), List.copyOf(lines));
  }

  /** A start that needs nothing but the cut of a torn tail has lost nothing. */
  private static boolean isSound(Map<String, Segment> segments, Rehearsal rehearsal) {
    return switch (rehearsal.outcome()) {
      case Rehearsal.Outcome.Refuses refusal -> false;
      case Rehearsal.Outcome.Starts starts ->
          starts.lost() == null && isSound(segments, rehearsal, starts.recovered());
      case Rehearsal.Outcome.StartsMany starts ->
          starts.groups().stream().allMatch(it -> it.lost() == null && it.refusal() == null)
              && isSound(segments, rehearsal, starts.recovered());
    };
  }

  private static boolean isSound(
      Map<String, Segment> segments, Rehearsal rehearsal, RecoveryCase recovered) {
    return switch (recovered) {
      case TORN_TAIL_CUT, HALF_CREATED_REMOVED -> rehearsal.told().size() == 1;
      case CLEAN, EMPTY ->
          rehearsal.told().isEmpty()
              && segments.values().stream().allMatch(it -> it.damage.isEmpty());
      default -> false;
    };
  }

  private static List<String> outcome(Rehearsal.Outcome outcome) {
    return switch (outcome) {
      case Rehearsal.Outcome.Refuses(String reason) -> List.of("does not start: " + reason);
      case Rehearsal.Outcome.StartsMany(RecoveryCase recovered, var groups) ->
          groups.isEmpty()
              ? List.of("starts without a group")
              : groups.stream().map(LogVerification::start).toList();
      case Rehearsal.Outcome.Starts(
              RecoveryCase recovered,
              @Nullable EntryId snapshot,
              EntryId base,
              EntryId last,
              var hardState,
              @Nullable EntryId lost) -> {
        yield List.of("starts in " + start(hardState, snapshot, base, last) + missing(lost));
      }
    };
  }

  private static String start(Rehearsal.GroupStart group) {
    if (group.refusal() != null) {
      return "cannot open it: " + group.refusal();
    }
    String start = start(group.hardState(), group.snapshot(), group.base(), group.last());
    return "starts group %s in %s%s".formatted(group.group(), start, missing(group.lost()));
  }

  private static String missing(@Nullable EntryId lost) {
    return lost == null
        ? ""
        : "; its peers must send again what damage took, up to %s, before it votes for others"
            .formatted(lost);
  }

  private static String start(
      HardState hardState, @Nullable EntryId snapshot, EntryId base, EntryId last) {
    NodeId vote = hardState.vote();
    return "term %d with %s: %s, a log after %s up to %s"
        .formatted(
            hardState.term(),
            vote == null ? "no vote" : "a vote for " + vote,
            snapshot == null ? "no snapshot" : "the snapshot up to " + snapshot,
            base,
            last);
  }
}
