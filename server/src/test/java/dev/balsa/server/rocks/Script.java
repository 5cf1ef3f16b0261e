package dev.balsa.server.rocks;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KeyRange;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine.Committed;
import java.util.List;

/** A log of commands over few keys, the same for the same seed: the entry at each index. */
final class Script {
  static final int KEYS = 200;

  private final SplitMix random;
  private long index;
  private long revisions = 1; // at most so many, if each command made one

  Script(long seed) {
    random = new SplitMix(seed);
  }

  Committed next() {
    index++;
    revisions++;
    return new Committed(new EntryId(1, index), CommandCodec.encode(command()));
  }

  private Command command() {
    return switch ((int) random.nextBetween(0, 24)) {
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
