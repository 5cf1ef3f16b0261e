package dev.balsa.sim;

import static dev.balsa.sim.BrokenPromise.require;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Ready;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.Status;
import dev.balsa.raft.Status.RoleName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link Plan}: real cores on simulated machines, clients and faults, everything in
 * one order, judged after every event. The same plan, load and hosting give the same {@link
 * #hash()}. Not thread-safe.
 *
 * @param <R> the result of the replicated machine's commands
 * @param <S> the replicated machine
 */
public final class World<R, S extends StateMachine<R>> {
  private final Plan plan;
  private final Load<R, S> load;
  private final Membership membership;
  private final Hosting.Machines machines;
  private final Schedule schedule = new Schedule();
  private final Figures figures = new Figures();
  private final Judge judge;
  private final Twin<R, S> twin;
  private final Links links;
  private final List<Host<R, S>> hosts = new ArrayList<>();
  private Weather weather;
  private @Nullable Consumer<String> trace;
  Witness witness = Witness.NOBODY; // set by witness()
  private UnaryOperator<RaftConfig> tuning = UnaryOperator.identity();
  private boolean asking = true;
  private boolean stormy = true;
  private long floor; // greatest log position that an answer has shown to a client
  private final RollingHash hash = new RollingHash();
  private long moments;

  /** A world at its beginning. */
  public World(Plan plan, Load<R, S> load, Hosting hosting) {
    this.plan = plan;
    this.load = load;
    this.weather = plan.weather();
    this.membership = new Membership(plan.voters());
    this.machines = hosting.machines(plan.seed());
    this.judge = new Judge(plan.nodes());
    this.twin = new Twin<>(load);
    this.links =
        new Links(
            plan,
            load.repeats(),
            schedule,
            figures,
            new Links.Ends() {
              @Override
              public void arrived(NodeId to, Message message) {
                host(to).receive(new Input.Receive(message));
              }

              @Override
              public void lost(NodeId from, NodeId to) {
                host(from).receive(new Input.Unreachable(to));
              }
            });
    figures.seeds = 1;
    for (NodeId voter : plan.voters()) {
      SplitMix chance = new SplitMix(plan.seed() * 1_000_003 + voter.value());
      Host<R, S> host = new Host<>(this, voter, machines.storage(voter), chance);
      judge.watch(host.storage.medium());
      hosts.add(host);
    }
    Nemesis<R, S> nemesis = new Nemesis<>(this, links);
    for (Plan.TimedFault fault : plan.faults()) {
      schedule.at(fault.at(), () -> nemesis.inflict(fault.fault()));
    }
    for (Plan.ClientPlan client : plan.clients()) {
      new Client<>(this, client).begin();
    }
  }

  /** Gives every input and output to {@code sink}, a line each, from now on. */
  public void trace(Consumer<String> sink) {
    trace = sink;
  }

  /**
   * Runs the whole plan: the storm, then the recovery that must follow.
   *
   * @throws BrokenPromise if a judge objects
   * @throws dev.balsa.raft.InvariantViolation if a core objects
   */
  public void run() {
    hosts.forEach(Host::start);
    advance(plan.stormNanos());
    recover();
    finish();
  }

  private void recover() {
    stormy = false;
    links.mend();
    weather(Weather.FAIR);
    for (Host<R, S> host : hosts) {
      host.storage.trouble(Storage.Trouble.NONE);
      if (!host.isUp()) {
        host.start();
      }
      host.heal();
    }
    long timeout = plan.timing().electionMaxNanos();
    advance(schedule.now() + 8 * timeout);
    int before = judge.committed();
    advance(schedule.now() + 4 * timeout);
    int after = judge.committed();
    int terms = judge.terms();
    asking = false;
    advance(schedule.now() + 4 * timeout);
    require(after > before || plan.clients().isEmpty(), "nothing commits after the faults' end");
    require(terms == judge.terms(), "a healthy leader does not stay");
  }

  private void finish() {
    for (Host<R, S> host : hosts) {
      require(host.isUp(), "%s is down though nothing is wrong", host.id);
      require(
          host.commit() == judge.committed() && host.desk().applied() == judge.committed(),
          "%s has committed %s and applied %s of %s",
          host.id,
          host.commit(),
          host.desk().applied(),
          judge.committed());
      require(host.desk().waiting() == 0, "%s leaves clients without an answer", host.id);
      host.stop(Storage.Loss.POWER);
      host.start();
      require(host.isUp(), "%s does not start from its own medium", host.id);
    }
    judge.finish(load.repeats());
    figures.judged = load.judge();
  }

  /** Lets everything happen up to a time, in nanoseconds since the beginning. */
  public void advance(long until) {
    while (stepOnce(until)) {}
    schedule.advance(until);
    figures.nanos = schedule.now();
    figures.commits = judge.committed();
    figures.elections = judge.terms();
  }

  /** Lets the next thing happen, if it is due by a time; false if it is not. */
  boolean stepOnce(long until) {
    Host<R, S> first = firstToWake();
    long next = schedule.next();
    if (Math.min(next, first.wakeAt()) > until) {
      return false;
    }
    figures.events++;
    if (next <= first.wakeAt()) {
      schedule.runNext();
    } else {
      schedule.advance(first.wakeAt());
      first.turn();
    }
    return true;
  }

  /** When the next thing happens, in nanoseconds since the beginning. */
  long next() {
    return Math.min(schedule.next(), firstToWake().wakeAt());
  }

  private Host<R, S> firstToWake() {
    Host<R, S> first = hosts.getFirst();
    for (Host<R, S> host : hosts) {
      first = host.wakeAt() < first.wakeAt() ? host : first;
    }
    return first;
  }

  /** Nanoseconds since the beginning. */
  public long now() {
    return schedule.now();
  }

  /** What happened so far. */
  public Figures figures() {
    return figures;
  }

  /** What all events so far come down to. */
  public long hash() {
    return hash.value();
  }

  /** What each running node knows of itself. */
  public List<Status> statuses() {
    List<Status> statuses = new ArrayList<>();
    for (Host<R, S> host : hosts) {
      Raft raft = host.raft();
      if (raft != null) {
        statuses.add(raft.status());
      }
    }
    return statuses;
  }

  Plan plan() {
    return plan;
  }

  Load<R, S> load() {
    return load;
  }

  Judge judge() {
    return judge;
  }

  Twin<R, S> twin() {
    return twin;
  }

  Membership membership() {
    return membership;
  }

  List<Host<R, S>> hosts() {
    return hosts;
  }

  Host<R, S> host(NodeId node) {
    return hosts.get((int) node.value() - 1);
  }

  boolean isAsking() {
    return asking;
  }

  boolean isStormy() {
    return stormy;
  }

  Links links() {
    return links;
  }

  void witness(Witness next) {
    witness = next;
    links.witness(next);
  }

  /** Changes the settings of processes that start from now on. */
  void tune(UnaryOperator<RaftConfig> next) {
    tuning = next;
  }

  void weather(Weather next) {
    weather = next;
    links.weather(next);
  }

  Schedule schedule() {
    return schedule;
  }

  RaftConfig config(NodeId node, long seed) {
    return tuning.apply(
        load.configure(plan.window().apply(plan.timing().apply(RaftConfig.of(node, seed)))));
  }

  void later(long nanos, Runnable action) {
    schedule.after(nanos, action);
  }

  long forceNanos(SplitMix chance) {
    return chance.nextBetween(0, weather.forceNanosMax());
  }

  void restartLater(Host<R, S> host, long nanos) {
    long process = host.process();
    schedule.after(
        nanos,
        () -> {
          if (!host.isUp() && host.process() == process) {
            host.start();
          }
        });
  }

  void send(NodeId from, NodeId to, Message message) {
    links.send(from, to, machines.carry(from, to, message));
  }

  /** A core took an input: counts it, mixes it into the hash, tells the trace. */
  void stepped(NodeId node, long term, Input input, Ready ready) {
    figures.steps++;
    witness.stepped(node, input, ready);
    hash.mix(schedule.now(), node, term, input, ready);
    if (trace != null) {
      trace(node, "<", input);
      trace(node, ">", ready);
    }
  }

  void trace(NodeId node, String what, @Nullable Object detail) {
    if (trace != null) {
      trace.accept(schedule.now() + " " + node + " " + what + " " + detail);
    }
  }

  /** A leader's counts lie on its followers' media, as long as they follow it. */
  void count(Raft core) {
    if ((figures.steps & 7) != 0) {
      return; // a status is dear; any eighth step finds a wrong count soon enough
    }
    Status status = core.status();
    if (status.role() != RoleName.LEADER) {
      return;
    }
    for (Status.Follower follower : status.followers()) {
      Medium medium = host(follower.node()).storage.medium();
      if (medium.forcedState().term() == status.term()) {
        judge.counts(status, follower, medium);
      }
    }
  }

  Pending<R, S> pending(Request<R, S> request, Runnable next) {
    return new Pending<>(request, floor, next);
  }

  void accepted(EntryId place, Pending<R, S> pending) {
    if (pending.request instanceof Request.Write<R, S>(Bytes command, var answer)) {
      judge.accepted(place, command);
    }
  }

  void written(Pending<R, S> pending, R result, long position) {
    if (pending.request instanceof Request.Write<R, S> write && pending.finish()) {
      require(
          position > pending.floor,
          "a command asked after %s was answered stands at %s",
          pending.floor,
          position);
      floor = Math.max(floor, position);
      figures.writes++;
      write.answer().done(result, moment());
    }
  }

  void read(Pending<R, S> pending, S machine, long position) {
    if (pending.request instanceof Request.Read<R, S> read && pending.finish()) {
      require(
          position >= pending.floor,
          "a read asked after %s was answered is served at %s",
          pending.floor,
          position);
      floor = Math.max(floor, position);
      figures.reads++;
      read.answer().done(machine, moment());
    }
  }

  void refused(Pending<R, S> pending) {
    if (pending.request instanceof Request.Write<R, S>(Bytes command, var answer)) {
      judge.refused(command);
    }
    if (pending.finish()) {
      figures.refused++;
      switch (pending.request) {
        case Request.Write<R, S> write -> write.answer().refused();
        case Request.Read<R, S> read -> read.answer().refused();
      }
    }
  }

  void unknown(Pending<R, S> pending) {
    if (pending.finish()) {
      figures.unknown++;
    }
  }

  /** Counts what clients ask and hear. */
  long moment() {
    return ++moments;
  }
}
