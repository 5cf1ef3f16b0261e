package dev.balsa.web;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KeyValue;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.KvResultCodec;
import dev.balsa.kv.MalformedBytesException;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.session.OpenSession;
import dev.balsa.raft.session.ResultCodec;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionMachine;
import dev.balsa.raft.session.SessionResult;
import dev.balsa.sim.Load;
import dev.balsa.sim.Request;
import java.util.List;

/**
 * The server's own key-value machine, with sessions around it, as a world's load; its clients are
 * people.
 */
final class KvLoad implements Load<SessionResult<KvResult>, SessionMachine<KvResult, KvMachine>> {
  private static final Bytes ZERO = Bytes.wrap(new byte[1]);
  private static final KeyRange ALL = new KeyRange(ZERO, ZERO); // as etcd writes it
  private static final long MIX = 0x9e3779b97f4a7c15L;
  private static final ResultCodec<KvResult> CODEC =
      new ResultCodec<>() {
        @Override
        public Bytes encode(KvResult result) {
          return KvResultCodec.encode(result);
        }

        @Override
        public KvResult decode(Bytes bytes) {
          return KvResultCodec.decode(bytes);
        }
      };

  @Override
  public SessionMachine<KvResult, KvMachine> machine() {
    return new SessionMachine<>(new KvMachine(), CODEC);
  }

  @Override
  public long fingerprint(SessionMachine<KvResult, KvMachine> machine) {
    long print = machine.machine().stateHash() * MIX + machine.timeMillis();
    for (OpenSession session : machine.open()) {
      print = (print * MIX + session.session()) * MIX + session.deadlineMillis();
      print = print * MIX + session.unanswered();
      for (long request : session.kept()) {
        print = print * MIX + request;
      }
    }
    return print;
  }

  @Override
  public Request<SessionResult<KvResult>, SessionMachine<KvResult, KvMachine>> next(
      long client, long moment, SplitMix random) {
    throw new UnsupportedOperationException("the clients of the page are people");
  }

  static Bytes put(String key, String value) {
    return CommandCodec.encode(Command.Put.of(Bytes.utf8(key), Bytes.utf8(value)));
  }

  static Bytes delete(String key) {
    return CommandCodec.encode(new Command.DeleteRange(KeyRange.single(Bytes.utf8(key)), false));
  }

  /** Puts {@code to} if the value is {@code from}, all in one (etcd's transaction). */
  static Bytes swap(String key, String from, String to) {
    Command.Compare compare =
        new Command.Compare(
            KeyRange.single(Bytes.utf8(key)),
            Command.Relation.EQUAL,
            new Command.Operand.Value(Bytes.utf8(from)));
    Command.Put put = Command.Put.of(Bytes.utf8(key), Bytes.utf8(to));
    return CommandCodec.encode(new Command.Txn(List.of(compare), List.of(put), List.of()));
  }

  /** The value of a key, or null-like text for a person. */
  static String read(KvMachine machine, String key) {
    KvResult result = machine.range(Command.Range.of(KeyRange.single(Bytes.utf8(key))));
    return result instanceof KvResult.RangeDone done && !done.kvs().isEmpty()
        ? done.kvs().getFirst().value().toUtf8()
        : "";
  }

  static List<KeyValue> all(KvMachine machine) {
    KvResult result = machine.range(Command.Range.of(ALL));
    return result instanceof KvResult.RangeDone done ? done.kvs() : List.of();
  }

  /**
   * A command as a person would write it, in any language: {@code #} is a session, {@code + #} a
   * new one and how long it lasts, {@code #2.1} the first request of session 2.
   */
  static String text(Bytes encoded) {
    return switch (SessionCommand.decode(encoded)) {
      case null -> "?";
      case SessionCommand.Plain(Bytes command) -> plain(command);
      case SessionCommand.Open open -> "+ # " + open.timeoutMillis() / 1000 + " s";
      case SessionCommand.Request it ->
          plain(it.command()) + " #" + it.session() + "." + it.sequence();
      case SessionCommand.KeepAlive it -> "#" + it.session();
      case SessionCommand.Close it -> "− #" + it.session();
    };
  }

  private static String plain(Bytes command) {
    try {
      return text(CommandCodec.decode(command));
    } catch (MalformedBytesException malformed) {
      return "?";
    }
  }

  private static String text(Command command) {
    return switch (command) {
      case Command.Put put -> put.key().toUtf8() + " = " + put.value().toUtf8();
      case Command.DeleteRange delete -> "− " + delete.range().key().toUtf8();
      case Command.Txn txn -> text(txn);
      case Command.Compact compact -> "compact " + compact.revision();
      case Command.Sweep sweep -> "compact";
      case Command.LeaseGrant grant -> "lease " + grant.id();
      case Command.LeaseRevoke revoke -> "− lease " + revoke.id();
      case Command.LeaseExpire expire -> "leases expire";
      case Command.LeaseCheckpoint checkpoint -> "leases last";
      case Command.AlarmRaise raise -> "alarm " + raise.alarm().type();
      case Command.AlarmClear clear -> "− alarm " + clear.alarm().type();
      case Command.Auth auth -> "rights";
      case Command.As as -> text(as.command());
    };
  }

  private static String text(Command.Txn txn) {
    if (txn.compares().size() == 1
        && txn.compares().getFirst().operand() instanceof Command.Operand.Value value
        && txn.success().size() == 1
        && txn.success().getFirst() instanceof Command.Put put) {
      return put.key().toUtf8() + " = " + value.value().toUtf8() + " → " + put.value().toUtf8();
    }
    return "txn";
  }

  /** What a client hears. */
  static String answer(SessionResult<KvResult> result) {
    return switch (result) {
      case SessionResult.Done<KvResult>(KvResult.Done done, boolean repeated) when repeated ->
          "REPEATED " + done.revision();
      case SessionResult.Done<KvResult> done -> answer(done.result());
      case SessionResult.Opened<KvResult>(long session) -> "OPENED " + session;
      case SessionResult.Alive<KvResult> alive -> "ALIVE";
      case SessionResult.Closed<KvResult> closed -> "CLOSED";
      case SessionResult.Expired<KvResult> expired -> "EXPIRED";
      case SessionResult.Refused<KvResult>(SessionResult.Reason reason) ->
          reason == SessionResult.Reason.SUPERSEDED ? "SUPERSEDED" : "REFUSED";
    };
  }

  private static String answer(KvResult result) {
    return switch (result) {
      case KvResult.TxnDone txn when !txn.succeeded() -> "UNEQUAL " + txn.revision();
      case KvResult.Done done -> "DONE " + done.revision();
      case KvResult.Failed failed -> "FAILED " + failed.error().name();
    };
  }
}
