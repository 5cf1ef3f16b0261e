package dev.balsa.kv;

import dev.balsa.kv.Command.AlarmClear;
import dev.balsa.kv.Command.AlarmRaise;
import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.Compare;
import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.Empty;
import dev.balsa.kv.Command.LeaseCheckpoint;
import dev.balsa.kv.Command.LeaseExpire;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.LeaseRevoke;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Operand;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Relation;
import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.Command.SortOrder;
import dev.balsa.kv.Command.SortTarget;
import dev.balsa.kv.Command.Txn;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Sentence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The binary form of a {@link Command} in the log. One command has one form, and the decoder takes
 * no other.
 *
 * <pre>
 * command  = version 01 | op
 * op       = kind | fields           1 put, 2 delete range, 3 txn, 4 compact, 5 range, 6 empty,
 *                                    7 grant, 8 revoke, 9 expire, 10 checkpoint of leases,
 *                                    40 raise, 41 clear an alarm,
 *                                    from 60 on {@link AuthCodec}
 * bytes    = length varint | bytes   numbers are varints, flags one byte, choices one byte
 * </pre>
 *
 * <p>A new version may be proposed only when every member can read it: a member that cannot gives
 * {@link KvResult.KvError#MALFORMED} where the others change their state.
 */
public final class CommandCodec {
  private static final int VERSION = 1;
  private static final int PUT = 1;
  private static final int DELETE_RANGE = 2;
  private static final int TXN = 3;
  private static final int COMPACT = 4;
  private static final int RANGE = 5;
  private static final int EMPTY = 6;
  private static final int LEASE_GRANT = 7;
  private static final int LEASE_REVOKE = 8;
  private static final int LEASE_EXPIRE = 9;
  private static final int LEASE_CHECKPOINT = 10;
  private static final int SWEEP = 11;
  private static final int ALARM_RAISE = 40;
  private static final int ALARM_CLEAR = 41;

  private static final int VERSION_FIELD = 0;
  private static final int CREATE_FIELD = 1;
  private static final int MOD_FIELD = 2;
  private static final int VALUE_FIELD = 3;
  private static final int LEASE_FIELD = 4;

  // A choice is encoded as its place here, so the order never changes.
  private static final List<Relation> RELATIONS =
      List.of(Relation.EQUAL, Relation.GREATER, Relation.LESS, Relation.NOT_EQUAL);
  private static final List<SortOrder> ORDERS =
      List.of(SortOrder.NONE, SortOrder.ASCEND, SortOrder.DESCEND);
  private static final List<SortTarget> TARGETS =
      List.of(
          SortTarget.KEY, SortTarget.VERSION, SortTarget.CREATE, SortTarget.MOD, SortTarget.VALUE);

  private CommandCodec() {}

  /**
   * The binary form of {@code command}.
   *
   * @throws IllegalArgumentException if transactions nest deeper than {@link
   *     CommandRules#TXN_DEPTH_MAX}
   */
  public static Bytes encode(Command command) {
    ByteWriter out = new ByteWriter(sizeHint(command));
    out.u8(VERSION);
    command(out, command);
    return out.finish();
  }

  private static void command(ByteWriter out, Command command) {
    switch (command) {
      case Put put -> put(out, put);
      case DeleteRange delete -> deleteRange(out, delete);
      case Txn txn -> txn(out, txn, 1);
      case Compact compact -> {
        out.u8(COMPACT);
        out.varint(compact.revision());
      }
      case Command.Sweep sweep -> out.u8(SWEEP);
      case LeaseGrant grant -> {
        out.u8(LEASE_GRANT);
        out.varint(grant.id());
        out.varint(grant.ttlSeconds());
      }
      case LeaseRevoke revoke -> {
        out.u8(LEASE_REVOKE);
        out.varint(revoke.id());
      }
      case LeaseExpire expire -> {
        out.u8(LEASE_EXPIRE);
        out.varint(expire.term());
        out.varint(expire.ids().size());
        expire.ids().forEach(out::varint);
      }
      case LeaseCheckpoint checkpoint -> checkpoint(out, checkpoint);
      case AlarmRaise raise -> alarm(out, ALARM_RAISE, raise.alarm());
      case AlarmClear clear -> alarm(out, ALARM_CLEAR, clear.alarm());
      case Command.Auth auth -> AuthCodec.write(out, auth.change());
      case Command.As(Caller caller, Command inner) -> {
        out.u8(AuthCodec.CALLER);
        out.sized(caller.user());
        out.varint(caller.authRevision());
        command(out, inner);
      }
    }
  }

  /**
   * The command whose binary form is {@code bytes}; its keys and values share their array.
   *
   * @throws MalformedBytesException if {@code bytes} are no command
   */
  public static Command decode(Bytes bytes) {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw in.malformed("has format %s, this build reads %s", version, VERSION);
    }
    int kind = in.u8();
    Command command =
        kind == AuthCodec.CALLER
            ? new Command.As(new Caller(in.sized(), in.varint()), command(in, in.u8()))
            : command(in, kind);
    in.expectEnd();
    return command;
  }

  private static int sizeHint(Command command) {
    return switch (command) {
      case Put put -> putBytes(put);
      case DeleteRange delete -> 32 + delete.range().key().length() + delete.range().end().length();
      case Txn txn -> 256;
      case Compact compact -> 12;
      case Command.Sweep sweep -> 2;
      case LeaseGrant grant -> 24;
      case LeaseRevoke revoke -> 12;
      case LeaseExpire expire -> 24 + 10 * expire.ids().size();
      case LeaseCheckpoint checkpoint -> 24 + 16 * checkpoint.remaining().size();
      case AlarmRaise raise -> 16;
      case AlarmClear clear -> 16;
      case Command.Auth auth -> 128;
      case Command.As(Caller caller, Command inner) -> 8 + caller.user().length() + sizeHint(inner);
    };
  }

  private static int putBytes(Put put) {
    int key = put.key().length();
    int value = put.value().length();
    // version, kind and flags
    return 3
        + ByteWriter.varintBytes(key)
        + key
        + ByteWriter.varintBytes(value)
        + value
        + ByteWriter.varintBytes(put.lease());
  }

  private static void op(ByteWriter out, Op op, int depth) {
    switch (op) {
      case Range range -> range(out, range);
      case Put put -> put(out, put);
      case DeleteRange delete -> deleteRange(out, delete);
      case Txn txn -> txn(out, txn, depth + 1);
      case Empty empty -> out.u8(EMPTY);
    }
  }

  private static void put(ByteWriter out, Put put) {
    out.u8(PUT);
    out.u8(flag(put.prevKv(), 1) | flag(put.ignoreValue(), 2) | flag(put.ignoreLease(), 4));
    out.sized(put.key());
    out.sized(put.value());
    out.varint(put.lease());
  }

  private static void deleteRange(ByteWriter out, DeleteRange delete) {
    out.u8(DELETE_RANGE);
    out.u8(flag(delete.prevKv(), 1));
    keyRange(out, delete.range());
  }

  private static void txn(ByteWriter out, Txn txn, int depth) {
    if (depth > CommandRules.TXN_DEPTH_MAX) {
      throw new IllegalArgumentException(
          Sentence.of(
                  "transactions nest deeper than %s; check the command with CommandRules first",
                  CommandRules.TXN_DEPTH_MAX)
              .toString());
    }
    out.u8(TXN);
    out.varint(txn.compares().size());
    txn.compares().forEach(compare -> compare(out, compare));
    out.varint(txn.success().size());
    txn.success().forEach(op -> op(out, op, depth));
    out.varint(txn.failure().size());
    txn.failure().forEach(op -> op(out, op, depth));
  }

  private static void checkpoint(ByteWriter out, LeaseCheckpoint checkpoint) {
    out.u8(LEASE_CHECKPOINT);
    out.varint(checkpoint.term());
    out.varint(checkpoint.remaining().size());
    for (Remaining remaining : checkpoint.remaining()) {
      out.varint(remaining.id());
      out.varint(remaining.seconds());
    }
  }

  private static void alarm(ByteWriter out, int kind, Alarm alarm) {
    out.u8(kind);
    out.u8(Alarms.TYPES.indexOf(alarm.type()));
    out.varint(alarm.member());
  }

  private static void compare(ByteWriter out, Compare compare) {
    keyRange(out, compare.range());
    out.u8(RELATIONS.indexOf(compare.relation()));
    switch (compare.operand()) {
      case Operand.Version operand -> number(out, VERSION_FIELD, operand.version());
      case Operand.CreateRevision operand -> number(out, CREATE_FIELD, operand.revision());
      case Operand.ModRevision operand -> number(out, MOD_FIELD, operand.revision());
      case Operand.Lease operand -> number(out, LEASE_FIELD, operand.lease());
      case Operand.Value operand -> {
        out.u8(VALUE_FIELD);
        out.sized(operand.value());
      }
    }
  }

  private static void number(ByteWriter out, int field, long number) {
    out.u8(field);
    out.varint(number);
  }

  private static void range(ByteWriter out, Range range) {
    out.u8(RANGE);
    out.u8(flag(range.keysOnly(), 1) | flag(range.countOnly(), 2));
    keyRange(out, range.range());
    out.varint(range.limit());
    out.varint(range.revision());
    out.u8(ORDERS.indexOf(range.order()));
    out.u8(TARGETS.indexOf(range.target()));
    out.varint(range.minModRevision());
    out.varint(range.maxModRevision());
    out.varint(range.minCreateRevision());
    out.varint(range.maxCreateRevision());
  }

  private static void keyRange(ByteWriter out, KeyRange range) {
    out.sized(range.key());
    out.sized(range.end());
  }

  private static int flag(boolean set, int bit) {
    return set ? bit : 0;
  }

  private static Command command(ByteReader in, int kind) {
    if (AuthCodec.isChange(kind)) {
      return new Command.Auth(AuthCodec.read(in, kind));
    }
    return switch (kind) {
      case PUT -> put(in);
      case DELETE_RANGE -> deleteRange(in);
      case TXN -> txn(in, 1);
      case COMPACT -> new Compact(in.varint());
      case SWEEP -> new Command.Sweep();
      case LEASE_GRANT -> new LeaseGrant(in.varint(), in.varint());
      case LEASE_REVOKE -> new LeaseRevoke(in.varint());
      case LEASE_EXPIRE -> new LeaseExpire(in.varint(), list(in, ByteReader::varint));
      case LEASE_CHECKPOINT ->
          new LeaseCheckpoint(
              in.varint(), list(in, from -> new Remaining(from.varint(), from.varint())));
      case ALARM_RAISE -> new AlarmRaise(alarm(in));
      case ALARM_CLEAR -> new AlarmClear(alarm(in));
      default -> throw in.malformed("is of kind %s, which is no command", kind);
    };
  }

  private static Op op(ByteReader in, int depth) {
    int kind = in.u8();
    return switch (kind) {
      case PUT -> put(in);
      case DELETE_RANGE -> deleteRange(in);
      case TXN -> txn(in, depth + 1);
      case RANGE -> range(in);
      case EMPTY -> new Empty();
      default -> throw in.malformed("holds kind %s, which is no operation", kind);
    };
  }

  private static Put put(ByteReader in) {
    int flags = flags(in, 3);
    return new Put(
        in.sized(), in.sized(), in.varint(), (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
  }

  private static DeleteRange deleteRange(ByteReader in) {
    boolean prevKv = flags(in, 1) != 0;
    return new DeleteRange(keyRange(in), prevKv);
  }

  private static Txn txn(ByteReader in, int depth) {
    if (depth > CommandRules.TXN_DEPTH_MAX) {
      throw in.malformed("nests transactions deeper than " + CommandRules.TXN_DEPTH_MAX);
    }
    List<Compare> compares = list(in, CommandCodec::compare);
    List<Op> success = list(in, from -> op(from, depth));
    List<Op> failure = list(in, from -> op(from, depth));
    return new Txn(compares, success, failure);
  }

  private static Alarm alarm(ByteReader in) {
    Alarm.Type type = in.choice(Alarms.TYPES);
    return new Alarm(in.varint(), type);
  }

  /** The list grows as elements are read: an announced count reserves no memory. */
  private static <T> List<T> list(ByteReader in, Function<ByteReader, T> element) {
    List<T> elements = new ArrayList<>();
    for (int left = in.count(); left > 0; left--) {
      elements.add(element.apply(in));
    }
    return elements;
  }

  private static Compare compare(ByteReader in) {
    KeyRange range = keyRange(in);
    Relation relation = in.choice(RELATIONS);
    int field = in.u8();
    Operand operand =
        switch (field) {
          case VERSION_FIELD -> new Operand.Version(in.varint());
          case CREATE_FIELD -> new Operand.CreateRevision(in.varint());
          case MOD_FIELD -> new Operand.ModRevision(in.varint());
          case VALUE_FIELD -> new Operand.Value(in.sized());
          case LEASE_FIELD -> new Operand.Lease(in.varint());
          default -> throw in.malformed("compares field %s, which is none", field);
        };
    return new Compare(range, relation, operand);
  }

  private static Range range(ByteReader in) {
    int flags = flags(in, 2);
    return new Range(
        keyRange(in),
        in.varint(),
        in.varint(),
        in.choice(ORDERS),
        in.choice(TARGETS),
        (flags & 1) != 0,
        (flags & 2) != 0,
        in.varint(),
        in.varint(),
        in.varint(),
        in.varint());
  }

  private static KeyRange keyRange(ByteReader in) {
    return new KeyRange(in.sized(), in.sized());
  }

  private static int flags(ByteReader in, int known) {
    int flags = in.u8();
    if (flags >>> known != 0) {
      throw in.malformed("has unknown flags " + flags);
    }
    return flags;
  }
}
