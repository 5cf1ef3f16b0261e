package dev.balsa.sim;

import dev.balsa.raft.Entry;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Raft;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.Status;
import dev.balsa.raft.Status.RoleName;
import java.util.List;

/** What a host takes for committed, and how its machine gets there. */
final class Applier<R, S extends StateMachine<R>> {
  private static final long PAGE_BYTES_MAX = 1 << 16;

  private final World<R, S> world;
  private final Host<R, S> host;
  private long commit;
  private long kept; // what the machine had kept when the process started

  Applier(World<R, S> world, Host<R, S> host) {
    this.world = world;
    this.host = host;
  }

  long commit() {
    return commit;
  }

  /** A process starts whose latest snapshot ends at {@code snapshot}. */
  void open(long snapshot) {
    commit = snapshot;
  }

  /** Its core has started: the machine is given what a kept state lacks of the snapshot. */
  void begin(Raft core) {
    kept = host.desk().applied();
    apply(core);
  }

  void advanced(Raft core, long from, long to, Membership inForce) {
    if (from != commit || to <= from) {
      throw new BrokenPromise(
          "the commit of %s was %s and went from %s to %s", host.id, commit, from, to);
    }
    world.commits(host, commit, to, inForce);
    count(core);
    commit = to;
  }

  /** A leader's counts lie on its followers' media, as long as they follow it. */
  private void count(Raft core) {
    if ((world.figures().steps & 7) != 0) {
      return; // a status is dear; any eighth step finds a wrong count soon enough
    }
    Status status = core.status();
    if (status.role() != RoleName.LEADER) {
      return;
    }
    for (Status.Follower follower : status.followers()) {
      Medium medium = world.host(follower.node()).storage.medium();
      if (medium.forcedState().term() == status.term()) {
        world.judge().counts(status, follower, medium);
      }
    }
  }

  void apply(Raft core) {
    List<Entry> entries = core.committed(host.desk().applied(), PAGE_BYTES_MAX);
    while (!entries.isEmpty()) {
      for (Entry entry : entries) {
        if (entry.index() > commit) {
          throw new BrokenPromise("%s applies %s, its commit is %s", host.id, entry.id(), commit);
        }
        host.desk().apply(entry);
        world.witness.applied(host.id, entry);
      }
      entries = core.committed(host.desk().applied(), PAGE_BYTES_MAX);
    }
  }

  /** Purged ≤ snapshot ≤ applied ≤ committed ≤ last. */
  void check(long snapshot) {
    Medium medium = host.storage.medium();
    long applied = host.desk().applied();
    boolean ordered =
        medium.released().index() <= snapshot
            && snapshot <= applied
            && applied <= Math.max(commit, kept)
            && commit <= medium.last().index();
    if (!ordered) {
      throw new BrokenPromise(
          "%s released %s, has a snapshot of %s, applied %s, committed %s of %s",
          host.id, medium.released(), snapshot, applied, commit, medium.last());
    }
  }
}
