package dev.balsa.web;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionMachine;
import dev.balsa.raft.session.SessionResult;
import dev.balsa.sim.Request;
import dev.balsa.sim.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The clients that a person plays: their words travel to a node, and the answers back. */
final class Clients {
  private static final long TRAVEL_NANOS = 10_000_000; // between a client and its node, one way
  private static final long PATIENCE_NANOS = 2_000_000_000;
  private static final long MILLISECOND = 1_000_000;

  private final Workbench<SessionResult<KvResult>, SessionMachine<KvResult, KvMachine>> bench;
  private final Chronicle chronicle;
  private final ReadMode reading;
  private final List<Call> calls = new ArrayList<>();
  private final TreeMap<Integer, SessionClient> sessions = new TreeMap<>(); // by client
  private int requests;

  /** A client's words, on their way to a node or back. */
  record Call(int request, NodeId node, boolean isAnswer, String text, long sent, long due) {}

  /** What a client learns: the result, or null if it got none. */
  interface Hearing {
    /** Hearing it is all. */
    Hearing IDLE = result -> {};

    void heard(@Nullable SessionResult<?> result);
  }

  private interface Wording<T> {
    String text(T value);
  }

  Clients(
      Workbench<SessionResult<KvResult>, SessionMachine<KvResult, KvMachine>> bench,
      Chronicle chronicle,
      ReadMode reading) {
    this.bench = bench;
    this.chronicle = chronicle;
    this.reading = reading;
  }

  /** What is said at the moment. */
  List<Call> calls() {
    return calls;
  }

  /** The clients that ever asked for a session, by their numbers. */
  Map<Integer, SessionClient> sessions() {
    return sessions;
  }

  /** Milliseconds since the beginning, by which clients stamp their commands. */
  long stampMillis() {
    return bench.now() / MILLISECOND;
  }

  /** The client that has this number. */
  SessionClient session(int client) {
    return sessions.computeIfAbsent(client, number -> new SessionClient(this));
  }

  /** Asks for a command outside of any session. */
  void write(NodeId node, Bytes command) {
    write(node, new SessionCommand.Plain(command), Hearing.IDLE);
  }

  void write(NodeId node, SessionCommand command, Hearing hearing) {
    Bytes encoded = command.encode();
    Talk talk = new Talk(node, KvLoad.text(encoded), hearing);
    talk.ask(new Request.Write<>(encoded, talk.answer(KvLoad::answer)));
  }

  void read(NodeId node, String key) {
    Talk talk = new Talk(node, key + " ?", Hearing.IDLE);
    talk.ask(
        new Request.Read<>(
            talk.answer(machine -> "OK " + KvLoad.read(machine.machine(), key)), reading));
  }

  /** One request, until it is answered. */
  private final class Talk {
    private final NodeId node;
    private final int request;
    private final String text;
    private final Hearing hearing;
    private boolean heard;

    Talk(NodeId node, String text, Hearing hearing) {
      this.node = node;
      this.request = ++requests;
      this.text = text;
      this.hearing = hearing;
    }

    void ask(Request<SessionResult<KvResult>, SessionMachine<KvResult, KvMachine>> asked) {
      Call call = call(false, text);
      calls.add(call);
      bench.later(
          TRAVEL_NANOS,
          () -> {
            calls.remove(call);
            chronicle.add(new Happening.Asked(node, request, text));
            if (!bench.ask(node, asked, PATIENCE_NANOS, this::end)) {
              hear("DOWN", null);
            }
          });
    }

    private Call call(boolean isAnswer, String words) {
      return new Call(request, node, isAnswer, words, bench.now(), bench.now() + TRAVEL_NANOS);
    }

    <T> Request.Answer<T> answer(Wording<T> wording) {
      return new Request.Answer<>() {
        @Override
        public void done(T value, long at) {
          hear(wording.text(value), value instanceof SessionResult<?> result ? result : null);
        }

        @Override
        public void refused() {
          hear("REFUSED", null);
        }
      };
    }

    /** The node let go of the request; without an answer its outcome stays unknown. */
    private void end() {
      bench.later(
          0,
          () -> {
            if (!heard) {
              hear("UNKNOWN", null);
            }
          });
    }

    private void hear(String answer, @Nullable SessionResult<?> result) {
      heard = true;
      Call call = call(true, answer);
      calls.add(call);
      bench.later(
          TRAVEL_NANOS,
          () -> {
            calls.remove(call);
            chronicle.tally().answered(answer);
            chronicle.add(new Happening.Answered(node, request, text, answer));
            hearing.heard(result);
          });
    }
  }
}
