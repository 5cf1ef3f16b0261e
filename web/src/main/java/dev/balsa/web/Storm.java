package dev.balsa.web;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.SplitMix;
import java.util.List;

/**
 * Faults and clients' requests at random moments, all drawn from one seed. A fault ends by itself
 * after a while, and all of them end with the storm, in a {@link Calm}.
 */
final class Storm {
  private static final long MILLISECOND = 1_000_000;
  private static final int KINDS = 8;

  private final Stage stage;
  private final List<NodeId> nodes;
  private final SplitMix chance;
  private final long end; // nanoseconds, in the world's time
  private int written;

  Storm(Stage stage, long seed, long millis) {
    this.stage = stage;
    this.nodes = stage.bench.nodes();
    this.chance = new SplitMix(seed);
    this.end = stage.now() + millis * MILLISECOND;
  }

  void begin() {
    later(draw(150), this::strike);
    later(draw(50), this::ask);
    stage.bench.later(end - stage.now(), () -> stage.strike(new Action.Calm()));
  }

  private void strike() {
    NodeId node = node();
    NodeId other = node();
    switch ((int) draw(KINDS)) {
      case 0, 1 -> strike(new Action.Crash(node, draw(2) == 0), new Action.Restart(node));
      case 2 -> strike(new Action.Pause(node), new Action.Resume(node));
      case 3 -> strike(new Action.Cut(node, other), new Action.Mend(node, other));
      case 4 -> strike(new Action.Split(groups()), new Action.Heal());
      case 5 -> strike(new Action.Alter(foul()), new Action.Alter(Setup.Sky.CLEAR));
      case 6 ->
          strike(new Action.Rate(node, (int) (500 + draw(1001))), new Action.Rate(node, 1000));
      default -> stage.strike(new Action.Hurry(node));
    }
    later(20 + draw(300), this::strike);
  }

  private void strike(Action fault, Action end) {
    stage.strike(fault);
    later(30 + draw(700), () -> stage.strike(end));
  }

  private void ask() {
    String key = "k" + draw(3);
    stage.strike(
        draw(4) == 0
            ? new Action.Get(node(), key)
            : new Action.Put(node(), key, String.valueOf(++written)));
    later(5 + draw(60), this::ask);
  }

  /** Nothing comes after the storm's end. */
  private void later(long millis, Runnable action) {
    if (stage.now() + millis * MILLISECOND < end) {
      stage.bench.later(millis * MILLISECOND, action);
    }
  }

  private NodeId node() {
    return nodes.get((int) draw(nodes.size()));
  }

  private String groups() {
    StringBuilder groups = new StringBuilder();
    nodes.forEach(node -> groups.append(draw(2)));
    return groups.toString();
  }

  private Setup.Sky foul() {
    return new Setup.Sky(1, 2 + draw(120), (int) draw(200), (int) draw(200), 1 + draw(80));
  }

  private long draw(long bound) {
    return chance.nextBetween(0, bound);
  }
}
