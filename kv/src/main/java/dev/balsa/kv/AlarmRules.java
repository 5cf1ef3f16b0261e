package dev.balsa.kv;

import dev.balsa.kv.Command.AlarmClear;
import dev.balsa.kv.Command.AlarmRaise;
import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.Empty;
import dev.balsa.kv.Command.LeaseCheckpoint;
import dev.balsa.kv.Command.LeaseExpire;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.LeaseRevoke;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.KvError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What alarms forbid, as in etcd: without space nothing that grows the store, with members that
 * disagree nothing that changes it. Alarms themselves and the writing down of what is left of
 * leases always go through. Decided where the command stands in the log, so all members agree.
 */
public final class AlarmRules {
  /** About what the store keeps with a put beside keys and value. */
  private static final long PUT_BYTES = 64;

  private static final long LEASE_BYTES = 64;

  private AlarmRules() {}

  static @Nullable KvError errorIn(Command command, Alarms alarms) {
    if (alarms.has(Alarm.Type.CORRUPT) && changesStore(command)) {
      return KvError.CORRUPT;
    }
    return alarms.has(Alarm.Type.NOSPACE) && growthBytes(command) > 0 ? KvError.NO_SPACE : null;
  }

  private static boolean changesStore(Command command) {
    return switch (command) {
      case Put put -> true;
      case DeleteRange delete -> true;
      case Txn txn -> true;
      case Compact compact -> true;
      case Command.Sweep sweep -> false; // no more than any other command
      case LeaseGrant grant -> true;
      case LeaseRevoke revoke -> true;
      case LeaseExpire expire -> true;
      case LeaseCheckpoint checkpoint -> false;
      case AlarmRaise raise -> false;
      case AlarmClear clear -> false;
      case Command.Auth auth -> false;
      case Command.As as -> changesStore(as.command());
    };
  }

  /**
   * About the most bytes by which {@code command} can make the store larger; 0 if it only makes
   * room, as deletions and compactions do in the end. Unlike etcd it counts the puts of nested
   * transactions, too.
   */
  public static long growthBytes(Command command) {
    return switch (command) {
      case Put put -> putBytes(put);
      case Txn txn -> txnBytes(txn);
      case LeaseGrant grant -> LEASE_BYTES;
      case DeleteRange delete -> 0;
      case Compact compact -> 0;
      case Command.Sweep sweep -> 0;
      case LeaseRevoke revoke -> 0;
      case LeaseExpire expire -> 0;
      case LeaseCheckpoint checkpoint -> 0;
      case AlarmRaise raise -> 0;
      case AlarmClear clear -> 0;
      case Command.Auth auth -> 0;
      case Command.As as -> growthBytes(as.command());
    };
  }

  /** A key is kept twice, with its version and in the order of changes. */
  private static long putBytes(Put put) {
    return 2L * put.key().length() + put.value().length() + PUT_BYTES;
  }

  private static long txnBytes(Txn txn) {
    return Math.max(opsBytes(txn.success()), opsBytes(txn.failure()));
  }

  private static long opsBytes(List<Op> ops) {
    long bytes = 0;
    for (Op op : ops) {
      bytes +=
          switch (op) {
            case Put put -> putBytes(put);
            case Txn txn -> txnBytes(txn);
            case DeleteRange delete -> 0;
            case Range range -> 0;
            case Empty empty -> 0;
          };
    }
    return bytes;
  }
}
