package dev.balsa.server.rpc;

import dev.balsa.kv.Alarm;
import dev.balsa.kv.AlarmRules;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.MalformedBytesException;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.ApplyObserver;
import java.util.List;

/**
 * How large the store may grow. As in etcd each member measures its own, before it proposes; the
 * first write that would exceed the quota raises the alarm, by which then all members refuse such
 * writes until it is cleared. What is measured is live data with the history kept, not files:
 * deletions and compactions make room at once.
 *
 * <p>Writes under way are not counted, so it may be exceeded by as much as waits for the log.
 * Thread-safe.
 */
public final class Quota implements ApplyObserver {
  /** A transaction of empty puts, of six bytes each, grows the store by the most for its length. */
  private static final long MARGIN = 16;

  private static final long MARGIN_BYTES = 64;

  private final Alarm alarm;
  private final long bytesMax;
  private volatile long bytes; // written by the thread that applies
  private volatile boolean raised; // as bytes

  /**
   * The quota of the member {@code self}.
   *
   * @param bytesMax {@link Long#MAX_VALUE} for no limit
   */
  public Quota(NodeId self, long bytesMax) {
    this.alarm = new Alarm(self.value(), Alarm.Type.NOSPACE);
    this.bytesMax = bytesMax;
  }

  @Override
  public void attached(KvMachine kv) {
    bytes = kv.bytes();
    raised = kv.hasAlarm(alarm);
  }

  @Override
  public void applied(KvMachine kv, List<KvResult> results) {
    attached(kv);
  }

  /** The command that raises this member's alarm. */
  Bytes alarm() {
    return CommandCodec.encode(new Command.AlarmRaise(alarm));
  }

  /**
   * Whether the store would be too large after {@code command}, and nobody was told yet. Once the
   * alarm is raised its rule decides, where the command stands in the log.
   */
  boolean isExceededBy(Bytes command) {
    long left = bytesMax - bytes;
    // Far from the quota nothing is decoded.
    if (raised || left > MARGIN * (command.length() + MARGIN_BYTES)) {
      return false;
    }
    try {
      long growth = AlarmRules.growthBytes(CommandCodec.decode(command));
      return growth > 0 && growth > left;
    } catch (MalformedBytesException notOfTheStore) {
      return false; // such as a member's publication, which takes no room there
    }
  }
}
