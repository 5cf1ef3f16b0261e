package dev.balsa.sim;

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
import dev.balsa.raft.trace.Beginning;
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
  /** So many events at one moment, and each begets another at once: there is no end to it. */
  private static final int MOVES_MAX = 20_000;

  /** More than any run needs, by far: it would never end, though its time goes on. */
  private static final int EVENTS_MAX = 2_000_000;

  private final Plan plan;
  private final Load<R, S> load;
  private final Membership founding;
  private final Hosting.Machines machines;
  private final Schedule schedule = new Schedule();
  private final Figures figures = new Figures();
  private final Judge judge;
  private final Twin<R, S> twin;
  private final Ledger<R, S> ledger;
  private final Links links;
  private final List<Host<R, S>> hosts = new ArrayList<>(); // by node id - 1
  private final List<Host<R, S>> inUse = new ArrayList<>();
  private final Operator<R, S> operator;
  private final Directories directories;
  private Weather weather;
  private @Nullable Consumer<String> trace;
  private @Nullable Recording recording;
  Witness witness = Witness.NOBODY; // set by witness()
  private UnaryOperator<RaftConfig> tuning = UnaryOperator.identity();
  private boolean asking = true;
  private boolean stormy = true;
  private long movedAt; // the time of the latest events, and how many there were since
  private int moves;
  private final RollingHash hash = new RollingHash();

  /** A world at its beginning. */
  public World(Plan plan, Load<R, S> load, Hosting hosting) {
    this.plan = plan;
    this.load = load;
    this.weather = plan.weather();
    this.founding = new Membership(plan.voters());
    this.machines = hosting.machines(plan.seed());
    this.judge = new Judge(founding);
    this.directories = new Directories(plan);
    this.twin = new Twin<>(load);
    this.ledger = new Ledger<>(judge, figures);
    this.links =
        new Links(
            plan,
            load.repeats(),
            schedule,
            figures,
            new Links.Ends() {
              @Override
              public void arrived(Flight flight) {
                host(flight.to()).arrived(flight);
              }

              @Override
              public void lost(NodeId from, NodeId to) {
                host(from).receive(new Input.Unreachable(to));
              }

              @Override
              public long directory(NodeId from) {
                return directories.latest(from);
              }
            });
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
    plan.faults().forEach(it -> schedule.at(it.at(), () -> nemesis.inflict(it.fault())));
    plan.clients().forEach(client -> new Client<>(this, client).begin());
  }

  /** Gives every input and output to {@code sink}, a line each, from now on. */
  public void trace(Consumer<String> sink) {
    trace = sink;
  }

  /** Writes down what every core is told; before the beginning. */
  public void record(Recordings next) {
    recording = next;
  }

  /**
   * Runs the whole plan: the storm, then the recovery that must follow.
   *
   * @throws BrokenPromise if a judge objects
   * @throws dev.balsa.raft.InvariantViolation if a core objects
   */
  public void run() {
    begin();
    advance(plan.stormNanos());
    new Aftermath<>(this).run();
    figures.judged = load.judge();
  }

  /** Starts the founding nodes. */
  void begin() {
    for (int i = 0; i < plan.nodes(); i++) {
      begin(hosts.get(i));
    }
  }

  /** The faults end; every machine, link and disk is as good as it can be. */
  void mend() {
    stormy = false;
    links.mend();
    weather(Weather.FAIR);
  }

  /** Clients ask nothing more. */
  void quiet() {
    asking = false;
  }

  Operator<R, S> operator() {
    return operator;
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
    moves = schedule.now() == movedAt ? moves + 1 : 0;
    movedAt = schedule.now();
    BrokenPromise.require(
        moves < MOVES_MAX,
        "time stands still at %s, where something is due again and again",
        movedAt);
    BrokenPromise.require(
        figures.events < EVENTS_MAX, "%s events, and each begets another", figures.events);
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
    for (int i = 0; i < inUse.size(); i++) {
      first = inUse.get(i).wakeAt() < first.wakeAt() ? inUse.get(i) : first;
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

  Directories directories() {
    return directories;
  }

  Ledger<R, S> ledger() {
    return ledger;
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
    if (host.standing() == Standing.SPARE) {
      inUse.add(host);
      host.start();
    }
  }

  /** A machine is not in use any more. */
  void left(Host<R, S> host) {
    inUse.remove(host);
    if (host.standing() == Standing.LOST) {
      operator.replace(host);
    }
  }

  /** A node's commit index rises. */
  void commits(Host<R, S> host, long from, long to, Membership inForce) {
    int before = judge.memberships();
    judge.commits(host.id, host.storage.medium(), from, to, inForce);
    if (judge.memberships() > before) {
      figures.returned +=
          directories.seated(judge.membership(), node -> host(node).storage.medium());
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
    RaftConfig config = plan.window().apply(plan.timing().apply(RaftConfig.of(node, seed)));
    return tuning.apply(load.configure(plan.snapshots().apply(plan.elections().apply(config))));
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
    links.send(from, to, machines.carry(from, to, message));
  }

  /** A process's core is there. */
  void started(Host<R, S> host, Beginning beginning, Raft core) {
    if (recording != null) {
      recording.started(host.id, now(), host.now(), beginning, core);
    }
  }

  /** A process ended. */
  void stopped(NodeId node, String reason) {
    witness.stopped(node, reason);
    if (recording != null) {
      recording.stopped(node, now(), reason);
    }
  }

  /** A core took an input: counts it, mixes it into the hash, tells the trace. */
  void stepped(Host<R, S> host, Raft core, Input input, Ready ready) {
    figures.steps++;
    witness.stepped(host.id, input, ready);
    hash.mix(schedule.now(), host.id, core.term(), input, ready);
    if (recording != null) {
      recording.stepped(host.id, now(), host.now(), input, ready, core);
    }
    trace(host.id, "<", input);
    trace(host.id, ">", ready);
  }

  void trace(NodeId node, String what, @Nullable Object detail) {
    if (trace != null) {
      trace.accept(schedule.now() + " " + node + " " + what + " " + detail);
    }
  }
}
