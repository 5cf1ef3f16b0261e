package dev.balsa.node.wal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Which logs of groups are moved on, so that old segments can go: a group that writes nothing would
 * keep them for ever. What it holds is written once more at the beginning of a new segment, its
 * whole log at once, if that is little; whose log is too large for it is asked to let go of all
 * that a snapshot stands for. A log in which little is superfluous stays as it is, so that copies
 * take at most a part of what is written anyway.
 */
final class Carry {
  /** From this many segments on it is worth a thought. */
  private static final int SEGMENTS_MIN = 3;

  /** The log may be this many times as large as what the groups hold in it. */
  private static final int WASTE_FACTOR = 2;

  /**
   * Copies take at most this part of a segment: the loop stands still meanwhile, and all groups
   * wait.
   */
  private static final int BUDGET_PART = 8;

  private Carry() {}

  /**
   * What to do about the groups that need the oldest segment.
   *
   * @param copied these, in this order
   * @param pressed these should let go of what they can
   */
  record Choice(List<Wal> copied, List<Wal> pressed) {
    static final Choice NONE = new Choice(List.of(), List.of());
  }

  /**
   * Chooses when a segment begins.
   *
   * @param segments all there are, the new one among them
   * @param newest the size of the new one in bytes
   * @param left how much of it is free
   */
  static Choice choose(Collection<Wal> groups, OpenSegments segments, long newest, long left) {
    long held = 0;
    for (Wal group : groups) {
      held += group.copyBytesMax();
    }
    if (segments.count() <= SEGMENTS_MIN || segments.bytes() < WASTE_FACTOR * held) {
      return Choice.NONE;
    }
    long oldest = segments.first();
    List<Wal> bySize = new ArrayList<>();
    for (Wal group : groups) {
      if (group.oldestSegment() <= oldest) {
        bySize.add(group);
      }
    }
    bySize.sort(Comparator.comparingLong(Wal::copyBytesMax));
    long budget = Math.min(left, newest / BUDGET_PART);
    List<Wal> copied = new ArrayList<>();
    List<Wal> pressed = new ArrayList<>();
    for (Wal group : bySize) {
      budget -= group.copyBytesMax();
      (budget >= 0 ? copied : pressed).add(group);
    }
    return new Choice(copied, pressed);
  }
}
