package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.session.ResultCodec;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionMachine;
import dev.balsa.raft.session.SessionResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions under every fault: what clients repeat takes effect once. */
class SessionLoadTest {
  private static final int SEEDS = 110;

  @Test
  void everyMarkIsMadeOnceThroughAllFaultsAndCopies() {
    List<SessionLoad> loads = new ArrayList<>();
    Campaign<SessionResult<Long>, SessionMachine<Long, Marks>> campaign =
        new Campaign<>(
            () -> {
              loads.add(new SessionLoad());
              return loads.getLast();
            },
            Hosting.IN_MEMORY);

    campaign.run(1, SEEDS, () -> true);

    Figures figures = campaign.figures();
    long repeated = loads.stream().mapToLong(SessionLoad::repeated).sum();
    long expired = loads.stream().mapToLong(SessionLoad::expired).sum();
    System.out.println("sessions: " + repeated + " repeated, " + expired + " expired; " + figures);
    assertThat(campaign.failures())
        .as("./balsa sim replay SEED --disk memory --load sessions")
        .isEmpty();
    assertThat(figures.judged()).isEqualTo(figures.writes()).isGreaterThan(SEEDS * 50L);
    assertThat(repeated).isGreaterThan(SEEDS * 10L);
    assertThat(expired).isGreaterThan(SEEDS / 10);
    assertThat(figures.faults()).hasSizeGreaterThan(12);
  }

  /** The bug: a session that is looked up keeps no result of the request before. */
  private static final class Forgetful implements Load<SessionResult<Long>, Plain> {
    private final SessionLoad sound = new SessionLoad();

    @Override
    public Plain machine() {
      return new Plain();
    }

    @Override
    public long fingerprint(Plain machine) {
      return machine.inner.machine().count();
    }

    @Override
    public boolean repeats() {
      return true;
    }

    @Override
    public Request<SessionResult<Long>, Plain> next(long client, long moment, SplitMix random) {
      return switch (sound.next(client, moment, random)) {
        case Request.Write<SessionResult<Long>, SessionMachine<Long, Marks>>(var command, var a) ->
            new Request.Write<>(command, a);
        case Request.Read<SessionResult<Long>, SessionMachine<Long, Marks>> read ->
            throw new BrokenPromise("sessions are not read: " + read);
      };
    }
  }

  /** Takes the command out of each request and does it, asked before or not. */
  private static final class Plain implements StateMachine<SessionResult<Long>> {
    private final SessionMachine<Long, Marks> inner =
        new SessionMachine<>(new Marks(), ResultCodec.LONG);

    @Override
    public List<SessionResult<Long>> apply(List<Committed> commands) {
      return inner.apply(
          commands.stream()
              .map(
                  c ->
                      SessionCommand.decode(c.command()) instanceof SessionCommand.Request r
                          ? new Committed(c.id(), new SessionCommand.Plain(r.command()).encode())
                          : c)
              .toList());
    }
  }

  @Test
  void withoutSessionsTheSameClientsAreFoundOutAtOnce() {
    Campaign<SessionResult<Long>, Plain> campaign =
        new Campaign<>(Forgetful::new, Hosting.IN_MEMORY);

    campaign.run(1, 5, () -> campaign.failures().isEmpty());

    assertThat(campaign.failures().getFirst().reason()).contains("takes effect again at ");
  }

  /** Starts anew from its own snapshot every few commands. */
  private static final class Restarting implements StateMachine<SessionResult<Long>> {
    private SessionMachine<Long, Marks> inner = new SessionMachine<>(new Marks(), ResultCodec.LONG);
    private long applied;

    @Override
    public List<SessionResult<Long>> apply(List<Committed> commands) {
      applied += commands.size();
      if (applied % 5 == 0) {
        ArrayDeque<Bytes> parts = new ArrayDeque<>();
        StateMachine.Capture capture = inner.capture();
        if (capture != null) {
          capture.writeTo(parts::add);
        }
        inner = new SessionMachine<>(new Marks(), ResultCodec.LONG);
        inner.restore(parts::poll);
      }
      return inner.apply(commands);
    }
  }

  @Test
  void sessionsGoOnThroughSnapshotsAsIfThereWereNone() {
    Restarting restarting = new Restarting();
    SessionMachine<Long, Marks> steady = new SessionMachine<>(new Marks(), ResultCodec.LONG);
    SessionLoad load = new SessionLoad();
    SplitMix random = new SplitMix(7);

    for (long moment = 1; moment <= 20_000; moment += 2) {
      var request = load.next(random.nextBetween(1, 4), moment, random);
      if (request instanceof Request.Write<SessionResult<Long>, ?>(var command, var answer)) {
        var committed = List.of(new StateMachine.Committed(new EntryId(1, moment), command));
        SessionResult<Long> result = steady.apply(committed).getFirst();
        assertThat(restarting.apply(committed)).containsExactly(result);
        answer.done(result, moment + 1);
      }
    }

    assertThat(load.repeated()).isGreaterThan(1_000);
  }
}
