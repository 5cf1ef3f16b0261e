package dev.balsa.web;

import dev.balsa.web.Run.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies of a run's stage at places along its way, so that going back need not begin at the
 * beginning. A bounded number: the older a stretch, the wider apart they may come to be.
 */
final class Checkpoints {
  /** World events between two copies, where nothing was given up yet. */
  static final int SPACING = 250;

  private static final int KEPT_MAX = 64;

  private final @Nullable Copying copying;
  private final List<Checkpoint> kept = new ArrayList<>(); // in the order of the run

  /** The stage of a run at a place; nobody goes on with it, only with copies. */
  private record Checkpoint(Position place, Stage stage) {}

  /**
   * A stage to go on with.
   *
   * @param acts how many actions are done
   */
  record Resumed(Stage stage, int acts) {}

  /**
   * No copies yet.
   *
   * @param copying null where stages cannot be copied; then there never are any
   */
  Checkpoints(@Nullable Copying copying) {
    this.copying = copying;
  }

  /** Keeps a copy if the last one before is far enough away. */
  void pass(Position here, Stage stage) {
    if (copying == null) {
      return;
    }
    int before = before(here);
    int last = before < 0 ? 0 : kept.get(before).place.moment();
    if (here.moment() - last >= SPACING) {
      kept.add(before + 1, new Checkpoint(here, copying.copy(stage)));
      if (kept.size() > KEPT_MAX) {
        kept.remove(mostDispensable());
      }
    }
  }

  /** The one whose absence makes a way back longest by the least, for how far back it is. */
  private int mostDispensable() {
    long end = kept.getLast().place.moment();
    int found = 0;
    double least = Double.MAX_VALUE;
    for (int i = 0; i < kept.size() - 1; i++) {
      long from = i == 0 ? 0 : kept.get(i - 1).place.moment();
      long to = kept.get(i + 1).place.moment();
      double cost = (to - from) / (double) (end - to + KEPT_MAX * SPACING);
      if (cost < least) {
        least = cost;
        found = i;
      }
    }
    return found;
  }

  /** A copy of the last stage not after a place, or null if only the beginning is. */
  @Nullable Resumed resume(Position place) {
    int before = before(place);
    if (copying == null || before < 0) {
      return null;
    }
    Checkpoint found = kept.get(before);
    return new Resumed(copying.copy(found.stage), found.place.acts());
  }

  /** The run goes on otherwise from here. */
  void forgetAfter(Position here) {
    kept.removeIf(checkpoint -> checkpoint.place.isAfter(here));
  }

  private int before(Position place) {
    int found = kept.size() - 1;
    while (found >= 0 && kept.get(found).place.isAfter(place)) {
      found--;
    }
    return found;
  }
}
