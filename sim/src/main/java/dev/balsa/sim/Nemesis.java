package dev.balsa.sim;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.StateMachine;
import dev.balsa.sim.Storage.Loss;
import dev.balsa.sim.Storage.Trouble;
import java.util.List;

/** Does to a world what its plan says. */
final class Nemesis<R, S extends StateMachine<R>> {
  private final World<R, S> world;
  private final Links links;

  Nemesis(World<R, S> world, Links links) {
    this.world = world;
    this.links = links;
  }

  void inflict(Fault fault) {
    if (!world.isStormy()) {
      return;
    }
    world.figures().fault(fault.name());
    switch (fault) {
      case Fault.PowerCut(NodeId node, long down) -> end(world.host(node), Loss.POWER, down);
      case Fault.Kill(NodeId node, long down) -> end(world.host(node), Loss.PROCESS, down);
      case Fault.Pause(NodeId node, long nanos) -> world.host(node).pauseUntil(world.now() + nanos);
      case Fault.Cut(NodeId from, NodeId to) -> links.cut(from, to);
      case Fault.Split(List<NodeId> side) -> links.split(side);
      case Fault.Mend() -> links.mend();
      case Fault.Hang(NodeId node, long nanos) -> world.host(node).hangUntil(world.now() + nanos);
      case Fault.FailForce(NodeId node) -> world.host(node).storage.trouble(Trouble.FORCE_FAILS);
      case Fault.FillDisk(NodeId node, long nanos) -> {
        Storage storage = world.host(node).storage;
        storage.trouble(Trouble.FULL);
        world.later(nanos, () -> storage.trouble(Trouble.NONE));
      }
      case Fault.Rate(NodeId node, int perMille) -> rate(world.host(node), perMille);
      case Fault.Freeze(NodeId node, long nanos) -> {
        Host<R, S> host = world.host(node);
        rate(host, 0);
        world.later(nanos, () -> rate(host, LocalClock.TRUE_RATE));
      }
      case Fault.Jump(NodeId node, long nanos) -> {
        Host<R, S> host = world.host(node);
        host.clock.jump(world.now(), nanos);
        host.clockChanged();
      }
    }
  }

  private void end(Host<R, S> host, Loss loss, long downNanos) {
    if (host.isUp()) {
      host.stop(loss);
      world.restartLater(host, downNanos);
    }
  }

  private void rate(Host<R, S> host, int perMille) {
    host.clock.rate(world.now(), perMille);
    host.clockChanged();
  }
}
