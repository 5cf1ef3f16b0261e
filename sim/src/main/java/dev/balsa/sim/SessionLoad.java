package dev.balsa.sim;

import static dev.balsa.sim.BrokenPromise.require;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.session.ResultCodec;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionMachine;
import dev.balsa.raft.session.SessionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Clients with sessions that submit each command until they are told its result, and forget some of
 * what they are told: whatever the network, the disks and the clients lose or repeat, every mark
 * that is answered was made once, and none twice.
 */
public final class SessionLoad implements Load<SessionResult<Long>, SessionMachine<Long, Marks>> {
  private static final int OPEN_MAX = 4;

  private final TreeMap<Long, Seat> seats = new TreeMap<>();
  private final TreeSet<Long> results = new TreeSet<>();
  private long answered;
  private long repeated;
  private long expired;

  /** A client. */
  private static final class Seat {
    long session; // 0 while there is none
    long latestSequence;
    int latestMark;
    final TreeMap<Long, Mark> open = new TreeMap<>(); // what it still asks for, by sequence
  }

  private static final class Mark {
    final Bytes command;
    long result; // 0 before it was told the first time

    Mark(Bytes command) {
      this.command = command;
    }
  }

  /** No client yet. */
  public SessionLoad() {}

  @Override
  public SessionMachine<Long, Marks> machine() {
    return new SessionMachine<>(new Marks(), ResultCodec.LONG);
  }

  /** Takes all that a snapshot would hold. */
  @Override
  public long fingerprint(SessionMachine<Long, Marks> machine) {
    long[] hash = {machine.machine().count()};
    try (StateMachine.Capture capture = Objects.requireNonNull(machine.capture())) {
      capture.writeTo(part -> hash[0] = hash[0] * 0x9e3779b97f4a7c15L + part.hashCode());
    }
    return hash[0];
  }

  @Override
  public boolean repeats() {
    return true;
  }

  @Override
  public Request<SessionResult<Long>, SessionMachine<Long, Marks>> next(
      long client, long moment, SplitMix random) {
    Seat seat = seats.computeIfAbsent(client, key -> new Seat());
    // Everybody's clock is a little off, and nobody's is exact.
    long stamp = moment * 20 + client * 700 + random.nextBetween(0, 200);
    if (seat.session == 0) {
      long timeout = random.nextBetween(500, 20_000);
      return write(seat, 0, new SessionCommand.Open(timeout, stamp), random);
    }
    return switch ((int) random.nextBetween(0, 30)) {
      case 0 -> write(seat, 0, new SessionCommand.Close(seat.session, stamp), random);
      case 1, 2 -> write(seat, 0, new SessionCommand.KeepAlive(seat.session, stamp), random);
      default -> {
        long sequence = sequence(client, seat, random);
        Mark mark = Objects.requireNonNull(seat.open.get(sequence), "an open request");
        yield write(
            seat,
            sequence,
            new SessionCommand.Request(
                seat.session, sequence, seat.open.firstKey(), stamp, mark.command),
            random);
      }
    };
  }

  /** One that is open, again, or another. */
  private static long sequence(long client, Seat seat, SplitMix random) {
    boolean again = !seat.open.isEmpty() && random.nextBetween(0, 3) > 0;
    if (again || seat.open.size() >= OPEN_MAX) {
      List<Long> open = new ArrayList<>(seat.open.keySet());
      return open.get((int) random.nextBetween(0, open.size()));
    }
    seat.open.put(++seat.latestSequence, new Mark(Marks.mark(client, ++seat.latestMark)));
    return seat.latestSequence;
  }

  private Request<SessionResult<Long>, SessionMachine<Long, Marks>> write(
      Seat seat, long sequence, SessionCommand command, SplitMix random) {
    boolean forgets = random.nextBetween(0, 4) == 0;
    return new Request.Write<>(
        command.encode(),
        new Request.Answer<>() {
          @Override
          public void done(SessionResult<Long> result, long moment) {
            answered++;
            if (!forgets) {
              answered(seat, sequence, result);
            } else if (result instanceof SessionResult.Done<Long> done) {
              told(seat, sequence, done);
            }
          }

          @Override
          public void refused() {}
        });
  }

  private void answered(Seat seat, long sequence, SessionResult<Long> result) {
    switch (result) {
      case SessionResult.Opened<Long>(long session) -> {
        seat.session = session;
        seat.latestSequence = 0;
      }
      case SessionResult.Done<Long> done -> {
        told(seat, sequence, done);
        seat.open.remove(sequence);
      }
      case SessionResult.Alive<Long>() -> {}
      case SessionResult.Closed<Long>() -> end(seat);
      case SessionResult.Expired<Long>() -> {
        expired++;
        end(seat);
      }
      case SessionResult.Refused<Long>(SessionResult.Reason reason) ->
          throw new BrokenPromise("a request whose answer is wanted is refused: %s", reason);
    }
  }

  /** The first time a result is a new one, later it is the same. */
  private void told(Seat seat, long sequence, SessionResult.Done<Long> done) {
    Mark mark = Objects.requireNonNull(seat.open.get(sequence), "an open request");
    if (mark.result == 0) {
      require(results.add(done.result()), "result %s is given to two marks", done.result());
      mark.result = done.result();
    } else {
      require(
          done.result() == mark.result && done.repeated(),
          "request %s was told %s, and now %s",
          sequence,
          mark.result,
          done);
    }
    repeated += done.repeated() ? 1 : 0;
  }

  /** What was not answered in a session was done once or never, and no more. */
  private static void end(Seat seat) {
    seat.session = 0;
    seat.open.clear();
  }

  /** How many answers were those of a repeated request. */
  public long repeated() {
    return repeated;
  }

  /** How many clients found their session at its end. */
  long expired() {
    return expired;
  }

  @Override
  public long judge() {
    return answered;
  }
}
