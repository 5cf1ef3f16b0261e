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
  private final boolean copiesRequests;
  private final Ends ends;
  private Weather weather;
  private Witness witness = Witness.NOBODY;
  private long flights;

  /** Takes what arrives, or learns that it will not. */
  interface Ends {
    void arrived(Flight flight);

    void lost(NodeId from, NodeId to);

    /** Which directory a sender has, by {@link Directories#latest}. */
    long directory(NodeId from);
  }

  Links(Plan plan, boolean copiesRequests, Schedule schedule, Figures figures, Ends ends) {
    this.ends = ends;
    this.nodes = plan.machines();
    this.copiesRequests = copiesRequests;
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

  void witness(Witness next) {
    witness = next;
  }

  void send(NodeId from, NodeId to, Message message) {
    int link = link(from, to);
    SplitMix chance = chances[link];
    figures.messages++;
    if (cut[link] || oneOf(chance, weather.loss())) {
      Flight flight = flight(from, to, message, 0);
      witness.sent(flight);
      flight.drop();
      if (oneOf(chance, weather.report())) {
        schedule.after(chance.nextBetween(0, 50_000_000), () -> ends.lost(from, to));
      }
      return;
    }
    launch(flight(from, to, message, delay(chance)));
    // Two copies of a Forward are two requests: a transport must not make them, unless the machine
    // can tell them for one.
    boolean copied = copiesRequests || !isRequest(message);
    if (copied && oneOf(chance, weather.duplicate())) {
      figures.duplicated++;
      launch(flight(from, to, message, delay(chance)));
    }
  }

  private static boolean isRequest(Message message) {
    return message instanceof Message.Forward || message instanceof Message.ForwardChange;
  }

  private Flight flight(NodeId from, NodeId to, Message message, long delay) {
    long now = schedule.now();
    long directory = ends.directory(from);
    return new Flight(++flights, from, to, message, now, now + delay, directory, this);
  }

  private void launch(Flight flight) {
    witness.sent(flight);
    schedule.at(flight.due(), flight);
  }

  void arrive(Flight flight) {
    witness.arrived(flight);
    ends.arrived(flight);
  }

  void lose(Flight flight) {
    figures.lost++;
    witness.lost(flight);
  }

  private long delay(SplitMix chance) {
    if (oneOf(chance, weather.clog())) {
      figures.clogged++;
      return chance.nextBetween(0, clogNanosMax);
    }
    return chance.nextBetween(weather.delayNanosMin(), weather.delayNanosMax());
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

  void mend(NodeId from, NodeId to) {
    cut[link(from, to)] = false;
  }

  boolean isCut(NodeId from, NodeId to) {
    return cut[link(from, to)];
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
