package dev.balsa.node;

import dev.balsa.node.net.Transport;
import dev.balsa.node.wal.SharedLog;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Message;
import dev.balsa.raft.NoCommit;
import dev.balsa.raft.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The one thread that owns the cores of all groups, the peers' sockets and the log. A turn takes
 * all that has gathered, lets what may leave at once leave, forces the log once, and lets the rest
 * follow:
 *
 * <pre>
 *  poll sockets ─► step ─► proposals, reads ─► step ─► timers ─► flush ─► hand to applier ─► force ─► send
 *                                                              (meanwhile the next batch gathers)
 * </pre>
 *
 * Inputs are drained before timers are looked at, so a slow force starts no election; and a hung
 * force silences this node's heartbeats, so that others take over. Only groups that heard
 * something, were signaled or are due take part in a turn; the others cost nothing.
 */
final class Loop implements Runnable {
  /** How often a turn may let others add to its batch; each yield is some microseconds. */
  private static final int YIELDS_MAX = 32;

  /** How often a full disk is asked for space. */
  private static final long SEEK_ROOM_NANOS = 500_000_000;

  private static final long NO_FORCE = Long.MIN_VALUE;

  private final SharedLog log;
  private final Transport transport;
  private final NodeListener listener;
  private final long batchBytesMax;
  private final Consumer<Throwable> failed;
  private final Signals signals;
  private final ConcurrentLinkedQueue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final TreeMap<GroupId, LogKept> kept = new TreeMap<>(); // as it was told
  private final Transport.Receiver receiver = new Hearing();

  private final Map<GroupId, Group<?, ?>> groups = new HashMap<>();
  private final Map<NodeId, IncarnationId> greeted = new TreeMap<>();
  private final Timers timers = new Timers();
  private final Consumer<Group<?, ?>> activating = this::activate; // made once, taken every turn
  private final List<Group<?, ?>> active = new ArrayList<>(); // in this turn

  private volatile boolean stopping; // written by any thread, once
  private volatile boolean ended; // written by the loop thread, once
  private volatile long forceBegan = NO_FORCE; // written by the loop thread only
  private final LongAdder unknownGroupMessages = new LongAdder();

  private boolean diskFull;
  private long soughtRoom = System.nanoTime();

  /** Something for the loop's thread to do. */
  interface Task {
    void run();

    /** The loop ends without it. */
    void stopped();
  }

  /**
   * A loop without groups.
   *
   * @param batchBytesMax how much a turn lets gather before it goes on
   */
  Loop(
      SharedLog log,
      Transport transport,
      NodeListener listener,
      long batchBytesMax,
      Consumer<Throwable> failed) {
    this.log = log;
    this.transport = transport;
    this.listener = listener;
    this.batchBytesMax = batchBytesMax;
    this.failed = failed;
    this.signals = new Signals(transport::wakeup);
  }

  /** How groups ask to be looked at. */
  Signals signals() {
    return signals;
  }

  /** Takes a group in. On this thread, or before it is started. */
  void add(Group<?, ?> group) {
    groups.put(group.id(), group);
    greeted.forEach((peer, incarnation) -> group.step(new Input.Greeted(peer, incarnation)));
    activate(group);
    group.signal(); // outside of a turn, for the next one
  }

  /** Ends a group and forgets it. On this thread. */
  void remove(Group<?, ?> group) {
    groups.remove(group.id());
    active.remove(group);
    timers.remove(group);
    group.end();
  }

  /** Leaves something to do. Any thread. */
  void leave(Task task) {
    tasks.add(task);
    transport.wakeup();
    if (ended) {
      stopTasks();
    }
  }

  /** Ends the thread after the current turn. Any thread. */
  void stop() {
    stopping = true;
    transport.wakeup();
  }

  /** How many messages came for a group that is not here. Any thread. */
  long unknownGroupMessages() {
    return unknownGroupMessages.sum();
  }

  /** The same status with a force that has lasted for {@code longNanos} or more. Any thread. */
  NodeStatus withForce(NodeStatus status, long longNanos) {
    long began = forceBegan;
    long lasts = began == NO_FORCE ? 0 : System.nanoTime() - began;
    return lasts < longNanos ? status : status.because(new NoCommit.ForceHangs(lasts));
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        turn();
      }
    } catch (Throwable cause) {
      // The root of this thread: whatever broke, the node must not go on half alive.
      failed.accept(cause);
    } finally {
      ended = true;
      groups.values().forEach(Group::end);
      stopTasks();
    }
  }

  private void stopTasks() {
    for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
      task.stopped();
    }
  }

  private void turn() {
    listener.turn();
    transport.poll(pollNanos(), receiver);
    for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    signals.take(activating);
    gather();
    activateDue();
    for (int i = 0; i < active.size(); i++) {
      active.get(i).serve();
    }
    transport.flush();
    handOver(); // what the peers' answers committed need not wait for this turn's force
    force();
    handOver();
    relieve();
    for (int i = 0; i < active.size(); i++) {
      active.get(i).takeSnapshot();
    }
    seekRoom();
    publish();
  }

  private void activate(Group<?, ?> group) {
    if (!group.active && groups.get(group.id()) == group) {
      group.active = true;
      active.add(group);
    }
  }

  private void activateDue() {
    long now = System.nanoTime();
    while (timers.deadline() <= now) {
      Group<?, ?> due = timers.first();
      timers.set(due, Long.MAX_VALUE); // until the turn ends
      activate(due);
    }
  }

  /**
   * Lets callers that are about to submit do so, for as long as each yield brings more: under load
   * a force then carries more commands, and without load this returns at once.
   */
  @SuppressWarnings("ThreadPriorityCheck") // only batching depends on it, measured by bench
  private void gather() {
    long before = intakeBytes();
    for (int yields = 0; before > 0 && yields < YIELDS_MAX; yields++) {
      Thread.yield();
      signals.take(activating);
      long now = intakeBytes();
      if (now == before || now > batchBytesMax) {
        return;
      }
      before = now;
    }
  }

  private long intakeBytes() {
    long bytes = 0;
    for (int i = 0; i < active.size(); i++) {
      bytes += active.get(i).intake().bytes();
    }
    return bytes;
  }

  /** How long the loop may sleep. */
  private long pollNanos() {
    long deadline = timers.deadline();
    if (diskFull) {
      deadline = Math.min(deadline, soughtRoom + SEEK_ROOM_NANOS);
    }
    return deadline == Long.MAX_VALUE ? deadline : deadline - System.nanoTime();
  }

  private void handOver() {
    for (int i = 0; i < active.size(); i++) {
      active.get(i).handOver();
    }
  }

  /** One force for all that this turn wrote; then what waited for it may leave. */
  private void force() {
    boolean unforced = false;
    for (int i = 0; i < active.size(); i++) {
      unforced |= active.get(i).isUnforced();
    }
    if (!unforced) {
      return;
    }
    long start = System.nanoTime();
    forceBegan = start;
    log.force();
    forceBegan = NO_FORCE;
    listener.forced(System.nanoTime() - start);
    for (int i = 0; i < active.size(); i++) {
      active.get(i).forced();
    }
    transport.flush();
  }

  /** Groups whose logs keep old segments let go of what they can. */
  private void relieve() {
    for (GroupId id : log.takePressed()) {
      Group<?, ?> group = groups.get(id);
      if (group == null) {
        tell(id, LogKept.NOT_OPEN);
      } else if (group.hasSnapshots()) {
        activate(group);
        group.relieve();
      } else {
        tell(id, LogKept.NO_SNAPSHOTS);
      }
    }
  }

  private void tell(GroupId group, LogKept why) {
    if (kept.put(group, why) != why) {
      listener.logKept(group, why);
    }
  }

  /** A full disk stops commands, not the node; whether it has space again is looked for. */
  private void seekRoom() {
    boolean isShort = log.room() < Long.MAX_VALUE;
    if (isShort != diskFull) {
      diskFull = isShort;
      listener.diskFull(isShort);
      groups.values().forEach(activating); // each says so of itself
    }
    long now = System.nanoTime();
    if (isShort && now - soughtRoom >= SEEK_ROOM_NANOS) {
      soughtRoom = now;
      log.seekRoom();
    }
  }

  private void publish() {
    for (int i = 0; i < active.size(); i++) {
      Group<?, ?> group = active.get(i);
      group.publish();
      group.active = false;
      timers.set(group, group.deadline());
    }
    active.clear();
  }

  /** What the peers' network tells. */
  private final class Hearing implements Transport.Receiver {
    @Override
    public void greeted(NodeId peer, IncarnationId incarnation) {
      greeted.put(peer, incarnation);
      all(new Input.Greeted(peer, incarnation));
    }

    @Override
    public void knocked(NodeId stranger) {
      groups.values().forEach(group -> group.roster().knocked(stranger, System.nanoTime()));
    }

    @Override
    public void removed(NodeId peer) {
      groups.values().forEach(group -> group.roster().removed());
    }

    @Override
    public void received(GroupId to, Message message) {
      Group<?, ?> group = groups.get(to);
      if (group == null) {
        unknownGroupMessages.increment();
        return;
      }
      activate(group);
      group.step(new Input.Receive(message));
    }

    @Override
    public void unreachable(NodeId peer) {
      all(new Input.Unreachable(peer));
    }

    private void all(Input input) {
      for (Group<?, ?> group : groups.values()) {
        activate(group);
        group.step(input);
      }
    }
  }
}
