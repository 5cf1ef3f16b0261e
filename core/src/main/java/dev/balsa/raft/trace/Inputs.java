package dev.balsa.raft.trace;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.SnapshotMeta;
import java.util.List;

/** What a core was told, as a trace keeps it. */
final class Inputs {
  private Inputs() {}

  static void write(TraceOut out, Input input) {
    switch (input) {
      case Input.Wake() -> out.code(0);
      case Input.Receive(Message message) -> Messages.write(out.code(1), message);
      case Input.Greeted(NodeId peer, IncarnationId incarnation) ->
          out.code(2).node(peer).fixed(incarnation.value());
      case Input.Propose(long proposal, List<Bytes> commands) ->
          Values.write(out.code(3).serial(proposal), commands);
      case Input.Read(long read, ReadMode mode) -> mode(out.code(4).serial(read), mode);
      case Input.Reconfigure(long request, List<Change> changes) ->
          Values.writeChanges(out.code(5).serial(request), changes);
      case Input.Transfer(long request, NodeId target) -> out.code(6).serial(request).node(target);
      case Input.Persisted(long sequence) -> out.code(7).serial(sequence);
      case Input.SnapshotTaken(SnapshotMeta snapshot) -> Values.write(out.code(8), snapshot);
      case Input.SnapshotReceived(SnapshotMeta snapshot) -> Values.write(out.code(9), snapshot);
      case Input.SnapshotRejected(SnapshotMeta snapshot) -> Values.write(out.code(10), snapshot);
      case Input.Unreachable(NodeId peer) -> out.code(11).node(peer);
    }
  }

  private static void mode(TraceOut out, ReadMode mode) {
    switch (mode) {
      case ReadMode.Linearizable() -> out.code(0);
      case ReadMode.Lease() -> out.code(1);
      case ReadMode.Bounded(long age, long entries) -> out.code(2).count(age).count(entries);
    }
  }

  static Input read(TraceIn in) {
    int code = in.code();
    return switch (code) {
      case 0 -> new Input.Wake();
      case 1 -> new Input.Receive(Messages.read(in));
      case 2 -> new Input.Greeted(in.node(), new IncarnationId(in.fixed()));
      case 3 -> new Input.Propose(in.serial(), Values.commands(in));
      case 4 -> new Input.Read(in.serial(), mode(in));
      case 5 -> new Input.Reconfigure(in.serial(), Values.changes(in));
      case 6 -> new Input.Transfer(in.serial(), in.node());
      case 7 -> new Input.Persisted(in.serial());
      case 8 -> new Input.SnapshotTaken(Values.snapshot(in));
      case 9 -> new Input.SnapshotReceived(Values.snapshot(in));
      case 10 -> new Input.SnapshotRejected(Values.snapshot(in));
      case 11 -> new Input.Unreachable(in.node());
      default -> throw new TraceException("has the unknown input %s", code);
    };
  }

  private static ReadMode mode(TraceIn in) {
    int code = in.code();
    return switch (code) {
      case 0 -> ReadMode.LINEARIZABLE;
      case 1 -> ReadMode.LEASE;
      case 2 -> new ReadMode.Bounded(in.count(), in.count());
      default -> throw new TraceException("has the unknown kind of read %s", code);
    };
  }
}
