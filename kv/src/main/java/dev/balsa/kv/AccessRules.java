package dev.balsa.kv;

import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.Compare;
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
import dev.balsa.raft.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs permission for, once everything in it is spelled out: both branches of a
 * transaction however deep, the keys that compares look at, the records that {@code prev_kv} shows,
 * the keys on a lease that is attached or ended (CVE-2026-33343, CVE-2026-44283). Decided when the
 * request is applied, on state that all members have alike.
 */
final class AccessRules {
  private final Leases leases;

  AccessRules(Leases leases) {
    this.leases = leases;
  }

  /** Why {@code caller} may not have {@code command} carried out; null if it may. */
  @Nullable KvError errorIn(AuthState auth, Caller caller, Command command) {
    if (!auth.enabled()) {
      return null;
    }
    return switch (command) {
      case Put put -> errorIn(auth, caller, (Op) put);
      case DeleteRange delete -> errorIn(auth, caller, (Op) delete);
      case Txn txn -> errorIn(auth, caller, (Op) txn);
      case Compact compact -> auth.errorInAdmin(caller);
      case LeaseGrant grant -> auth.errorInUser(caller);
      case LeaseRevoke(long id) -> {
        KvError error = auth.errorInUser(caller);
        yield error != null ? error : errorInLease(auth, caller, id);
      }
      case Command.Sweep sweep -> null; // the leader's own
      case LeaseExpire expire -> null; // the leader's own
      case LeaseCheckpoint checkpoint -> null; // the leader's own
      case Command.AlarmRaise raise -> null; // a member's own, or of a method for root
      case Command.AlarmClear clear -> null; // of a method for root
      case Command.Auth(AuthChange.LogIn logIn) -> null; // comes before there is a caller
      case Command.Auth change -> auth.errorInAdmin(caller);
      case Command.As as ->
          throw new IllegalArgumentException("a caller inside a caller's command");
    };
  }

  /** The same for what may stand in a transaction, or be read. */
  @Nullable KvError errorIn(AuthState auth, Caller caller, Op op) {
    if (!auth.enabled()) {
      return null;
    }
    return switch (op) {
      case Range range -> auth.errorInRead(caller, range.range());
      case Put put -> put(auth, caller, put);
      case DeleteRange delete -> {
        KvError error = auth.errorInWrite(caller, delete.range());
        yield error == null && delete.prevKv() ? auth.errorInRead(caller, delete.range()) : error;
      }
      case Txn txn -> txn(auth, caller, txn);
      case Empty empty -> null;
    };
  }

  private @Nullable KvError put(AuthState auth, Caller caller, Put put) {
    KeyRange key = KeyRange.single(put.key());
    KvError error = auth.errorInWrite(caller, key);
    if (error == null && put.lease() != 0) {
      error = errorInLease(auth, caller, put.lease());
    }
    return error == null && put.prevKv() ? auth.errorInRead(caller, key) : error;
  }

  /** Who may attach to a lease or end it could write the keys that are on it already. */
  private @Nullable KvError errorInLease(AuthState auth, Caller caller, long lease) {
    if (auth.errorInAdmin(caller) == null) {
      return null;
    }
    for (Bytes key : leases.keys(lease)) {
      KvError error = auth.errorInWrite(caller, KeyRange.single(key));
      if (error != null) {
        return error;
      }
    }
    return null;
  }

  private @Nullable KvError txn(AuthState auth, Caller caller, Txn txn) {
    KvError error = auth.errorInUser(caller);
    for (Compare compare : txn.compares()) {
      error = error != null ? error : auth.errorInRead(caller, compare.range());
    }
    error = error != null ? error : ops(auth, caller, txn.success());
    return error != null ? error : ops(auth, caller, txn.failure());
  }

  private @Nullable KvError ops(AuthState auth, Caller caller, List<Op> ops) {
    for (Op op : ops) {
      KvError error = errorIn(auth, caller, op);
      if (error != null) {
        return error;
      }
    }
    return null;
  }
}
