package dev.balsa.sim;

import dev.balsa.raft.NodeId;
import java.util.List;

/**
 * What goes wrong, or is asked by an operator, at one moment of a run. Durations are in
 * nanoseconds.
 */
public sealed interface Fault {
  /** In place of a node: whoever leads at that moment. */
  NodeId LEADER = new NodeId(0);

  /** What it is called in scenarios and figures. */
  String name();

  /** Whether it is a fault; else it is the end of one, or something that an operator wants. */
  default boolean harms() {
    return true;
  }

  /** How long what does not end by itself lasts, in nanoseconds. */
  long FOREVER = Long.MAX_VALUE;

  /** The machine loses its power and starts again after a while. */
  record PowerCut(NodeId node, long downNanos) implements Fault {
    @Override
    public String name() {
      return "power-cut";
    }
  }

  /** The process is killed and starts again after a while. */
  record Kill(NodeId node, long downNanos) implements Fault {
    @Override
    public String name() {
      return "kill";
    }
  }

  /** The process stands still, as in a long garbage collection, while its clock goes on. */
  record Pause(NodeId node, long nanos) implements Fault {
    @Override
    public String name() {
      return "pause";
    }
  }

  /** Messages of one direction between two nodes are lost. */
  record Cut(NodeId from, NodeId to) implements Fault {
    @Override
    public String name() {
      return "cut";
    }
  }

  /** The network falls apart in two. */
  record Split(List<NodeId> side) implements Fault {
    public Split {
      side = List.copyOf(side);
    }

    @Override
    public String name() {
      return "split";
    }
  }

  /** All links are whole again. */
  record Mend() implements Fault {
    @Override
    public String name() {
      return "mend";
    }

    @Override
    public boolean harms() {
      return false;
    }
  }

  /** A force that is under way, or else the next one, does not return for a while. */
  record Hang(NodeId node, long nanos) implements Fault {
    @Override
    public String name() {
      return "hang";
    }
  }

  /** The next force fails, which ends the process; it starts again after a while. */
  record FailForce(NodeId node) implements Fault {
    @Override
    public String name() {
      return "fail-force";
    }
  }

  /** The disk is full for a while; a write then ends the process. */
  record FillDisk(NodeId node, long nanos) implements Fault {
    @Override
    public String name() {
      return "fill-disk";
    }
  }

  /** The clock runs at {@code perMille} thousandths of the true rate from now on. */
  record Rate(NodeId node, int perMille) implements Fault {
    @Override
    public String name() {
      return "rate";
    }
  }

  /** The clock stands still for a while. */
  record Freeze(NodeId node, long nanos) implements Fault {
    @Override
    public String name() {
      return "freeze";
    }
  }

  /** The clock jumps, to either side. */
  record Jump(NodeId node, long nanos) implements Fault {
    @Override
    public String name() {
      return "jump";
    }
  }

  /** The next read fails, which ends the process; it starts again after a while. */
  record FailRead(NodeId node) implements Fault {
    @Override
    public String name() {
      return "fail-read";
    }
  }

  /** The power fails in the middle of what the node writes next; it starts again after a while. */
  record CutShort(NodeId node) implements Fault {
    @Override
    public String name() {
      return "cut-short";
    }
  }

  /** Every force takes up to {@code forceNanos} longer for a while. */
  record SlowDisk(NodeId node, long forceNanos, long nanos) implements Fault {
    @Override
    public String name() {
      return "slow-disk";
    }
  }

  /**
   * Forced bytes change behind everyone's back; {@code chance} says which. No process may start
   * from what they are then, unless nobody needs them.
   */
  record DamageDisk(NodeId node, Storage.Damage kind, long chance) implements Fault {
    @Override
    public String name() {
      return switch (kind) {
        case FLIP -> "flip";
        case ZERO -> "zero";
        case MISDIRECT -> "misdirect";
      };
    }
  }

  /**
   * The machine is lost with its disk. It does not come back as who it was, since it could vote
   * twice; its operator puts a new member in its place.
   */
  record Wipe(NodeId node) implements Fault {
    @Override
    public String name() {
      return "wipe";
    }
  }

  /**
   * The machine's disk is lost, and it starts again on an empty one after a while, as who it was:
   * the others take it back by themselves. In a world with such a fault nodes tell data directories
   * apart.
   */
  record LoseDisk(NodeId node, long downNanos) implements Fault {
    @Override
    public String name() {
      return "lose-disk";
    }
  }

  /** An operator asks the node for other members; {@code chance} says for which. */
  record Reshape(NodeId node, long chance) implements Fault {
    @Override
    public String name() {
      return "reshape";
    }

    @Override
    public boolean harms() {
      return false;
    }
  }

  /** An operator asks the leader that {@code node} knows to hand over to {@code target}. */
  record Transfer(NodeId node, NodeId target) implements Fault {
    @Override
    public String name() {
      return "transfer";
    }

    @Override
    public boolean harms() {
      return false;
    }
  }
}
