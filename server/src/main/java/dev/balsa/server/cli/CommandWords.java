package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.kv.AuthChange;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.MalformedBytesException;
import dev.balsa.raft.Bytes;
import dev.balsa.server.backend.ServerMachine;
import java.util.Locale;

/** What a command in the log asks for, in a few words; values and passwords are not among them. */
final class CommandWords {
  private CommandWords() {}

  /** The words for the command whose bytes are {@code data}. */
  static String of(Bytes data) {
    if (ServerMachine.isPublication(data)) {
      return "publish name and client URLs";
    }
    if (ServerMachine.isCheck(data)) {
      return "compare the members' keys";
    }
    if (ServerMachine.isOfSession(data)) {
      return "command of a client session";
    }
    try {
      return of(CommandCodec.decode(data));
    } catch (MalformedBytesException e) {
      return "command that this version cannot read";
    }
  }

  private static String of(Command command) {
    return switch (command) {
      case Command.Put put -> "put " + quote(put.key());
      case Command.DeleteRange(KeyRange range, boolean prevKv) -> "delete " + words(range);
      case Command.Txn txn ->
          "txn of %d compares, %d and %d operations"
              .formatted(txn.compares().size(), txn.success().size(), txn.failure().size());
      case Command.Compact(long revision) -> "compact before " + revision;
      case Command.Sweep sweep -> "go on with a compaction";
      case Command.LeaseGrant(long id, long ttlSeconds) ->
          "grant lease %x for %d s".formatted(id, ttlSeconds);
      case Command.LeaseRevoke(long id) -> "revoke lease %x".formatted(id);
      case Command.LeaseExpire expire -> "expire %d leases".formatted(expire.ids().size());
      case Command.LeaseCheckpoint checkpoint ->
          "checkpoint %d leases".formatted(checkpoint.remaining().size());
      case Command.AlarmRaise(var alarm) -> "raise " + alarm;
      case Command.AlarmClear(var alarm) -> "clear " + alarm;
      case Command.Auth(AuthChange change) ->
          "auth "
              + change
                  .getClass()
                  .getSimpleName()
                  .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                  .toLowerCase(Locale.ROOT);
      case Command.As(var caller, Command inner) -> of(inner) + " as a user";
    };
  }

  private static String words(KeyRange range) {
    return range.end().length() == 0
        ? quote(range.key())
        : "%s to %s".formatted(quote(range.key()), quote(range.end()));
  }

  private static String quote(Bytes bytes) {
    return GoText.quote(ByteString.copyFrom(bytes.toByteArray()));
  }
}
