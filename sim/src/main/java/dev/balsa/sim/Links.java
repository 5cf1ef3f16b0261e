package dev.balsa.sim;

import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SplitMix;
import java.util.Arrays;
import java.util.List;

/** The network: every directed link with chances of its own, which others do not disturb. */
final class Links {
  private final int nodes;
  private final boolean[] cut; // from * nodes + to
  private final SplitMix[] chances;
  private final Schedule schedule;
  private final Figures figures;
  private final long clogNanosMax;
  private Weather weather;

  /** Takes what arrives, or learns that it will not. */
  interface Ends {
    void arrived(NodeId to, Message message);

    void lost(NodeId from, NodeId to);
  }

  Links(Plan plan, Schedule schedule, Figures figures) {
    this.nodes = plan.machines();
    this.schedule = schedule;
    this.figures = figures;
    this.weather = plan.weather();
    this.clogNanosMax = 3 * plan.timing().electionMaxNanos();
    cut = new boolean[nodes * nodes];
    chances = new SplitMix[nodes * nodes];
    for (int link = 0; link < chances.length; link++) {
      chances[link] = new SplitMix(plan.seed() * 31 + link + 1);
    }
  }

  void weather(Weather next) {
    weather = next;
  }

  void send(NodeId from, NodeId to, Message message, Ends ends) {
    int link = link(from, to);
    SplitMix chance = chances[link];
    figures.messages++;
    if (cut[link] || oneOf(chance, weather.loss())) {
      figures.lost++;
      if (oneOf(chance, weather.report())) {
        schedule.after(chance.nextBetween(0, 50_000_000), () -> ends.lost(from, to));
      }
      return;
    }
    schedule.after(delay(chance), () -> ends.arrived(to, message));
    // Two copies of a Forward are two requests: a transport must not make them (see Message).
    if (!isRequest(message) && oneOf(chance, weather.duplicate())) {
      figures.duplicated++;
      schedule.after(delay(chance), () -> ends.arrived(to, message));
    }
  }

  private static boolean isRequest(Message message) {
    return message instanceof Message.Forward || message instanceof Message.ForwardChange;
  }

  private long delay(SplitMix chance) {
    if (oneOf(chance, weather.clog())) {
      figures.clogged++;
      return chance.nextBetween(0, clogNanosMax);
    }
    return chance.nextBetween(0, weather.delayNanosMax());
  }

  private static boolean oneOf(SplitMix chance, int perMille) {
    return perMille > 0 && chance.nextBetween(0, 1000) < perMille;
  }

  /** Cuts one direction; false if there is nothing to cut. */
  boolean cut(NodeId from, NodeId to) {
    boolean whole = !from.equals(to) && !cut[link(from, to)];
    cut[link(from, to)] |= whole;
    return whole;
  }

  /** Cuts all between one side and the other; false if there is nothing to cut. */
  boolean split(List<NodeId> side) {
    boolean any = false;
    for (int from = 1; from <= nodes; from++) {
      for (int to = 1; to <= nodes; to++) {
        if (side.contains(new NodeId(from)) != side.contains(new NodeId(to))) {
          any |= cut(new NodeId(from), new NodeId(to));
        }
      }
    }
    return any;
  }

  void mend() {
    Arrays.fill(cut, false);
  }

  private int link(NodeId from, NodeId to) {
    return (int) ((from.value() - 1) * nodes + to.value() - 1);
  }
}
