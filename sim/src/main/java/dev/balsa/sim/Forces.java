package dev.balsa.sim;

import dev.balsa.raft.Ready;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.sim.Storage.StorageStopped;
import java.util.ArrayDeque;
import java.util.List;

/** A host's writes on their way to its disk, and the messages that wait for them. */
final class Forces<R, S extends StateMachine<R>> {
  private static final long LOOK_AGAIN_NANOS = 50_000_000;

  private final World<R, S> world;
  private final Host<R, S> host;
  private final SplitMix chance;

  private boolean underWay;
  private long unforced; // sequence of the last write that no force has covered, 0 if none
  private long hungUntil = Long.MIN_VALUE;
  private long slowUntil = Long.MIN_VALUE;
  private long slowNanos;
  private final ArrayDeque<Held> held = new ArrayDeque<>();

  private record Held(long sequence, Ready.Outgoing outgoing) {}

  Forces(World<R, S> world, Host<R, S> host, SplitMix chance) {
    this.world = world;
    this.host = host;
    this.chance = chance;
  }

  boolean isUnderWay() {
    return underWay;
  }

  /** Until then every force takes up to {@code nanos} longer. */
  void slowUntil(long time, long nanos) {
    slowUntil = time;
    slowNanos = nanos;
  }

  /** No force returns before then. */
  void hangUntil(long time) {
    hungUntil = Math.max(hungUntil, time);
  }

  /** All that slows the disk ends. */
  void heal() {
    hungUntil = Long.MIN_VALUE;
    slowUntil = Long.MIN_VALUE;
  }

  /** The process ends. */
  void stop() {
    underWay = false;
    unforced = 0;
    held.clear();
  }

  /** A write was given to the disk. */
  void wrote(long sequence) {
    unforced = sequence;
  }

  /** Sends messages once all that was written before them is durable. */
  void send(List<Ready.Outgoing> messages) {
    if (unforced == 0 && held.isEmpty()) {
      host.send(messages);
    } else {
      for (Ready.Outgoing outgoing : messages) {
        held.add(new Held(unforced, outgoing));
      }
    }
  }

  void beginIfDue() {
    if (unforced == 0 || underWay) {
      return;
    }
    underWay = true;
    long sequence = unforced;
    long process = host.process();
    long slow = slowUntil > world.now() ? chance.nextBetween(0, slowNanos) : 0;
    world.later(slow + chance.nextBetween(0, world.forceNanosMax()), () -> end(process, sequence));
  }

  private void end(long process, long sequence) {
    if (!host.isUp() || host.process() != process) {
      return;
    }
    long busyUntil = Math.max(hungUntil, host.pausedUntil());
    if (busyUntil > world.now()) {
      // In small steps, since whatever holds it up may end earlier.
      long nanos = Math.min(busyUntil - world.now(), LOOK_AGAIN_NANOS);
      world.later(nanos, () -> end(process, sequence));
      return;
    }
    try {
      host.storage.force();
    } catch (StorageStopped stopped) {
      host.failed(stopped);
      return;
    }
    world.figures().forces++;
    underWay = false;
    world.witness.forced(host.id);
    world.judge().durable();
    if (unforced == sequence) {
      unforced = 0;
    }
    while (!held.isEmpty() && held.getFirst().sequence() <= sequence) {
      Ready.Outgoing outgoing = held.removeFirst().outgoing();
      world.send(host.id, outgoing.to(), outgoing.message());
    }
    host.forced(sequence);
  }
}
