package dev.balsa.raft.trace;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Configured;
import dev.balsa.raft.Denied;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.HardState;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.Seat;
import dev.balsa.raft.SnapshotMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of which inputs and events are made. Of what clients wrote and of what hosts keep with
 * members only the length is told: the core looks at nothing else, and nobody may read it here.
 */
final class Values {
  private static final int NO_OP = 0;
  private static final int CONFIGURATION = 1;
  private static final int COMMAND = 2; // and its length

  /** More than a command should have; a longer one is told as one of this length. */
  private static final int BYTES_MAX = 1 << 26;

  private static final Seat[] SEATS = {
    Seat.LEARNER, Seat.JOINING, Seat.VOTER, Seat.INCOMING, Seat.OUTGOING, Seat.DEMOTED
  };

  private static final Denial[] DENIALS = Denial.values();

  private Values() {}

  static void write(TraceOut out, Bytes bytes) {
    out.count(length(bytes));
  }

  private static int length(Bytes bytes) {
    return Math.min(bytes.length(), BYTES_MAX);
  }

  static Bytes bytes(TraceIn in) {
    return in.zeros(in.count(BYTES_MAX, "bytes"));
  }

  static void write(TraceOut out, List<Bytes> commands) {
    out.count(commands.size());
    commands.forEach(command -> write(out, command));
  }

  static List<Bytes> commands(TraceIn in) {
    return list(in, () -> bytes(in));
  }

  static <T> List<T> list(TraceIn in, Supplier<T> item) {
    int count = in.items();
    List<T> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(item.get());
    }
    return items;
  }

  static void write(TraceOut out, EntryId id) {
    out.term(id.term()).index(id.index());
  }

  static EntryId id(TraceIn in) {
    return new EntryId(in.term(), in.index());
  }

  static void writeOrNone(TraceOut out, @Nullable EntryId id) {
    write(out, id == null ? EntryId.ZERO : id);
  }

  static @Nullable EntryId idOrNone(TraceIn in) {
    EntryId id = id(in);
    return id.equals(EntryId.ZERO) ? null : id;
  }

  static void write(TraceOut out, @Nullable IncarnationId incarnation) {
    out.flag(incarnation != null);
    if (incarnation != null) {
      out.fixed(incarnation.value());
    }
  }

  static @Nullable IncarnationId incarnation(TraceIn in) {
    return in.flag() ? new IncarnationId(in.fixed()) : null;
  }

  static void writeNodes(TraceOut out, List<NodeId> nodes) {
    out.count(nodes.size());
    nodes.forEach(out::node);
  }

  static List<NodeId> nodes(TraceIn in) {
    return list(in, in::node);
  }

  static void write(TraceOut out, Denial reason) {
    out.oneOf(DENIALS, reason);
  }

  static Denial denial(TraceIn in) {
    return in.oneOf(DENIALS, "denial");
  }

  static void write(TraceOut out, Denied denied) {
    write(out, denied.reason());
    write(out, denied.last());
    out.node(denied.other());
  }

  static Denied denied(TraceIn in) {
    return new Denied(denial(in), id(in), in.nodeOrNone());
  }

  static void write(TraceOut out, HardState state) {
    out.term(state.term()).node(state.vote());
  }

  static HardState hardState(TraceIn in) {
    return new HardState(in.term(), in.nodeOrNone());
  }

  static void write(TraceOut out, Membership membership) {
    out.count(membership.members().size());
    for (Member member : membership.members()) {
      out.node(member.id()).code(code(member.seat()));
      write(out, member.context());
      write(out, member.incarnation());
    }
    writeNodes(out, membership.removed());
  }

  static Membership membership(TraceIn in) {
    List<Member> members =
        list(in, () -> new Member(in.node(), seat(in), bytes(in), incarnation(in)));
    return new Membership(members, nodes(in));
  }

  private static int code(Seat seat) {
    return switch (seat) {
      case LEARNER -> 0;
      case JOINING -> 1;
      case VOTER -> 2;
      case INCOMING -> 3;
      case OUTGOING -> 4;
      case DEMOTED -> 5;
    };
  }

  private static Seat seat(TraceIn in) {
    return in.oneOf(SEATS, "seat");
  }

  static void write(TraceOut out, Configured configured) {
    write(out, configured.at());
    write(out, configured.membership());
  }

  static Configured configured(TraceIn in) {
    return new Configured(id(in), membership(in));
  }

  static void write(TraceOut out, SnapshotMeta snapshot) {
    write(out, snapshot.last());
    write(out, snapshot.membership());
    out.count(snapshot.bytes()).signed(snapshot.checksum());
  }

  static SnapshotMeta snapshot(TraceIn in) {
    return new SnapshotMeta(id(in), membership(in), in.count(), (int) in.signed());
  }

  /** Each entry is one number in most cases: its kind or length, and whether its term is new. */
  static void write(TraceOut out, LogSlice slice) {
    write(out, slice.prev());
    out.count(slice.entries().size());
    long term = slice.prev().term();
    for (Entry entry : slice.entries()) {
      boolean fresh = entry.term() != term;
      long kind =
          switch (entry.payload()) {
            case Payload.NoOp noOp -> NO_OP;
            case Payload.Configuration configuration -> CONFIGURATION;
            case Payload.Command command -> COMMAND + (long) length(command.data());
          };
      out.count(kind << 1 | (fresh ? 1 : 0));
      if (fresh) {
        out.term(entry.term());
      }
      if (entry.payload() instanceof Payload.Configuration(Membership membership)) {
        write(out, membership);
      }
      term = entry.term();
    }
    out.index(slice.last().index());
  }

  static LogSlice slice(TraceIn in) {
    EntryId prev = id(in);
    int count = in.items();
    List<Entry> entries = new ArrayList<>();
    long term = prev.term();
    for (int i = 0; i < count; i++) {
      int head = in.count(2 * (COMMAND + BYTES_MAX) + 1, "bytes");
      term = (head & 1) == 1 ? in.term() : term;
      int kind = head >>> 1;
      Payload payload =
          kind == NO_OP
              ? new Payload.NoOp()
              : kind == CONFIGURATION
                  ? new Payload.Configuration(membership(in))
                  : new Payload.Command(in.zeros(kind - COMMAND));
      entries.add(new Entry(new EntryId(term, prev.index() + 1 + i), payload));
    }
    LogSlice slice = new LogSlice(prev, entries);
    if (in.index() != slice.last().index()) {
      throw new TraceException("has entries that do not end where it says");
    }
    return slice;
  }

  static void write(TraceOut out, Ready.Persist persist) {
    HardState state = persist.hardState();
    EntryId restart = persist.restart();
    LogSlice append = persist.append();
    out.code((state == null ? 0 : 1) | (restart == null ? 0 : 2) | (append == null ? 0 : 4));
    out.serial(persist.sequence());
    if (state != null) {
      write(out, state);
    }
    if (restart != null) {
      write(out, restart);
    }
    if (append != null) {
      write(out, append);
    }
  }

  static Ready.Persist persist(TraceIn in) {
    int parts = in.code();
    return new Ready.Persist(
        in.serial(),
        (parts & 1) == 0 ? null : hardState(in),
        (parts & 2) == 0 ? null : id(in),
        (parts & 4) == 0 ? null : slice(in));
  }

  static void write(TraceOut out, Restored restored) {
    write(out, restored.hardState());
    SnapshotMeta snapshot = restored.snapshot();
    out.flag(snapshot != null);
    if (snapshot != null) {
      write(out, snapshot);
    }
    write(out, restored.base());
    out.count(restored.termStarts().size());
    restored.termStarts().forEach(start -> write(out, start));
    write(out, restored.last());
    out.count(restored.configurations().size());
    restored.configurations().forEach(configured -> write(out, configured));
    write(out, restored.incarnation());
    writeOrNone(out, restored.lost());
  }

  static Restored restored(TraceIn in) {
    return new Restored(
        hardState(in),
        in.flag() ? snapshot(in) : null,
        id(in),
        list(in, () -> id(in)),
        id(in),
        list(in, () -> configured(in)),
        incarnation(in),
        idOrNone(in));
  }

  static void writeChanges(TraceOut out, List<Change> changes) {
    out.count(changes.size());
    for (Change change : changes) {
      switch (change) {
        case Change.Add(NodeId node, Seat seat, Bytes context) ->
            write(out.code(0).node(node).code(code(seat)), context);
        case Change.Promote(NodeId node) -> out.code(1).node(node);
        case Change.Demote(NodeId node) -> out.code(2).node(node);
        case Change.Remove(NodeId node) -> out.code(3).node(node);
        case Change.Update(NodeId node, Bytes context) -> write(out.code(4).node(node), context);
      }
    }
  }

  static List<Change> changes(TraceIn in) {
    return list(in, () -> change(in));
  }

  private static Change change(TraceIn in) {
    int code = in.code();
    return switch (code) {
      case 0 -> new Change.Add(in.node(), seat(in), bytes(in));
      case 1 -> new Change.Promote(in.node());
      case 2 -> new Change.Demote(in.node());
      case 3 -> new Change.Remove(in.node());
      case 4 -> new Change.Update(in.node(), bytes(in));
      default -> throw new TraceException("has the unknown change %s", code);
    };
  }
}
