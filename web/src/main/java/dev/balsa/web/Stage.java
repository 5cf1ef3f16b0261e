package dev.balsa.web;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.raft.Change;
import dev.balsa.raft.InvariantViolation;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Sentence;
import dev.balsa.raft.session.SessionMachine;
import dev.balsa.raft.session.SessionResult;
import dev.balsa.sim.BrokenPromise;
import dev.balsa.sim.Fault;
import dev.balsa.sim.Hosting;
import dev.balsa.sim.Workbench;
import dev.balsa.sim.World;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run as it is acted: a world, the clients a person plays, and the {@link Chronicle} of it all.
 * Goes forward only; {@link Timeline} goes back by acting it anew.
 */
final class Stage {
  private static final int QUIET_MAX = 10_000; // world events in which nothing can be seen

  final Chronicle chronicle;
  final Workbench<SessionResult<KvResult>, SessionMachine<KvResult, KvMachine>> bench;
  final Clients clients;
  private final Setup setup;
  private Setup.Sky sky;
  private int moment;
  private int deeds;
  private boolean broken;

  Stage(Setup setup) {
    this.setup = setup;
    this.sky = setup.sky();
    this.chronicle = new Chronicle(setup.machines());
    setup.bug().takeEffect();
    this.bench =
        new Workbench<>(
            new World<>(setup.plan(), new KvLoad(), Hosting.IN_MEMORY), chronicle, setup::tune);
    this.clients = new Clients(bench, chronicle, setup.reading());
    chronicle.logs(node -> bench.look(node).medium().log());
  }

  Setup setup() {
    return setup;
  }

  Setup.Sky sky() {
    return sky;
  }

  /** How many of the world's events were acted. */
  int moment() {
    return moment;
  }

  long now() {
    return bench.now();
  }

  /**
   * When the next thing happens; {@code Long.MAX_VALUE} after a broken promise, or if it is full.
   */
  long next() {
    return broken || isFull() ? Long.MAX_VALUE : bench.next();
  }

  /** Whether it has as many of the world's events as are kept. */
  boolean isFull() {
    return moment >= Run.MOMENT_MAX;
  }

  /** Lets the next thing happen; false if nothing ever does. */
  boolean step() {
    if (next() == Long.MAX_VALUE) {
      return false;
    }
    chronicle.at(++moment, bench.next());
    return guarded(bench::step);
  }

  /** Lets things happen until one of them can be seen. */
  void stepVisibly() {
    int seen = chronicle.seen();
    for (int i = 0; i < QUIET_MAX && chronicle.seen() == seen && step(); i++) {}
  }

  /** Lets time pass in which nothing happens. */
  void idle(long time) {
    if (!broken && time > bench.now() && time < bench.next()) {
      bench.idle(time);
    }
  }

  /** Does what a person wants. */
  void act(Action action) {
    if (broken) {
      return;
    }
    chronicle.at(moment, bench.now());
    chronicle.add(new Happening.Acted(action));
    deeds++;
    boolean unused =
        guarded(
            () -> {
              perform(action);
              return true;
            });
  }

  /** Does what a storm wants, as one of the world's events. */
  void strike(Action action) {
    chronicle.add(new Happening.Struck(action));
    deeds++;
    perform(action);
  }

  /** How much was done to the world by whomever. */
  int deeds() {
    return deeds;
  }

  /** A run ends where a promise of Raft is broken; everything up to there can be looked at. */
  private boolean guarded(Play play) {
    setup.bug().takeEffect();
    try {
      return play.go();
    } catch (BrokenPromise promise) {
      return broken(promise.sentence());
    } catch (InvariantViolation promise) {
      return broken(promise.sentence());
    }
  }

  private boolean broken(Sentence promise) {
    broken = true;
    chronicle.add(new Happening.Broken(promise));
    return false;
  }

  private interface Play {
    boolean go();
  }

  private void perform(Action action) {
    switch (action) {
      case Action.Crash(NodeId node, boolean power) ->
          bench.inflict(
              power
                  ? new Fault.PowerCut(node, Fault.FOREVER)
                  : new Fault.Kill(node, Fault.FOREVER));
      case Action.Restart(NodeId node) -> bench.start(node);
      case Action.Pause(NodeId node) -> bench.inflict(new Fault.Pause(node, Fault.FOREVER));
      case Action.Resume(NodeId node) -> bench.resume(node);
      case Action.Hurry(NodeId node) -> bench.hurry(node);
      case Action.Await(NodeId node, long millis) -> bench.await(node, millis * 1_000_000);
      case Action.Align() -> bench.align();
      case Action.Spread() -> bench.spread();
      case Action.Rate(NodeId node, int perMille) -> bench.inflict(new Fault.Rate(node, perMille));
      case Action.Cut(NodeId from, NodeId to) -> bench.inflict(new Fault.Cut(from, to));
      case Action.Mend(NodeId from, NodeId to) -> bench.mend(from, to);
      case Action.Split(String groups) -> split(groups);
      case Action.Heal() -> bench.inflict(new Fault.Mend());
      case Action.Storm(long seed, long millis) -> new Storm(this, seed, millis).begin();
      case Action.Calm() -> {
        alter(Setup.Sky.CLEAR);
        new Calm(this).begin();
      }
      case Action.Alter(Setup.Sky next) -> alter(next);
      case Action.Drop(long flight) -> bench.drop(flight);
      case Action.Deliver(long flight) -> bench.deliver(flight);
      case Action.Put(NodeId node, String key, String value) ->
          clients.write(node, KvLoad.put(key, value));
      case Action.Delete(NodeId node, String key) -> clients.write(node, KvLoad.delete(key));
      case Action.Get(NodeId node, String key) -> clients.read(node, key);
      case Action.Swap(NodeId node, String key, String from, String to) ->
          clients.write(node, KvLoad.swap(key, from, to));
      case Action.Once once -> clients.session(once.client()).once(once);
      case Action.Close(NodeId node, int client) -> clients.session(client).close(node);
      case Action.Members(NodeId asked, List<Change> changes) -> bench.change(asked, changes);
      case Action.Transfer(NodeId asked, NodeId target) -> bench.transfer(asked, target);
    }
  }

  private void alter(Setup.Sky next) {
    sky = next;
    bench.weather(next.weather());
  }

  private void split(String groups) {
    bench.inflict(new Fault.Mend());
    for (NodeId from : bench.nodes()) {
      for (NodeId to : bench.nodes()) {
        if (group(groups, from) != group(groups, to)) {
          bench.inflict(new Fault.Cut(from, to));
        }
      }
    }
  }

  private static char group(String groups, NodeId node) {
    return groups.charAt((int) node.value() - 1);
  }

  /** The promise that was broken, or null. */
  @Nullable Sentence broken() {
    return broken ? chronicle.lastBroken() : null;
  }
}
