package dev.balsa.sim;

import dev.balsa.raft.Change;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.SnapshotWork;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.trace.Beginning;
import dev.balsa.sim.Storage.StorageRefused;
import dev.balsa.sim.Storage.StorageStopped;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The host of one core, one machine with its clock and disk. Does its duties in the order of the
 * durable node's loop: messages, clients, timers; what may leave at once leaves, then one force,
 * then the rest.
 */
final class Host<R, S extends StateMachine<R>> {
  final NodeId id;
  final Storage storage;
  final LocalClock clock;
  private final World<R, S> world;
  private final SplitMix chance;

  private @Nullable Raft raft; // null while the process is down
  private final Desk<R, S> desk;
  private long process;
  private long pausedUntil = Long.MIN_VALUE;
  private long wakeAt = Long.MAX_VALUE;
  private Standing standing = Standing.SPARE;
  private boolean suspect;
  private boolean damagedSinceStart;
  private boolean lacking; // what damage took
  private final Greetings greetings = new Greetings();
  private final Applier<R, S> applier;
  private final Forces<R, S> forces;
  private final Camera<R, S> camera;
  private long latest = Long.MIN_VALUE; // greatest time its clock has shown
  private final ArrayDeque<Input> inbox = new ArrayDeque<>();

  Host(World<R, S> world, NodeId id, Storage storage, SplitMix chance) {
    this.world = world;
    this.id = id;
    this.storage = storage;
    this.chance = chance;
    this.clock = new LocalClock(chance.nextBetween(-1_000_000_000_000L, 1_000_000_000_000L));
    this.desk = new Desk<>(world, id);
    this.applier = new Applier<>(world, this);
    this.camera = new Camera<>(world, this, chance);
    this.forces = new Forces<>(world, this, chance);
  }

  Standing standing() {
    return standing;
  }

  /** Its disk was damaged, whether or not that shows. */
  void suspect() {
    suspect = true;
    damagedSinceStart = true;
  }

  boolean isSuspect() {
    return suspect || world.directories().isMissing(id);
  }

  /** The disk is lost with all that it promised; an empty one takes its place. */
  void loseDisk() {
    stop(Storage.Loss.POWER);
    storage.lose();
    world.directories().lost(id);
    suspect = false;
    lacking = false;
  }

  boolean isUp() {
    return raft != null;
  }

  /** Whether it is down and may come back. */
  boolean isRestartable() {
    return raft == null && standing == Standing.IN_USE;
  }

  long process() {
    return process;
  }

  @Nullable Raft raft() {
    return raft;
  }

  Desk<R, S> desk() {
    return desk;
  }

  long commit() {
    return applier.commit();
  }

  /** When this host wants to act if nothing comes before. */
  long wakeAt() {
    return wakeAt;
  }

  /** Starts a process from what the disk holds. */
  void start() {
    standing = Standing.IN_USE;
    process++;
    greetings.clear();
    world.figures().starts++;
    desk.open(world.load().machine());
    try {
      Restored restored = storage.open();
      restored = world.directories().name(id, restored);
      SnapshotMeta snapshot = restored.snapshot();
      desk.begin(snapshot, storage);
      applier.open(snapshot == null ? 0 : snapshot.last().index());
      camera.open(applier.commit());
      RaftConfig config = world.config(id, chance.nextLong());
      Raft core = Raft.start(config, world.founding(id), restored, storage.log(), now());
      world.started(this, new Beginning(config, world.founding(id), restored), core);
      applier.begin(core);
      raft = core;
      damagedSinceStart = false; // all of the disk was just read
      lacking = restored.lost() != null;
      if (lacking) {
        world.figures().repaired++;
        world.judge().foundDamaged(id, storage.medium());
      }
    } catch (StorageRefused refused) {
      world.trace(id, "refuses to start", refused.getMessage());
      world.figures().refusedStarts++;
      desk.close();
      leave(Standing.LOST);
      return;
    } catch (StorageStopped stopped) {
      world.trace(id, "does not start", stopped.getMessage());
      desk.close();
      storage.stop(Storage.Loss.POWER, chance);
      world.restartLater(this, chance.nextBetween(0, 1_000_000_000));
      return;
    }
    world.trace(id, "starts", "");
    world.witness.started(id);
    turn();
  }

  /** The machine is not started again. */
  void leave(Standing next) {
    stop(Storage.Loss.POWER);
    standing = next;
    world.left(this);
  }

  /** The process ends; nobody is told. */
  void stop(Storage.Loss loss) {
    if (raft == null) {
      return;
    }
    world.trace(id, "stops", loss);
    raft = null;
    forces.stop();
    inbox.clear();
    wakeAt = Long.MAX_VALUE;
    pausedUntil = Long.MIN_VALUE;
    desk.close();
    storage.stop(loss, chance);
    world.stopped(id, loss.name());
    world.judge().durable();
  }

  void pauseUntil(long time) {
    pausedUntil = Math.max(pausedUntil, time);
    sleep();
  }

  boolean isPaused() {
    return pausedUntil > world.now();
  }

  /** A pause ends now. */
  void resume() {
    pausedUntil = Math.min(pausedUntil, world.now());
    turn();
  }

  Forces<R, S> forces() {
    return forces;
  }

  long pausedUntil() {
    return pausedUntil;
  }

  /** When the core wants to be woken, in the world's time; {@code Long.MAX_VALUE} for never. */
  long deadline() {
    Raft core = raft;
    return core == null ? Long.MAX_VALUE : clock.world(core.deadline());
  }

  /** All that slows this host ends; its clock is no longer behind what it has shown. */
  void heal() {
    clock.rate(world.now(), LocalClock.TRUE_RATE);
    clock.jump(world.now(), Math.max(0, latest - clock.local(world.now())));
    pausedUntil = Math.min(pausedUntil, world.now());
    forces.heal();
    turn();
  }

  void clockChanged() {
    sleep();
  }

  /** A message arrives, as on a connection, whose first words say which directory speaks. */
  void arrived(Flight flight) {
    if (raft == null || !world.directories().areTold()) {
      receive(new Input.Receive(flight.message()));
    } else {
      greetings.inputs(flight).forEach(this::receive);
    }
  }

  void receive(Input input) {
    if (raft != null) {
      inbox.add(input);
      turn();
    }
  }

  /** A client asks; false if nobody listens. */
  boolean ask(Pending<R, S> pending) {
    if (raft == null) {
      return false;
    }
    Input joined = desk.join(pending, inbox.peekLast());
    if (joined == null) {
      inbox.add(desk.input(pending));
    } else {
      inbox.removeLast();
      inbox.add(joined);
    }
    turn();
    return true;
  }

  /** An operator wants other members, or another leader. */
  void wish(List<Change> changes) {
    if (raft != null) {
      receive(desk.change(changes));
    }
  }

  void wish(NodeId leader) {
    if (raft != null) {
      receive(desk.transfer(leader));
    }
  }

  /** Does all that can be done now, but for waiting for the disk. */
  void turn() {
    if (raft == null) {
      return;
    }
    if (pausedUntil > world.now() || isBusy()) {
      sleep();
      return;
    }
    try {
      duties();
    } catch (StorageStopped stopped) {
      failed(stopped);
    }
  }

  private void duties() {
    Input input;
    while ((input = inbox.poll()) != null) {
      step(input);
    }
    Raft core = raft;
    if (core != null && now() >= core.deadline()) {
      step(new Input.Wake());
    }
    apply();
    if (core != null && raft == core) {
      camera.takeIfDue(core);
    }
    forces.beginIfDue();
    sleep();
  }

  /** What this machine's clock shows. */
  long now() {
    long local = clock.local(world.now());
    latest = Math.max(latest, local);
    return local;
  }

  private void sleep() {
    Raft core = raft;
    if (core == null || isBusy()) {
      wakeAt = Long.MAX_VALUE;
    } else {
      long work = inbox.isEmpty() ? clock.world(core.deadline()) : world.now();
      wakeAt = Math.max(work, Math.max(pausedUntil, world.now()));
    }
  }

  /** Whether nothing else can happen before a force is done. */
  private boolean isBusy() {
    return forces.isUnderWay() && world.plan().host() == Plan.Host.TURNS;
  }

  void failed(StorageStopped stopped) {
    world.trace(id, "fails", stopped.getMessage());
    stop(Storage.Loss.POWER);
    world.restartLater(this, chance.nextBetween(0, 1_000_000_000));
  }

  private void step(Input input) {
    Raft core = raft;
    if (core == null) {
      return;
    }
    Membership inForce = core.membership();
    Ready ready = core.step(now(), input);
    world.stepped(this, core, input, ready);
    Ready.Persist persist = ready.persist();
    if (persist != null) {
      if (persist.append() != null) {
        world.judge().appended(id, core.term(), persist.append(), storage.medium());
      }
      storage.write(persist);
      forces.wrote(persist.sequence());
    }
    for (Event event : ready.events()) {
      observe(core, event, inForce);
    }
    for (SnapshotWork work : ready.snapshots()) {
      camera.work(work);
    }
    applier.check(camera.latest());
    regain(core);
    send(ready.sendNow());
    forces.send(ready.sendDurable());
    desk.answered(ready);
  }

  /** A disk whose damage is made up for may be relied on again. */
  private void regain(Raft core) {
    if (lacking && core.lost() == null) {
      lacking = false;
      suspect = damagedSinceStart;
      storage.regained();
    }
  }

  void send(List<Ready.Outgoing> messages) {
    for (Ready.Outgoing outgoing : messages) {
      world.send(id, outgoing.to(), outgoing.message());
    }
  }

  private void observe(Raft core, Event event, Membership inForce) {
    switch (event) {
      case Event.BecameLeader(long term, EntryId last) ->
          world.judge().became(id, term, storage.medium());
      case Event.CommitAdvanced(long from, long to) -> applier.advanced(core, from, to, inForce);
      default -> world.figures().count(event); // the judges need no others
    }
  }

  /** A force has made all writes up to {@code sequence} durable. */
  void forced(long sequence) {
    inbox.addFirst(new Input.Persisted(sequence));
    turn();
  }

  private void apply() {
    Raft core = raft;
    if (core != null) {
      applier.apply(core);
    }
  }
}
