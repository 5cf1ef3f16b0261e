package dev.balsa.sim;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.sim.Storage.Loss;
import dev.balsa.sim.Storage.Trouble;
import java.util.List;

/**
 * Does to a world what its plan says. A fault meant for a machine that is not in use strikes one
 * that is. Disks are damaged for good only as far as those that are left can decide: beyond that
 * nobody promises anything.
 */
final class Nemesis<R, S extends StateMachine<R>> {
  private final World<R, S> world;
  private final Links links;
  private final Operator<R, S> operator;

  Nemesis(World<R, S> world, Links links, Operator<R, S> operator) {
    this.world = world;
    this.links = links;
    this.operator = operator;
  }

  void inflict(Fault fault) {
    if (world.isStormy() && happens(fault) && fault.harms()) {
      world.figures().fault(fault.name());
    }
  }

  private Host<R, S> host(NodeId node) {
    if (node.equals(Fault.LEADER)) {
      return leader();
    }
    Host<R, S> host = world.host(node);
    return host.standing() == Standing.IN_USE ? host : world.anyHost(node.value());
  }

  /** Who leads the latest term, as far as it knows itself. */
  private Host<R, S> leader() {
    Host<R, S> leader = world.anyHost(0);
    long term = -1;
    for (Host<R, S> host : world.inUse()) {
      Raft core = host.raft();
      if (core != null && host.id.equals(core.leader()) && core.term() > term) {
        leader = host;
        term = core.term();
      }
    }
    return leader;
  }

  private NodeId id(NodeId node) {
    return node.equals(Fault.LEADER) ? leader().id : node;
  }

  /** Does it; false if it has no effect. */
  private boolean happens(Fault fault) {
    return switch (fault) {
      case Fault.PowerCut(NodeId node, long down) -> end(host(node), Loss.POWER, down);
      case Fault.Kill(NodeId node, long down) -> end(host(node), Loss.PROCESS, down);
      case Fault.Pause(NodeId node, long nanos) -> pause(host(node), nanos);
      case Fault.Cut(NodeId from, NodeId to) -> links.cut(id(from), id(to));
      case Fault.Split(List<NodeId> side) -> links.split(side.stream().map(this::id).toList());
      case Fault.Mend() -> {
        links.mend();
        yield true;
      }
      case Fault.Hang(NodeId node, long nanos) -> {
        host(node).forces().hangUntil(world.now() + nanos);
        yield host(node).isUp();
      }
      case Fault.SlowDisk(NodeId node, long forceNanos, long nanos) -> {
        host(node).forces().slowUntil(world.now() + nanos, forceNanos);
        yield host(node).isUp();
      }
      case Fault.FailForce(NodeId node) -> trouble(host(node), Trouble.FORCE_FAILS);
      case Fault.FailRead(NodeId node) -> trouble(host(node), Trouble.READ_FAILS);
      case Fault.CutShort(NodeId node) -> trouble(host(node), Trouble.POWER_FAILS);
      case Fault.FillDisk(NodeId node, long nanos) -> {
        Host<R, S> host = host(node);
        world.later(nanos, () -> host.storage.trouble(Trouble.NONE));
        yield trouble(host, Trouble.FULL);
      }
      case Fault.DamageDisk(NodeId node, Storage.Damage kind, long chance) ->
          damage(host(node), kind, new SplitMix(chance));
      case Fault.Wipe(NodeId node) -> wipe(host(node));
      case Fault.LoseDisk(NodeId node, long down) -> loseDisk(host(node), down);
      case Fault.Rate(NodeId node, int perMille) -> rate(host(node), perMille);
      case Fault.Freeze(NodeId node, long nanos) -> {
        Host<R, S> host = host(node);
        world.later(nanos, () -> rate(host, LocalClock.TRUE_RATE));
        yield rate(host, 0);
      }
      case Fault.Jump(NodeId node, long nanos) -> {
        Host<R, S> host = host(node);
        host.clock.jump(world.now(), nanos);
        host.clockChanged();
        yield true;
      }
      case Fault.Reshape(NodeId node, long chance) -> operator.reshape(host(node), chance);
      case Fault.Transfer(NodeId node, NodeId target) -> operator.transfer(host(node), id(target));
    };
  }

  private boolean end(Host<R, S> host, Loss loss, long downNanos) {
    boolean up = host.isUp();
    if (up) {
      host.stop(loss);
      if (downNanos < Fault.FOREVER) {
        world.restartLater(host, downNanos);
      }
    }
    return up;
  }

  private boolean pause(Host<R, S> host, long nanos) {
    host.pauseUntil(nanos < Fault.FOREVER ? world.now() + nanos : Fault.FOREVER);
    return host.isUp();
  }

  private boolean trouble(Host<R, S> host, Trouble trouble) {
    host.storage.trouble(trouble);
    return host.isUp();
  }

  private boolean damage(Host<R, S> host, Storage.Damage kind, SplitMix chance) {
    boolean done = operator.canSpare(host) && host.storage.damage(kind, chance);
    if (done) {
      host.suspect();
    }
    return done;
  }

  private boolean wipe(Host<R, S> host) {
    boolean spared =
        host.standing() == Standing.IN_USE && operator.canSpare(host) && world.inUse().size() > 1;
    if (spared) {
      host.leave(Standing.LOST);
    }
    return spared;
  }

  private boolean loseDisk(Host<R, S> host, long downNanos) {
    boolean spared =
        host.standing() == Standing.IN_USE
            && operator.canSpare(host)
            && !operator.couldFoundAgain(host);
    if (spared) {
      host.loseDisk();
      world.restartLater(host, downNanos);
    }
    return spared;
  }

  private boolean rate(Host<R, S> host, int perMille) {
    host.clock.rate(world.now(), perMille);
    host.clockChanged();
    return perMille != LocalClock.TRUE_RATE;
  }
}
