package dev.balsa.server.backend;

import dev.balsa.kv.Alarm;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.server.backend.StateCheck.State;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the members hold the same keys, and raises the alarm CORRUPT for one that does
 * not, as etcd does by {@code --corrupt-check-time}. The leader asks, every member tells what it
 * sees at the same place of the log, and a majority of equal ones is right. If there is none though
 * all have spoken, the alarm names nobody.
 *
 * <p>What is compared is a hash that grows with each change, so a check costs some entries of the
 * log and no reading of the store. It finds members that applied commands differently; what a disk
 * did to bytes that were written is found by their checksums.
 */
public final class Agreement implements ApplyObserver {
  private static final Logger LOG = System.getLogger(Agreement.class.getName());

  /** Of so many of the last looks is remembered who saw what. */
  private static final int LOOKS_MAX = 8;

  /** Whom an alarm names if nobody knows who is right. */
  private static final long NOBODY = 0;

  private final NodeId self;
  private final Backend backend;
  private final TreeMap<Long, Map<NodeId, State>> looks = new TreeMap<>(); // who applies

  /** The last revision at which all members were seen to agree; written by who applies. */
  private volatile long agreed = -1;

  /** The checks in which {@code self} takes part; it is to be told of what is applied. */
  public Agreement(NodeId self, Backend backend) {
    this.self = self;
    this.backend = backend;
  }

  /** Asks all members to look at their stores, if this one leads and anything has changed. */
  public void look() {
    if (!leads()) {
      return;
    }
    var unused =
        backend
            .<Long>read(Consistency.STALE, machine -> machine.kv().revision())
            .thenAccept(
                outcome -> {
                  if (outcome instanceof ReadOutcome.Served<Long> served
                      && served.value() != agreed) {
                    var unusedLook = backend.submit(ServerMachine.check(new StateCheck.Look()));
                  }
                });
  }

  private boolean leads() {
    return backend.status().raft().role() == RoleName.LEADER;
  }

  @Override
  public void attached(KvMachine kv) {
    looks.clear();
  }

  @Override
  public void applied(KvMachine kv, List<KvResult> results) {
    // What is asked for stands in the log by itself.
  }

  /** This member's words may get lost with a leader; then the next look has them. */
  @Override
  public void looked(long look, State state) {
    var unused = backend.submit(ServerMachine.check(new StateCheck.Seen(self, look, state)));
  }

  @Override
  public void seen(KvMachine kv, StateCheck.Seen seen) {
    Map<NodeId, State> states = looks.computeIfAbsent(seen.look(), look -> new TreeMap<>());
    states.put(seen.member(), seen.state());
    while (looks.size() > LOOKS_MAX) {
      looks.pollFirstEntry();
    }
    judge(kv, states);
  }

  private void judge(KvMachine kv, Map<NodeId, State> states) {
    int members = backend.members().members().size();
    State right = ofMajority(states, members);
    if (right == null) {
      if (states.size() >= members) {
        raise(kv, NOBODY, "no majority of the members has the same keys: " + states);
      }
      return;
    }
    boolean all = states.size() >= members;
    for (Map.Entry<NodeId, State> member : states.entrySet()) {
      if (!member.getValue().equals(right)) {
        all = false;
        raise(
            kv,
            member.getKey().value(),
            "member %s has other keys than the majority: %s and not %s"
                .formatted(member.getKey(), member.getValue(), right));
      }
    }
    if (all) {
      agreed = right.revision();
    }
  }

  private static @Nullable State ofMajority(Map<NodeId, State> states, int members) {
    for (State state : states.values()) {
      long equal = states.values().stream().filter(state::equals).count();
      if (2 * equal > members) {
        return state;
      }
    }
    return null;
  }

  private void raise(KvMachine kv, long member, String what) {
    Alarm alarm = new Alarm(member, Alarm.Type.CORRUPT);
    if (kv.hasAlarm(alarm)) {
      return;
    }
    LOG.log(Level.ERROR, "{0}; the alarm CORRUPT stops all writes, see docs/operations.md", what);
    if (leads()) {
      var unused = backend.submit(CommandCodec.encode(new Command.AlarmRaise(alarm)));
    }
  }
}
