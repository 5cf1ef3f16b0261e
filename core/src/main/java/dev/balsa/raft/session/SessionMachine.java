package dev.balsa.raft.session;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.session.SessionResult.Reason;
import dev.balsa.raft.session.SessionTable.Kept;
import dev.balsa.raft.session.SessionTable.Open;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A state machine whose commands take effect once however often they are submitted (paper §8,
 * thesis §6.3). Stands around the user's machine, takes {@link SessionCommand}s, and is captured
 * and restored together with it. Like every {@link StateMachine} it belongs to one thread at a
 * time.
 *
 * <p>Requests of one session that are under way at the same time may take effect in any order; a
 * client that needs an order waits for one before it asks the next.
 *
 * @param <R> the result of the user's machine
 * @param <S> the user's machine
 */
public final class SessionMachine<R, S extends StateMachine<R>>
    implements StateMachine<SessionResult<R>> {
  /** How many results are kept for one session, and so how many requests may be unanswered. */
  public static final int WINDOW_MAX = 1024;

  /** How many sessions may be open at a time. */
  public static final int SESSIONS_MAX = 100_000;

  /** How much log time can pass between two commands, whatever their stamps say. */
  public static final long GAP_MILLIS_MAX = 5_000;

  private final S machine;
  private final ResultCodec<R> codec;
  private final @Nullable SessionRows rows;
  private SessionTable<R> table;

  /** What to say of one command once its batch is applied. */
  private sealed interface Verdict<R> {
    record Now<R>(SessionResult<R> result) implements Verdict<R> {}

    record Stored<R>(Kept<R> slot, boolean repeated) implements Verdict<R> {}
  }

  /** Sessions around an empty {@code machine}, which nobody else gives commands to. */
  public SessionMachine(S machine, ResultCodec<R> codec) {
    this.machine = machine;
    this.codec = codec;
    this.rows = null;
    this.table = kept();
  }

  /**
   * Sessions that go on where {@code rows} stand, around a {@code machine} that keeps its state in
   * the same store and has the rows in its snapshot.
   */
  public SessionMachine(S machine, ResultCodec<R> codec, SessionRows rows) {
    this.machine = machine;
    this.codec = codec;
    this.rows = rows;
    this.table = kept();
  }

  private SessionTable<R> kept() {
    SessionJournal<R> journal = new SessionJournal<>(rows, codec);
    SessionTable<R> sessions = new SessionTable<>(journal);
    journal.readInto(sessions);
    return sessions;
  }

  /** The user's machine, to be looked at only. */
  public S machine() {
    return machine;
  }

  /** How many sessions are open. */
  public int sessions() {
    return table.count();
  }

  /** The open sessions as they are now, the oldest first: a copy of all, to be looked at. */
  public List<OpenSession> open() {
    List<OpenSession> open = new ArrayList<>(table.count());
    for (Open<R> it : table.sessions()) {
      List<Long> kept = new ArrayList<>(it.kept.keySet());
      open.add(new OpenSession(it.id, it.timeoutMillis, it.deadlineMillis, it.unanswered, kept));
    }
    return open;
  }

  /**
   * The log's time in milliseconds, by which sessions end: from 0, never back, and on only with the
   * stamps of commands, by {@link #GAP_MILLIS_MAX} for each at most.
   */
  public long timeMillis() {
    return table.timeMillis();
  }

  @Override
  public List<SessionResult<R>> apply(List<Committed> commands) {
    List<Verdict<R>> verdicts = new ArrayList<>(commands.size());
    List<Committed> work = new ArrayList<>(commands.size());
    List<Kept<R>> slots = new ArrayList<>(commands.size());
    for (Committed committed : commands) {
      verdicts.add(judge(committed, work, slots));
    }
    List<R> results = work.isEmpty() ? List.of() : machine.apply(work);
    if (results.size() != work.size()) {
      throw new IllegalStateException(
          "state machine gave " + results.size() + " results for " + work.size() + " commands");
    }
    for (int i = 0; i < slots.size(); i++) {
      table.done(slots.get(i), results.get(i));
    }
    table.applied();
    List<SessionResult<R>> answers = new ArrayList<>(commands.size());
    for (Verdict<R> verdict : verdicts) {
      answers.add(
          switch (verdict) {
            case Verdict.Now<R>(SessionResult<R> result) -> result;
            case Verdict.Stored<R>(Kept<R> slot, boolean repeated) ->
                new SessionResult.Done<>(
                    Objects.requireNonNull(slot.result, "a state machine's result"), repeated);
          });
    }
    return answers;
  }

  /** Decides about one command; what the user's machine must do is added to {@code work}. */
  private Verdict<R> judge(Committed committed, List<Committed> work, List<Kept<R>> slots) {
    return switch (SessionCommand.decode(committed.command())) {
      case null -> refused(Reason.MALFORMED);
      case SessionCommand.Plain(Bytes command) ->
          take(new Committed(committed.id(), command), new Kept<>(0, 0), work, slots);
      case SessionCommand.Open(long timeout, long stamp) -> {
        table.advance(stamp);
        if (table.count() >= SESSIONS_MAX) {
          yield refused(Reason.TOO_MANY_SESSIONS);
        }
        long id = committed.id().index();
        table.open(id, timeout);
        yield new Verdict.Now<>(new SessionResult.Opened<>(id));
      }
      case SessionCommand.Request request -> {
        table.advance(request.stampMillis());
        yield request(committed.id(), request, work, slots);
      }
      case SessionCommand.KeepAlive(long session, long stamp) -> {
        table.advance(stamp);
        yield new Verdict.Now<>(
            table.touch(session) == null
                ? new SessionResult.Expired<>()
                : new SessionResult.Alive<>());
      }
      case SessionCommand.Close(long session, long stamp) -> {
        table.advance(stamp);
        table.close(session);
        yield new Verdict.Now<>(new SessionResult.Closed<>());
      }
    };
  }

  private Verdict<R> request(
      EntryId id, SessionCommand.Request request, List<Committed> work, List<Kept<R>> slots) {
    Open<R> session = table.touch(request.session());
    if (session == null) {
      return new Verdict.Now<>(new SessionResult.Expired<>());
    }
    table.answered(session, request.unanswered());
    if (request.sequence() < session.unanswered) {
      return refused(Reason.SUPERSEDED);
    }
    @Nullable Kept<R> kept = session.kept.get(request.sequence());
    if (kept != null) {
      return new Verdict.Stored<>(kept, true);
    }
    if (session.kept.size() >= WINDOW_MAX) {
      return refused(Reason.WINDOW_FULL);
    }
    Kept<R> slot = new Kept<>(session.id, request.sequence());
    session.kept.put(slot.sequence, slot);
    return take(new Committed(id, request.command()), slot, work, slots);
  }

  private Verdict<R> take(
      Committed command, Kept<R> slot, List<Committed> work, List<Kept<R>> slots) {
    work.add(command);
    slots.add(slot);
    return new Verdict.Stored<>(slot, false);
  }

  private Verdict<R> refused(Reason reason) {
    return new Verdict.Now<>(new SessionResult.Refused<>(reason));
  }

  @Override
  public @Nullable Capture capture() {
    Capture inner = machine.capture();
    return inner == null || rows != null ? inner : new SessionSnapshot<>(table, codec, inner);
  }

  @Override
  public void restore(Source source) {
    if (rows == null) {
      table = SessionSnapshot.read(source, codec);
      machine.restore(source);
    } else {
      machine.restore(source);
      table = kept();
    }
  }
}
