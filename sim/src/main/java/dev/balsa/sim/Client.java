package dev.balsa.sim;

import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;

/** Asks one request after the other, of any node; gives up on one that takes too long. */
final class Client<R, S extends StateMachine<R>> {
  private final World<R, S> world;
  private final Plan.ClientPlan plan;
  private final SplitMix chance;
  private final long patienceNanos;
  private final long calmThinkNanos; // after the faults: often enough to see commits go on
  private long requests;

  Client(World<R, S> world, Plan.ClientPlan plan) {
    this.world = world;
    this.plan = plan;
    this.chance = new SplitMix(world.plan().seed() * 7919 + plan.client());
    this.calmThinkNanos = Math.min(plan.thinkNanos(), world.plan().timing().electionMaxNanos() / 8);
    this.patienceNanos = 6 * world.plan().timing().electionMaxNanos();
  }

  void begin() {
    long think = world.isStormy() ? plan.thinkNanos() : calmThinkNanos;
    world.later(chance.nextBetween(0, 2 * think) + 1, this::ask);
  }

  private void ask() {
    if (!world.isAsking()) {
      return;
    }
    if (world.isStormy() && requests >= plan.requestsMax()) {
      begin(); // it looks again, since after the storm it must see commits go on
      return;
    }
    requests++;
    Request<R, S> request = world.load().next(plan.client(), world.ledger().moment(), chance);
    Pending<R, S> pending = world.ledger().pending(request, this::begin);
    if (world.anyHost(chance.nextLong()).ask(pending)) {
      world.later(patienceNanos, () -> world.ledger().unknown(pending));
    } else {
      world.ledger().refused(pending);
    }
  }
}
