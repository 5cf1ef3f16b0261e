package dev.balsa.server.rocks;

import dev.balsa.kv.Alarm;
import dev.balsa.kv.AuthChange;
import dev.balsa.kv.AuthState;
import dev.balsa.kv.Caller;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.Permission;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine.Committed;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.backend.ServerMachine;
import java.util.ArrayList;
import java.util.List;

/**
 * A log of a server's commands over few keys, users, alarms, sessions and members, the same for the
 * same seed: the entry at each index.
 */
final class Script {
  static final int KEYS = 200;

  /** Newer than any change of users or roles: what is refused is refused for want of permission. */
  private static final long AUTH_REVISION = 1L << 40;

  /** May do everything, in whatever state the users are. */
  static final Caller ROOT = new Caller(AuthState.ROOT, AUTH_REVISION);

  private final SplitMix random;
  private long index;
  private final List<Long> sessions = new ArrayList<>();
  private long stampMillis;
  private long revisions = 1; // at most so many, if each command made one

  Script(long seed) {
    random = new SplitMix(seed);
  }

  Committed next() {
    index++;
    revisions++;
    return new Committed(new EntryId(1, index), encoded());
  }

  private Bytes encoded() {
    return random.nextBetween(0, 4) == 0
        ? ServerMachine.session(ofSession())
        : commandOrPublication();
  }

  /** Of few sessions and few sequences, so that many a request comes again. */
  private SessionCommand ofSession() {
    stampMillis += random.nextBetween(0, 200);
    int kind = (int) random.nextBetween(0, 30);
    if (kind == 0 || sessions.isEmpty()) {
      sessions.add(index);
      return new SessionCommand.Open(2_000, stampMillis);
    }
    long session = sessions.get((int) random.nextBetween(0, sessions.size()));
    if (kind == 1) {
      return new SessionCommand.Close(session, stampMillis);
    }
    if (kind < 4) {
      return new SessionCommand.KeepAlive(session, stampMillis);
    }
    long unanswered = random.nextBetween(0, 10) == 0 ? random.nextBetween(1, 20) : 1;
    long sequence = unanswered + random.nextBetween(0, 10);
    return new SessionCommand.Request(
        session, sequence, unanswered, stampMillis, CommandCodec.encode(as("root", write())));
  }

  private Bytes commandOrPublication() {
    return switch ((int) random.nextBetween(0, 40)) {
      case 0 -> publication();
      case 1, 2, 3 -> CommandCodec.encode(as("root", new Command.Auth(authChange())));
      case 4 -> CommandCodec.encode(as("root", new Command.AlarmRaise(alarm())));
      case 5, 6 -> CommandCodec.encode(as("root", new Command.AlarmClear(alarm())));
      case 7, 8 -> CommandCodec.encode(command());
      case 9 -> CommandCodec.encode(as("user" + random.nextBetween(0, 3), command()));
      default -> CommandCodec.encode(as("root", command()));
    };
  }

  private Bytes publication() {
    NodeId member = new NodeId(1 + random.nextBetween(0, 3));
    String url = "http://10.0.0.%s:%s".formatted(member.value(), 1000 + index);
    return ServerMachine.publish(
        new ClusterMember(member, "m" + member.value(), List.of(), List.of(url)));
  }

  private static Command as(String user, Command command) {
    return Command.As.of(new Caller(Bytes.utf8(user), AUTH_REVISION), command);
  }

  private Alarm alarm() {
    return new Alarm(
        1 + random.nextBetween(0, 3),
        random.nextBetween(0, 4) == 0 ? Alarm.Type.CORRUPT : Alarm.Type.NOSPACE);
  }

  private AuthChange authChange() {
    Bytes user = random.nextBetween(0, 3) == 0 ? AuthState.ROOT : numbered("user");
    Bytes role = random.nextBetween(0, 3) == 0 ? AuthState.ROOT : numbered("role");
    return switch ((int) random.nextBetween(0, 12)) {
      case 0 -> new AuthChange.Enable();
      case 1 -> new AuthChange.Disable();
      case 2 -> new AuthChange.UserDelete(numbered("user"));
      case 3 -> new AuthChange.UserChangePassword(user, Bytes.utf8("hash" + index));
      case 4 -> new AuthChange.UserRevokeRole(numbered("user"), role);
      case 5 -> new AuthChange.RoleDelete(numbered("role"));
      case 6 ->
          new AuthChange.RoleGrant(
              role, new Permission(Permission.Access.READWRITE, new KeyRange(key(), key())));
      case 7 -> new AuthChange.RoleRevoke(role, new KeyRange(key(), key()));
      case 8 -> new AuthChange.RoleAdd(role);
      case 9 -> new AuthChange.UserGrantRole(user, role);
      default -> new AuthChange.UserAdd(user, Bytes.utf8("hash" + index), index % 5 == 0);
    };
  }

  private Bytes numbered(String name) {
    return Bytes.utf8(name + random.nextBetween(0, 3));
  }

  /** What a client may ask for within a session. */
  private Command write() {
    return switch ((int) random.nextBetween(0, 6)) {
      case 0 -> new Command.LeaseGrant(1 + random.nextBetween(0, 9), 60);
      case 1 -> new Command.LeaseRevoke(1 + random.nextBetween(0, 9));
      case 2 -> new Command.DeleteRange(KeyRange.single(key()), true);
      case 3 ->
          new Command.Txn(
              List.of(), List.of(put(0), Command.Range.of(KeyRange.single(key()))), List.of());
      default -> put(0);
    };
  }

  private Command command() {
    return switch ((int) random.nextBetween(0, 25)) {
      case 0 -> new Command.LeaseGrant(1 + random.nextBetween(0, 9), 60);
      case 1 -> new Command.LeaseRevoke(1 + random.nextBetween(0, 9));
      case 2 -> new Command.LeaseExpire(1, List.of(1 + random.nextBetween(0, 9)));
      case 3 ->
          new Command.LeaseCheckpoint(
              1, List.of(new Command.Remaining(1 + random.nextBetween(0, 9), 30)));
      case 4 -> new Command.DeleteRange(new KeyRange(key(), key()), true);
      case 5, 6 -> new Command.DeleteRange(KeyRange.single(key()), false);
      case 7 -> new Command.Compact(random.nextBetween(1, revisions));
      case 8, 9 ->
          new Command.Txn(
              List.of(
                  new Command.Compare(
                      KeyRange.single(key()),
                      Command.Relation.GREATER,
                      new Command.Operand.Version(random.nextBetween(0, 4)))),
              List.of(put(0), Command.Range.of(new KeyRange(key(), key()))),
              List.of(new Command.DeleteRange(new KeyRange(key(), key()), false)));
      case 10, 11 -> put(1 + random.nextBetween(0, 9));
      case 12 -> new Command.Sweep();
      default -> put(0);
    };
  }

  private Command.Put put(long lease) {
    Bytes value = Bytes.utf8("v".repeat((int) random.nextBetween(0, 200)) + index);
    return new Command.Put(key(), value, lease, true, false, false);
  }

  private Bytes key() {
    return Bytes.utf8("k%03d".formatted(random.nextBetween(0, KEYS)));
  }
}
