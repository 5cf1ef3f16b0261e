package dev.balsa.web;

import static dev.balsa.sim.BrokenPromise.require;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.Status;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.sim.BrokenPromise;
import dev.balsa.sim.Workbench.Sight;
import org.jspecify.annotations.Nullable;

/**
 * The end of all faults, and what must come about after it: a leader that stays, who has committed
 * all there is, members who have applied it, clients who wait no more. Judged only where the
 * timeouts are long enough for that (paper §5.6), and if nothing more is done meanwhile.
 */
final class Calm {
  private static final int ELECTION = 8; // longest timeouts until somebody must lead
  private static final int REIGN = 4; // longest timeouts for which it must stay
  private static final long CATCH_UP_NANOS = 30_000_000; // for each entry, one at a time

  private final Stage stage;
  private final long timeout; // nanoseconds
  private final int deeds;
  private long patience; // until when, in nanoseconds

  Calm(Stage stage) {
    this.stage = stage;
    this.timeout = stage.setup().timeouts().max() * 1_000_000;
    this.deeds = stage.deeds();
  }

  void begin() {
    stage.bench.calm();
    if (stage.setup().timeouts().allowLeaders()) {
      stage.bench.later(ELECTION * timeout, this::elected);
    }
  }

  private void elected() {
    if (stage.deeds() == deeds) {
      Status leader = leader();
      if (leader == null) {
        throw new BrokenPromise("nobody leads, long after the faults' end");
      }
      patience = stage.now() + REIGN * timeout + leader.last().index() * CATCH_UP_NANOS;
      stage.bench.later(REIGN * timeout, () -> settled(leader.self(), leader.term()));
    }
  }

  private void settled(NodeId node, long term) {
    if (stage.deeds() != deeds) {
      return;
    }
    Status leader = leader();
    if (leader == null || leader.term() != term) {
      throw new BrokenPromise("the leader of term %s does not stay, though nothing is wrong", term);
    }
    boolean late = stage.now() >= patience;
    boolean well = isWell(node, leader.last().index(), late);
    for (Status.Follower follower : leader.followers()) {
      well &= isWell(follower.node(), leader.last().index(), late);
    }
    if (well) {
      stage.chronicle.add(new Happening.Settled(node, leader.commit()));
    } else {
      stage.bench.later(timeout, () -> settled(node, term));
    }
  }

  /** Whether a node has done all there is to do; it must have, once it is late. */
  private boolean isWell(NodeId node, long last, boolean late) {
    Sight<?> sight = stage.bench.look(node);
    boolean well = sight.applied() == last && sight.waiting() == 0;
    require(
        sight.applied() == last || !late,
        "%s has applied %s of %s entries, though nothing is wrong",
        node,
        sight.applied(),
        last);
    require(well || !late, "%s leaves clients without an answer, though nothing is wrong", node);
    return well;
  }

  /** Who leads the latest term. */
  private @Nullable Status leader() {
    Status leader = null;
    for (NodeId node : stage.bench.nodes()) {
      Status status = stage.bench.look(node).status();
      if (status != null
          && status.role() == RoleName.LEADER
          && (leader == null || status.term() > leader.term())) {
        leader = status;
      }
    }
    return leader;
  }
}
