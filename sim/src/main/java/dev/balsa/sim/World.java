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
import dev.balsa.raft.Seat;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.Status;
import dev.balsa.raft.Status.RoleName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
  private static final long CATCH_UP_NANOS = 30_000_000;

  private final Plan plan;
  private final Load<R, S> load;
  private final Membership founding;
  private final Hosting.Machines machines;
  private final Schedule schedule = new Schedule();
  private final Figures figures = new Figures();
  private final Judge judge;
  private final Twin<R, S> twin;
  private final Links links;
  private final List<Host<R, S>> hosts = new ArrayList<>(); // by node id - 1
  private final List<Host<R, S>> inUse = new ArrayList<>();
  private final Operator<R, S> operator;
  private final Links.Ends ends;
  private Weather weather;
  private @Nullable Consumer<String> trace;
  private boolean asking = true;
  private boolean stormy = true;
  private long floor; // greatest log position that an answer has shown to a client
  private long hash = 1;
  private long moments;

  /** A world at its beginning. */
  public World(Plan plan, Load<R, S> load, Hosting hosting) {
    this.plan = plan;
    this.load = load;
    this.weather = plan.weather();
    this.founding = new Membership(plan.voters());
    this.machines = hosting.machines(plan.seed());
    this.judge = new Judge(founding);
    this.twin = new Twin<>(load);
    this.links = new Links(plan, schedule, figures);
    this.ends =
        new Links.Ends() {
          @Override
          public void arrived(NodeId to, Message message) {
            host(to).receive(new Input.Receive(message));
          }

          @Override
          public void lost(NodeId from, NodeId to) {
            host(from).receive(new Input.Unreachable(to));
          }
        };
    figures.seeds = 1;
    this.operator = new Operator<>(this);
    for (long id = 1; id <= plan.machines(); id++) {
      SplitMix chance = new SplitMix(plan.seed() * 1_000_003 + id);
      NodeId node = new NodeId(id);
      Host<R, S> host = new Host<>(this, node, machines.storage(node), chance);
      judge.watch(host.storage.medium());
      hosts.add(host);
    }
    Nemesis<R, S> nemesis = new Nemesis<>(this, links, operator);
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
    for (int i = 0; i < plan.nodes(); i++) {
      begin(hosts.get(i));
    }
    advance(plan.stormNanos());
    recover();
    boolean settled = operator.canDecide();
    if (settled) {
      finish();
    } else {
      figures.stranded++;
    }
    for (Host<R, S> host : List.copyOf(inUse)) {
      host.stop(Storage.Loss.POWER);
      host.start();
    }
    require(
        inUse.stream().allMatch(Host::isUp), "a node does not start from a medium without fault");
    judge.finish(settled ? inUse.stream().map(host -> host.storage.medium()).toList() : List.of());
    figures.judged = load.judge();
  }

  private void recover() {
    stormy = false;
    links.mend();
    weather = Weather.FAIR;
    links.weather(weather);
    for (Host<R, S> host : List.copyOf(inUse)) {
      host.storage.trouble(Storage.Trouble.NONE);
      if (!host.isUp()) {
        host.start();
      }
      host.heal();
    }
    long timeout = plan.timing().electionMaxNanos();
    advance(schedule.now() + 8 * timeout);
    operator.retireStrangers();
    advance(schedule.now() + 3 * timeout);
    int before = judge.committed();
    advance(schedule.now() + 4 * timeout);
    int after = judge.committed();
    int terms = judge.terms();
    asking = false;
    // Who joined late may have a whole log to read, in a small window one entry at a time.
    long patience = schedule.now() + 4 * timeout + judge.committed() * CATCH_UP_NANOS;
    do {
      advance(schedule.now() + 4 * timeout);
    } while (schedule.now() < patience && operator.canDecide() && !isSettled());
    boolean live = after > before || plan.clients().isEmpty();
    require(live || !operator.canDecide(), "nothing commits after the faults' end");
    require(terms == judge.terms() || !operator.canDecide(), "a healthy leader does not stay");
  }

  /** Whether everyone has heard of everything, and no learner is about to become a voter. */
  private boolean isSettled() {
    for (Host<R, S> host : inUse) {
      Raft core = host.raft();
      if (core == null
          || host.desk().applied() < judge.committed()
          || !core.membership().equals(judge.membership())) {
        return false;
      }
    }
    return judge.membership().members().stream().noneMatch(m -> m.seat() == Seat.JOINING);
  }

  private void finish() {
    require(!judge.membership().isJoint(), "the joint phase of %s stays", judge.membership());
    for (Host<R, S> host : inUse) {
      Raft core = host.raft();
      require(core != null, "%s is down though nothing is wrong", host.id);
      require(
          core != null && core.membership().equals(judge.membership()),
          "%s is in a group of %s, others of %s",
          host.id,
          core == null ? null : core.membership(),
          judge.membership());
      require(
          host.commit() == judge.committed() && host.desk().applied() == judge.committed(),
          "%s has committed %s and applied %s of %s",
          host.id,
          host.commit(),
          host.desk().applied(),
          judge.committed());
      require(host.desk().waiting() == 0, "%s leaves clients without an answer", host.id);
    }
  }

  /** Lets everything happen up to a time, in nanoseconds since the beginning. */
  public void advance(long until) {
    while (true) {
      Host<R, S> first = hosts.getFirst();
      for (int i = 0; i < inUse.size(); i++) {
        if (inUse.get(i).wakeAt() < first.wakeAt()) {
          first = inUse.get(i);
        }
      }
      long next = schedule.next();
      if (Math.min(next, first.wakeAt()) > until) {
        schedule.advance(until);
        figures.nanos = schedule.now();
        figures.commits = judge.committed();
        figures.elections = judge.terms();
        return;
      }
      figures.events++;
      if (next <= first.wakeAt()) {
        schedule.runNext();
      } else {
        schedule.advance(first.wakeAt());
        first.turn();
      }
    }
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
    return hash;
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

  /** Who a node takes for the group before its log tells. */
  Membership founding(NodeId node) {
    return node.value() <= plan.nodes() ? founding : Membership.UNKNOWN;
  }

  List<Host<R, S>> hosts() {
    return hosts;
  }

  /** The machines that run, or will again. */
  List<Host<R, S>> inUse() {
    return inUse;
  }

  /** One of the machines in use, or the first one if there is none. */
  Host<R, S> anyHost(long chance) {
    return inUse.isEmpty()
        ? hosts.getFirst()
        : inUse.get((int) Long.remainderUnsigned(chance, inUse.size()));
  }

  /** Starts a machine, unless that was done before. */
  void begin(Host<R, S> host) {
    if (host.standing() == Host.Standing.SPARE) {
      inUse.add(host);
      host.start();
    }
  }

  /** A machine is not in use any more. */
  void left(Host<R, S> host) {
    inUse.remove(host);
    if (host.standing() == Host.Standing.LOST) {
      operator.replace(host);
    }
  }

  /** A node's commit index rises. */
  void commits(Host<R, S> host, long from, long to, Membership inForce) {
    int before = judge.memberships();
    judge.commits(host.id, host.storage.medium(), from, to, inForce);
    if (judge.memberships() > before) {
      operator.membershipChanged();
    }
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

  RaftConfig config(NodeId node, long seed) {
    RaftConfig config = plan.window().apply(plan.timing().apply(RaftConfig.of(node, seed)));
    return plan.snapshots().apply(plan.elections().apply(config));
  }

  void later(long nanos, Runnable action) {
    schedule.after(nanos, action);
  }

  long forceNanosMax() {
    return weather.forceNanosMax();
  }

  void restartLater(Host<R, S> host, long nanos) {
    long process = host.process();
    schedule.after(
        nanos,
        () -> {
          if (host.isRestartable() && host.process() == process) {
            host.start();
          }
        });
  }

  void send(NodeId from, NodeId to, Message message) {
    links.send(from, to, machines.carry(from, to, message), ends);
  }

  /** A core took an input: counts it, mixes it into the hash, tells the trace. */
  void stepped(NodeId node, long term, Input input, Ready ready) {
    figures.steps++;
    long mark = schedule.now() * 31 + node.value();
    mark = mark * 31 + term;
    if (input instanceof Input.Receive(Message message)) {
      mark = mark * 31 + message.from().value() + 7 * message.term();
    }
    mark = mark * 31 + ready.sendNow().size();
    mark = mark * 31 + ready.sendDurable().size();
    mark = mark * 31 + ready.proposals().size();
    mark = mark * 31 + ready.events().size();
    Ready.Persist persist = ready.persist();
    if (persist != null && persist.append() != null) {
      mark = mark * 31 + persist.append().last().index();
    }
    hash = (hash ^ mark) * 0x9e3779b97f4a7c15L;
    hash ^= hash >>> 29;
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
      if (position <= pending.floor) {
        throw new BrokenPromise(
            "a command asked after %d was answered stands at %d"
                .formatted(pending.floor, position));
      }
      floor = Math.max(floor, position);
      figures.writes++;
      write.answer().done(result, moment());
    }
  }

  void read(Pending<R, S> pending, S machine, long position) {
    if (pending.request instanceof Request.Read<R, S> read && pending.finish()) {
      if (position < pending.floor) {
        throw new BrokenPromise(
            "a read asked after %d was answered is served at %d"
                .formatted(pending.floor, position));
      }
      floor = Math.max(floor, position);
      figures.reads++;
      read.answer().done(machine, moment());
    }
  }

  /** The core refuses: nothing was or will be appended anywhere. */
  void refused(Pending<R, S> pending) {
    if (pending.request instanceof Request.Write<R, S>(Bytes command, var answer)) {
      judge.refused(command);
    }
    undone(pending);
  }

  /** Another command is committed in its place. */
  void overtaken(Pending<R, S> pending) {
    if (pending.request instanceof Request.Write<R, S>(Bytes command, var answer)) {
      judge.overtaken(command);
    }
    undone(pending);
  }

  private void undone(Pending<R, S> pending) {
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
