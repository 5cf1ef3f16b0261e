package dev.balsa.web;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KeyValue;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.MalformedBytesException;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import dev.balsa.sim.Load;
import dev.balsa.sim.Request;
import java.util.List;

/** The server's own key-value machine as a world's load; its clients are people. */
final class KvLoad implements Load<KvResult, KvMachine> {
  private static final Bytes ZERO = Bytes.wrap(new byte[1]);
  private static final String MARK = "#"; // of a request that took effect
  private static final KeyRange ALL = new KeyRange(ZERO, ZERO); // as etcd writes it

  @Override
  public KvMachine machine() {
    return new KvMachine();
  }

  @Override
  public long fingerprint(KvMachine machine) {
    return machine.stateHash();
  }

  @Override
  public Request<KvResult, KvMachine> next(long client, long moment, SplitMix random) {
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

  /** Puts a value and a mark with a number, all in one, unless that mark is there. */
  static Bytes once(String key, String value, long number) {
    Bytes mark = Bytes.utf8(MARK + number);
    Command.Compare compare =
        new Command.Compare(
            KeyRange.single(mark), Command.Relation.EQUAL, new Command.Operand.Version(0));
    Command.Put put = Command.Put.of(Bytes.utf8(key), Bytes.utf8(value));
    return CommandCodec.encode(
        new Command.Txn(
            List.of(compare), List.of(put, Command.Put.of(mark, Bytes.EMPTY)), List.of()));
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

  /** A command as a person would write it. */
  static String text(Bytes encoded) {
    Command command;
    try {
      command = CommandCodec.decode(encoded);
    } catch (MalformedBytesException malformed) {
      return "?";
    }
    return text(command);
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
    if (txn.success().size() == 2
        && txn.success().get(0) instanceof Command.Put put
        && txn.success().get(1) instanceof Command.Put mark) {
      return put.key().toUtf8() + " = " + put.value().toUtf8() + " " + mark.key().toUtf8();
    }
    return "txn";
  }

  /** What a client hears. */
  static String answer(KvResult result) {
    return switch (result) {
      case KvResult.TxnDone txn when !txn.succeeded() -> "UNEQUAL " + txn.revision();
      case KvResult.Done done -> "DONE " + done.revision();
      case KvResult.Failed failed -> "FAILED " + failed.error().name();
    };
  }
}
