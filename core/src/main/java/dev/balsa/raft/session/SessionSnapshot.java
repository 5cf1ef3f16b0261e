package dev.balsa.raft.session;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.StateMachine.Capture;
import dev.balsa.raft.StateMachine.Sink;
import dev.balsa.raft.StateMachine.Source;
import dev.balsa.raft.session.SessionTable.Kept;
import dev.balsa.raft.session.SessionTable.Open;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The sessions as they were at one moment, before the machine's own parts in a snapshot.
 *
 * <p>Byte form, all numbers as varints: version (1), log time, greatest stamp, count of sessions;
 * then for each session its id, timeout, deadline, least number unanswered, count of results; then
 * for each result its sequence and its sized form. Split into parts anywhere between sessions or
 * results; the first part holds the first four numbers alone.
 */
final class SessionSnapshot<R> implements Capture {
  private static final long VERSION = 1;
  private static final int PART_BYTES = 32 << 10;

  private final long timeMillis;
  private final long stampMillis;
  private final List<Frozen<R>> sessions;
  private final ResultCodec<R> codec;
  private final Capture machine;

  private record Frozen<R>(
      long id, long timeout, long deadline, long unanswered, List<Result<R>> results) {}

  private record Result<R>(long sequence, R value) {}

  SessionSnapshot(SessionTable<R> table, ResultCodec<R> codec, Capture machine) {
    this.timeMillis = table.timeMillis();
    this.stampMillis = table.stampMillis();
    this.codec = codec;
    this.machine = machine;
    this.sessions = new ArrayList<>(table.count());
    for (Open<R> open : table.sessions()) {
      List<Result<R>> results = new ArrayList<>(open.kept.size());
      for (Map.Entry<Long, Kept<R>> kept : open.kept.entrySet()) {
        R value = Objects.requireNonNull(kept.getValue().result, "result of an applied command");
        results.add(new Result<>(kept.getKey(), value));
      }
      sessions.add(
          new Frozen<>(open.id, open.timeoutMillis, open.deadlineMillis, open.unanswered, results));
    }
  }

  @Override
  public void writeTo(Sink sink) {
    Packing out = new Packing();
    out.number(VERSION).number(timeMillis).number(stampMillis).number(sessions.size());
    sink.write(out.take());
    for (Frozen<R> session : sessions) {
      out.number(session.id())
          .number(session.timeout())
          .number(session.deadline())
          .number(session.unanswered())
          .number(session.results().size());
      flush(out, sink, PART_BYTES);
      for (Result<R> result : session.results()) {
        out.number(result.sequence()).sized(codec.encode(result.value()));
        flush(out, sink, PART_BYTES);
      }
    }
    flush(out, sink, 1);
    machine.writeTo(sink);
  }

  private static void flush(Packing out, Sink sink, int from) {
    if (out.size() >= from) {
      sink.write(out.take());
    }
  }

  @Override
  public void close() {
    machine.close();
  }

  /** Reads the sessions; what is left in {@code source} is the machine's. */
  static <R> SessionTable<R> read(Source source, ResultCodec<R> codec) {
    Parts parts = new Parts(source);
    Unpacking header = parts.current();
    long version = header.number();
    if (version != VERSION) {
      throw header.malformed("has version " + version + ", this program knows " + VERSION);
    }
    SessionTable<R> table = new SessionTable<>(new SessionJournal<>(null, codec));
    table.restoreTime(header.number(), header.number());
    for (long count = header.number(); count > 0; count--) {
      table.add(session(parts, codec));
    }
    if (!parts.current().isEmpty()) {
      throw parts.current().malformed("goes on behind the last session");
    }
    return table;
  }

  private static <R> Open<R> session(Parts parts, ResultCodec<R> codec) {
    Unpacking in = parts.more();
    Open<R> session = new Open<>(in.number(), in.number());
    session.deadlineMillis = in.number();
    session.unanswered = in.number();
    for (long count = in.number(); count > 0; count--) {
      Unpacking from = parts.more();
      long sequence = from.number();
      Kept<R> kept = new Kept<>(session.id, sequence);
      kept.result = codec.decode(from.sized());
      session.kept.put(sequence, kept);
    }
    return session;
  }

  /** The parts of the sessions, each taken when the one before is used up. */
  private static final class Parts {
    private final Source source;
    private Unpacking unpacking;

    Parts(Source source) {
      this.source = source;
      this.unpacking = next();
    }

    /** What is left of the current part. */
    Unpacking current() {
      return unpacking;
    }

    private Unpacking next() {
      Bytes part = source.read();
      if (part == null) {
        throw new IllegalArgumentException("the snapshot ends within its sessions");
      }
      return new Unpacking(part);
    }

    /** The current part, or the next one if it is used up: more is expected. */
    Unpacking more() {
      if (unpacking.isEmpty()) {
        unpacking = next();
      }
      return unpacking;
    }
  }
}
