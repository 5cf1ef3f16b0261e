package dev.balsa.sim;

import static dev.balsa.sim.BrokenPromise.require;

import dev.balsa.raft.Raft;
import dev.balsa.raft.Seat;
import dev.balsa.raft.StateMachine;
import java.util.List;

/** What must come about once the faults end: a leader that stays, progress, and equal logs. */
final class Aftermath<R, S extends StateMachine<R>> {
  private static final long CATCH_UP_NANOS = 30_000_000;
  private static final int DUELS_MAX = 50; // four election timeouts each

  private final World<R, S> world;
  private final Plan plan;
  private final Judge judge;
  private final Operator<R, S> operator;

  Aftermath(World<R, S> world) {
    this.world = world;
    this.plan = world.plan();
    this.judge = world.judge();
    this.operator = world.operator();
  }

  void run() {
    recover();
    boolean settled = operator.canDecide();
    if (settled) {
      finish();
    } else {
      world.figures().stranded++;
    }
    for (Host<R, S> host : List.copyOf(world.inUse())) {
      host.stop(Storage.Loss.POWER);
      host.start();
    }
    require(
        world.inUse().stream().allMatch(Host::isUp),
        "a node does not start from a medium without fault");
    List<Medium> media =
        world.inUse().stream()
            .map(host -> host.storage.medium())
            .filter(medium -> settled && !medium.isPromising()) // damage may show as late as here
            .toList();
    judge.finish(media, world.load().repeats());
  }

  private void recover() {
    world.mend();
    for (Host<R, S> host : List.copyOf(world.inUse())) {
      host.storage.trouble(Storage.Trouble.NONE);
      if (!host.isUp()) {
        host.start();
      }
      host.heal();
    }
    long timeout = plan.timing().electionMaxNanos();
    world.advance(world.now() + 8 * timeout);
    operator.retireStrangers();
    world.advance(world.now() + 3 * timeout);
    boolean live = commits(timeout) || plan.clients().isEmpty();
    for (int more = 0; !live && more < duelsMax() && operator.canDecide(); more++) {
      live = commits(timeout);
    }
    int terms = judge.terms();
    world.quiet();
    // Who joined late may have a whole log to read, in a small window one entry at a time.
    long patience = world.now() + 4 * timeout + judge.committed() * CATCH_UP_NANOS;
    do {
      world.advance(world.now() + 4 * timeout);
    } while (world.now() < patience && operator.canDecide() && !isSettled());
    require(live || !operator.canDecide(), "nothing commits after the faults' end");
    require(terms == judge.terms() || !operator.canDecide(), "a healthy leader does not stay");
  }

  private boolean commits(long timeout) {
    int before = judge.committed();
    world.advance(world.now() + 4 * timeout);
    return judge.committed() > before;
  }

  /**
   * Who does not ask before it campaigns can take turns with a candidate whose log is behind and
   * who asks others: each raises the term in which the other would win. Only chance parts the two,
   * and thirty elections have been seen.
   */
  private int duelsMax() {
    return plan.elections().preVote() == Plan.Asking.ALL ? 0 : DUELS_MAX;
  }

  /** Whether everyone has heard of everything, and no learner is about to become a voter. */
  private boolean isSettled() {
    for (Host<R, S> host : world.inUse()) {
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
    for (Host<R, S> host : world.inUse()) {
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
}
