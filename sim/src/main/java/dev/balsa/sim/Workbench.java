package dev.balsa.sim;

import dev.balsa.raft.Change;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A world at the hands of a person: one thing at a time, with faults and requests in between. It
 * steers by time, messages, faults and clients only; no role, term or log can be set. The same
 * actions between the same things give the same run. Not thread-safe.
 *
 * @param <R> the result of the replicated machine's commands
 * @param <S> the replicated machine
 */
public final class Workbench<R, S extends StateMachine<R>> {
  private final World<R, S> world;
  private final Nemesis<R, S> nemesis;

  /**
   * Starts every node of a world that has not begun.
   *
   * @param tuning changes the settings of every process that starts
   */
  public Workbench(World<R, S> world, Witness witness, UnaryOperator<RaftConfig> tuning) {
    this.world = world;
    this.nemesis = new Nemesis<>(world, world.links(), world.operator());
    world.witness(witness);
    world.tune(tuning);
    world.begin();
  }

  /** Nanoseconds since the beginning. */
  public long now() {
    return world.now();
  }

  /** When the next thing happens; {@code Long.MAX_VALUE} if nothing ever does. */
  public long next() {
    return world.next();
  }

  /** Lets the next thing happen; false if nothing ever does. */
  public boolean step() {
    long next = world.next();
    return next < Long.MAX_VALUE && world.stepOnce(next);
  }

  /**
   * Lets time pass in which nothing happens.
   *
   * @throws IllegalArgumentException if something would happen at or before {@code time}
   */
  public void idle(long time) {
    if (time >= world.next()) {
      throw new IllegalArgumentException(
          "nothing may happen until " + time + " ns, but something does at " + world.next());
    }
    world.advance(time);
  }

  /** Something goes wrong now. */
  public void inflict(Fault fault) {
    nemesis.inflict(fault);
  }

  /** Starts a process on a node that has none; else does nothing. */
  public void start(NodeId node) {
    if (!world.host(node).isUp()) {
      world.host(node).start();
    }
  }

  /** Ends a {@link Fault.Pause}. */
  public void resume(NodeId node) {
    world.host(node).resume();
  }

  /** Ends a {@link Fault.Cut} of one direction. */
  public void mend(NodeId from, NodeId to) {
    world.links().mend(from, to);
  }

  /** Whether messages of this direction are lost. */
  public boolean isCut(NodeId from, NodeId to) {
    return world.links().isCut(from, to);
  }

  /**
   * All faults end but those of the weather: links and clocks are whole, and every machine that was
   * ever in use runs.
   */
  public void calm() {
    world.links().mend();
    for (Host<R, S> host : List.copyOf(world.inUse())) {
      if (!host.isUp()) {
        host.start();
      }
      host.heal();
    }
  }

  /** Links and disks are as {@code next} says from now on. */
  public void weather(Weather next) {
    world.weather(next);
  }

  /**
   * The node's clock jumps to the moment for which its core waits: its election timeout or
   * heartbeat comes at once, for no other reason than that time has passed for it.
   */
  public void hurry(NodeId node) {
    Host<R, S> host = world.host(node);
    if (host.deadline() > world.now()) {
      bring(host, world.now());
    }
  }

  /**
   * As {@link #hurry}, but the moment comes {@code nanos} from now, sooner or later than it would.
   */
  public void await(NodeId node, long nanos) {
    bring(world.host(node), world.now() + nanos);
  }

  /** All who wait for a leader wait equally long, as long as the most impatient of them. */
  public void align() {
    List<Host<R, S>> waiting = waiting();
    for (Host<R, S> host : waiting) {
      bring(host, waiting.getFirst().deadline());
    }
  }

  /**
   * All who wait for a leader do so for times as different as can be, the most patient as before.
   */
  public void spread() {
    List<Host<R, S>> waiting = waiting();
    long now = world.now();
    for (int i = 0; i < waiting.size() - 1; i++) {
      bring(waiting.get(i), now + (waiting.getLast().deadline() - now) * (i + 1) / waiting.size());
    }
  }

  /** Who does not lead and waits for something, the most impatient first. */
  private List<Host<R, S>> waiting() {
    List<Host<R, S>> waiting = new ArrayList<>();
    for (NodeId node : nodes()) {
      Host<R, S> host = world.host(node);
      Raft core = host.raft();
      if (core != null
          && !host.isPaused()
          && host.deadline() < Long.MAX_VALUE
          && core.status().role() != Status.RoleName.LEADER) {
        waiting.add(host);
      }
    }
    waiting.sort((one, other) -> Long.compare(one.deadline(), other.deadline()));
    return waiting;
  }

  /** A node's clock jumps so that what its core waits for comes at {@code time}. */
  private void bring(Host<R, S> host, long time) {
    long deadline = host.deadline();
    if (deadline != Long.MAX_VALUE && deadline != time) {
      inflict(new Fault.Jump(host.id, deadline - time));
    }
  }

  /**
   * A client asks {@code node}; {@code ended} is told when it got an answer or gave up.
   *
   * @return false if no process runs there
   */
  public boolean ask(NodeId node, Request<R, S> request, long patienceNanos, Runnable ended) {
    Pending<R, S> pending = world.ledger().pending(request, ended);
    if (!world.host(node).ask(pending)) {
      return false;
    }
    world.later(patienceNanos, () -> world.ledger().unknown(pending));
    return true;
  }

  /** Lets something happen after a while, such as a client's words arrive. */
  public void later(long nanos, Runnable action) {
    world.later(nanos, action);
  }

  /** The messages on their way, in the order in which they set out. */
  public List<Flight> flights() {
    return world.schedule().pending(Flight.class).stream()
        .filter(flight -> !flight.isOver())
        .sorted((one, other) -> Long.compare(one.id(), other.id()))
        .toList();
  }

  /** A message is lost. Nothing happens if it is over. */
  public void drop(long flight) {
    flights().stream().filter(it -> it.id() == flight).forEach(Flight::drop);
  }

  /** A message arrives now. Nothing happens if it is over. */
  public void deliver(long flight) {
    flights().stream().filter(it -> it.id() == flight).forEach(Flight::run);
  }

  /** The machines, in order: the first voters, then those that may join. */
  public List<NodeId> nodes() {
    return Plan.first(world.plan().machines());
  }

  /**
   * An operator asks a node for other members. A machine that is to join is started first; whether
   * the change is made is for the cores to say.
   */
  public void change(NodeId asked, List<Change> changes) {
    for (Change change : changes) {
      if (change instanceof Change.Add add) {
        world.begin(world.host(add.node()));
      }
    }
    world.host(asked).wish(changes);
  }

  /** An operator asks a node to hand its leadership to another. */
  public void transfer(NodeId asked, NodeId target) {
    world.host(asked).wish(target);
  }

  /** What a node is at the moment. */
  public Sight<S> look(NodeId node) {
    Host<R, S> host = world.host(node);
    Raft core = host.raft();
    Status status = core == null ? null : core.status();
    return new Sight<>(
        status,
        host.isPaused(),
        host.forces().isUnderWay(),
        host.deadline(),
        status == null ? 0 : host.clock.ahead(now(), status.leaseUntil()),
        host.storage.medium(),
        host.desk().applied(),
        host.desk().unheard(),
        host.desk().machine());
  }

  /** What all steps of all cores so far come down to. */
  public long hash() {
    return world.hash();
  }

  /**
   * One node, seen from outside.
   *
   * @param status what its core says, null while no process runs
   * @param isForcing whether its disk is at work
   * @param deadline when its core acts if nothing comes before, in the world's time
   * @param leaseEnd when the lease that it holds ends, in the world's time; 0 if it holds none
   * @param medium its disk
   * @param applied the last entry its machine took
   * @param waiting how many requests it has not answered, but for writes whose place in the log is
   *     known and not reached
   * @param machine null while no process runs
   * @param <S> the machine
   */
  public record Sight<S>(
      @Nullable Status status,
      boolean isPaused,
      boolean isForcing,
      long deadline,
      long leaseEnd,
      Medium medium,
      long applied,
      int waiting,
      @Nullable S machine) {}
}
