package dev.balsa.raft.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions against a twin that keeps everything for ever and looks at one command at a time. */
class SessionTwinTest {
  private static final int FIRST_RUNS = 100;
  private static final int RUNS = 3_000;
  private static final int COMMANDS = 120;

  /** Remembers every command it was given. */
  static final class Journal implements StateMachine<Bytes> {
    private List<Bytes> lines = new ArrayList<>();

    @Override
    public List<Bytes> apply(List<Committed> commands) {
      List<Bytes> results = new ArrayList<>();
      for (Committed committed : commands) {
        lines.add(committed.command());
        results.add(Bytes.utf8(lines.size() + ":" + committed.command().toUtf8()));
      }
      return results;
    }

    @Override
    public Capture capture() {
      List<Bytes> frozen = List.copyOf(lines);
      return sink -> frozen.forEach(sink::write);
    }

    @Override
    public void restore(Source source) {
      lines = new ArrayList<>();
      for (Bytes line = source.read(); line != null; line = source.read()) {
        lines.add(line);
      }
    }
  }

  /** The rules, said as simply as can be. */
  private static final class Twin {
    private final Journal journal = new Journal();
    private final TreeMap<Long, Client> clients = new TreeMap<>();
    private long time;
    private long greatest;

    private static final class Client {
      long timeout;
      long heard;
      long unanswered = 1;
      final TreeMap<Long, Bytes> results = new TreeMap<>();
    }

    SessionResult<Bytes> apply(long index, SessionCommand command) {
      return switch (command) {
        case SessionCommand.Plain(Bytes plain) -> new SessionResult.Done<>(work(plain), false);
        case SessionCommand.Open(long timeout, long stamp) -> {
          advance(stamp);
          Client client = new Client();
          client.timeout = timeout;
          client.heard = time;
          clients.put(index, client);
          yield new SessionResult.Opened<>(index);
        }
        case SessionCommand.KeepAlive(long session, long stamp) -> {
          advance(stamp);
          yield hear(session) == null ? new SessionResult.Expired<>() : new SessionResult.Alive<>();
        }
        case SessionCommand.Close(long session, long stamp) -> {
          advance(stamp);
          clients.remove(session);
          yield new SessionResult.Closed<>();
        }
        case SessionCommand.Request r -> {
          advance(r.stampMillis());
          Client client = hear(r.session());
          if (client == null) {
            yield new SessionResult.Expired<>();
          }
          client.unanswered = Math.max(client.unanswered, r.unanswered());
          if (r.sequence() < client.unanswered) {
            yield new SessionResult.Refused<>(SessionResult.Reason.SUPERSEDED);
          }
          Bytes before = client.results.get(r.sequence());
          if (before != null) {
            yield new SessionResult.Done<>(before, true);
          }
          Bytes result = work(r.command());
          client.results.put(r.sequence(), result);
          yield new SessionResult.Done<>(result, false);
        }
      };
    }

    /** What is kept: answers that are wanted. */
    List<OpenSession> open() {
      List<OpenSession> open = new ArrayList<>();
      clients.forEach(
          (session, client) ->
              open.add(
                  new OpenSession(
                      session,
                      client.timeout,
                      client.heard + client.timeout,
                      client.unanswered,
                      List.copyOf(client.results.tailMap(client.unanswered).keySet()))));
      return open;
    }

    private Bytes work(Bytes command) {
      return journal.apply(List.of(new StateMachine.Committed(EntryId.ZERO, command))).getFirst();
    }

    private void advance(long stamp) {
      time += Math.min(5_000, Math.max(0, stamp - greatest));
      greatest = Math.max(greatest, stamp);
      clients.values().removeIf(client -> time - client.heard > client.timeout);
    }

    private @Nullable Client hear(long session) {
      Client client = clients.get(session);
      if (client != null) {
        client.heard = time;
      }
      return client;
    }
  }

  /** Commands drawn at random, given to a machine and to its twin. */
  static final class Run {
    private final SplitMix random;
    private final UnaryOperator<SessionMachine<Bytes, Journal>> restart;
    private final Twin twin = new Twin();
    private SessionMachine<Bytes, Journal> machine;
    private final ArrayDeque<SessionCommand> said = new ArrayDeque<>();
    private long index;
    private long clock;
    private long latest; // the name of the session opened last
    private int done;

    /** Now and then {@code restart} makes another machine out of the one there is. */
    Run(
        long seed,
        SessionMachine<Bytes, Journal> machine,
        UnaryOperator<SessionMachine<Bytes, Journal>> restart) {
      this.random = new SplitMix(seed);
      this.machine = machine;
      this.restart = restart;
    }

    private static SessionMachine<Bytes, Journal> empty() {
      return new SessionMachine<>(new Journal(), ResultCodec.BYTES);
    }

    void go() {
      while (done < COMMANDS) {
        batch();
        if (draw(8) == 0) {
          machine = restart.apply(machine);
        }
        assertThat(machine.machine().lines).isEqualTo(twin.journal.lines);
        assertThat(machine.sessions()).isEqualTo(twin.clients.size());
        assertThat(machine.open()).isEqualTo(twin.open());
        assertThat(machine.timeMillis()).isEqualTo(twin.time);
      }
    }

    private void batch() {
      List<StateMachine.Committed> batch = new ArrayList<>();
      List<SessionResult<Bytes>> wanted = new ArrayList<>();
      for (int left = 1 + draw(6); left > 0; left--) {
        SessionCommand command = draw(3) == 0 && !said.isEmpty() ? again() : command();
        said.add(command);
        if (said.size() > 12) {
          said.removeFirst();
        }
        index += 1 + draw(2);
        batch.add(new StateMachine.Committed(new EntryId(1, index), command.encode()));
        SessionResult<Bytes> result = twin.apply(index, command);
        wanted.add(result);
        if (result instanceof SessionResult.Opened<Bytes>(long session)) {
          latest = session;
        }
        done++;
      }
      assertThat(machine.apply(batch)).isEqualTo(wanted);
    }

    private SessionCommand again() {
      return List.copyOf(said).get(draw(said.size()));
    }

    private SessionCommand command() {
      clock += draw(4) == 0 ? draw(9_000) : draw(400);
      long stamp = Math.max(0, clock - draw(2_000));
      long session = Math.max(1, latest - draw(4));
      return switch (draw(10)) {
        case 0 -> new SessionCommand.Open(1L + draw(8_000), stamp);
        case 1 -> new SessionCommand.KeepAlive(session, stamp);
        case 2 -> draw(4) == 0 ? new SessionCommand.Close(session, stamp) : plain();
        case 3 -> plain();
        default -> {
          int sequence = 1 + draw(12);
          int unanswered = 1 + draw(Math.min(sequence, 3));
          yield new SessionCommand.Request(
              session, sequence, unanswered, stamp, Bytes.utf8("r" + sequence));
        }
      };
    }

    private SessionCommand plain() {
      return new SessionCommand.Plain(Bytes.utf8("p" + draw(100)));
    }

    private int draw(int bound) {
      return (int) random.nextBetween(0, bound);
    }
  }

  private static SessionMachine<Bytes, Journal> copy(SessionMachine<Bytes, Journal> machine) {
    ArrayDeque<Bytes> parts = new ArrayDeque<>();
    try (StateMachine.Capture capture = Objects.requireNonNull(machine.capture())) {
      capture.writeTo(parts::add);
    }
    SessionMachine<Bytes, Journal> copy = Run.empty();
    copy.restore(parts::poll);
    return copy;
  }

  @Test
  void everyResultIsTheTwinsThroughAnyBatchesRepetitionsAndSnapshots() {
    run(1, FIRST_RUNS);
  }

  @Test
  @Tag("exploration")
  void soItIsInThousandsOfRuns() {
    run(FIRST_RUNS + 1, RUNS);
  }

  private static void run(long from, long to) {
    for (long seed = from; seed <= to; seed++) {
      new Run(seed, Run.empty(), SessionTwinTest::copy).go();
    }
  }

  @Test
  void aCaptureKeepsTheStateOfItsMomentWhileCommandsGoOn() {
    SessionMachine<Bytes, Journal> machine = Run.empty();
    apply(machine, 1, new SessionCommand.Open(100, 0));
    apply(machine, 2, new SessionCommand.Request(1, 1, 1, 0, Bytes.utf8("a")));
    ArrayDeque<Bytes> parts = new ArrayDeque<>();

    try (StateMachine.Capture capture = Objects.requireNonNull(machine.capture())) {
      apply(machine, 3, new SessionCommand.Request(1, 2, 2, 0, Bytes.utf8("b")));
      apply(machine, 4, new SessionCommand.Close(1, 0));
      capture.writeTo(parts::add);
    }
    SessionMachine<Bytes, Journal> copy = Run.empty();
    copy.restore(parts::poll);

    assertThat(apply(copy, 3, new SessionCommand.Request(1, 1, 1, 0, Bytes.utf8("a"))))
        .isEqualTo(new SessionResult.Done<>(Bytes.utf8("1:a"), true));
  }

  @Test
  void manyLargeResultsTakeManyParts() {
    SessionMachine<Bytes, Journal> machine = Run.empty();
    apply(machine, 1, new SessionCommand.Open(100, 0));
    for (int i = 1; i <= 20; i++) {
      Bytes command = Bytes.utf8("x".repeat(10_000));
      apply(machine, i + 1, new SessionCommand.Request(1, i, 1, 0, command));
    }
    List<Bytes> parts = new ArrayList<>();
    Objects.requireNonNull(machine.capture()).writeTo(parts::add);

    SessionMachine<Bytes, Journal> copy = copy(machine);

    assertThat(parts).allMatch(part -> part.length() < 64 << 10).hasSizeGreaterThan(20 + 4);
    assertThat(apply(copy, 30, new SessionCommand.Request(1, 20, 1, 0, Bytes.EMPTY)))
        .isEqualTo(new SessionResult.Done<>(Bytes.utf8("20:" + "x".repeat(10_000)), true));
  }

  @Test
  void manySessionsTakeManyParts() {
    SessionMachine<Bytes, Journal> machine = Run.empty();
    for (int i = 1; i <= 20_000; i++) {
      apply(machine, i, new SessionCommand.Open(100, 0));
    }
    List<Bytes> parts = new ArrayList<>();

    Objects.requireNonNull(machine.capture()).writeTo(parts::add);

    assertThat(parts).allMatch(part -> part.length() < 64 << 10).hasSizeGreaterThan(3);
    assertThat(copy(machine).sessions()).isEqualTo(20_000);
  }

  @Test
  void aCaptureThatIsClosedClosesTheMachines() {
    List<String> closed = new ArrayList<>();
    StateMachine<Bytes> closing =
        new StateMachine<>() {
          @Override
          public List<Bytes> apply(List<Committed> commands) {
            return List.of();
          }

          @Override
          public Capture capture() {
            return new Capture() {
              @Override
              public void writeTo(Sink sink) {}

              @Override
              public void close() {
                closed.add("machine's");
              }
            };
          }
        };

    Objects.requireNonNull(new SessionMachine<>(closing, ResultCodec.BYTES).capture()).close();

    assertThat(closed).containsExactly("machine's");
  }

  @Test
  void aBatchWithoutWorkDoesNotReachTheMachine() {
    List<Integer> batches = new ArrayList<>();
    StateMachine<Bytes> counting =
        commands -> {
          batches.add(commands.size());
          return commands.stream().map(StateMachine.Committed::command).toList();
        };
    SessionMachine<Bytes, StateMachine<Bytes>> machine =
        new SessionMachine<>(counting, ResultCodec.BYTES);

    machine.apply(List.of(at(1, new SessionCommand.Open(100, 0))));
    machine.apply(List.of(at(2, new SessionCommand.Plain(Bytes.utf8("x")))));

    assertThat(batches).containsExactly(1);
  }

  @Test
  void aMachineWithoutSnapshotsHasNoneWithSessionsEither() {
    StateMachine<Bytes> plain = commands -> List.of();

    assertThat(new SessionMachine<>(plain, ResultCodec.BYTES).capture()).isNull();
  }

  @Test
  void aSnapshotOfAnotherVersionOrCutShortIsRefused() {
    Bytes other = Bytes.wrap(new byte[] {2, 0, 0, 0});
    Bytes short1 = Bytes.wrap(new byte[] {1, 0, 0, 1});

    assertThatThrownBy(() -> Run.empty().restore(parts(other)))
        .hasMessageContaining("has version 2, this program knows 1");
    assertThatThrownBy(() -> Run.empty().restore(parts(short1)))
        .hasMessageContaining("the snapshot ends within its sessions");
    assertThatThrownBy(() -> Run.empty().restore(parts(Bytes.wrap(new byte[] {1, 0, 0, 0, 9}))))
        .hasMessageContaining("goes on behind the last session at byte 4");
  }

  @Test
  void everyCommandReadsBackAsItWasAndNoOtherBytesDo() {
    List<SessionCommand> commands =
        List.of(
            new SessionCommand.Plain(Bytes.utf8("x")),
            new SessionCommand.Open(1, 0),
            new SessionCommand.Request(1, Long.MAX_VALUE, 7, 1L << 40, Bytes.EMPTY),
            new SessionCommand.KeepAlive(300, 128),
            new SessionCommand.Close(Long.MAX_VALUE, 0));

    for (SessionCommand command : commands) {
      Bytes bytes = command.encode();
      assertThat(SessionCommand.decode(bytes)).isEqualTo(command);
      if (!(command instanceof SessionCommand.Plain || command instanceof SessionCommand.Request)) {
        Bytes longer = Bytes.wrap(Arrays.copyOf(bytes.toByteArray(), bytes.length() + 1));
        assertThat(SessionCommand.decode(longer)).isNull();
      }
      assertThat(SessionCommand.decode(bytes.slice(0, command.equals(commands.getFirst()) ? 0 : 2)))
          .isNull();
    }
    assertThat(SessionCommand.decode(Bytes.wrap(new byte[] {5, 1, 1}))).isNull();
    assertThat(SessionCommand.decode(Bytes.wrap(new byte[] {1, (byte) 0x80, 0, 0}))).isNull();
  }

  private static StateMachine.Source parts(Bytes... parts) {
    return new ArrayDeque<>(List.of(parts))::poll;
  }

  private static SessionResult<Bytes> apply(
      SessionMachine<Bytes, Journal> machine, long index, SessionCommand command) {
    return machine.apply(List.of(at(index, command))).getFirst();
  }

  private static StateMachine.Committed at(long index, SessionCommand command) {
    return new StateMachine.Committed(new EntryId(1, index), command.encode());
  }
}
