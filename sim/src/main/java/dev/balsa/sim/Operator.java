package dev.balsa.sim;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.Seat;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who looks after a cluster: changes its members at random, replaces lost machines, retires. */
final class Operator<R, S extends StateMachine<R>> {
  private static final long SECOND = 1_000_000_000;
  private static final int MEMBERS_MANY = 6;
  private static final int ATTEMPTS_MAX = 40;

  private final World<R, S> world;
  private final SplitMix chance;

  Operator(World<R, S> world) {
    this.world = world;
    this.chance = new SplitMix(world.plan().seed() * 104_729 + 1);
  }

  /** Asks a node for other members, by what that node knows; false if it knows nothing. */
  boolean reshape(Host<R, S> asked, long seed) {
    Raft core = asked.raft();
    if (core == null || core.membership().members().isEmpty() || isAnyInDoubt()) {
      return false;
    }
    SplitMix random = new SplitMix(seed);
    List<Member> known = core.membership().members();
    TreeMap<NodeId, Change> changes = new TreeMap<>();
    for (long i = 1 + random.nextBetween(0, 3); i > 0; i--) {
      boolean grow = random.nextBetween(0, 5) < (known.size() < MEMBERS_MANY ? 2 : 1);
      Change change = grow ? add(random) : change(known, core.leader(), random);
      changes.put(change.node(), change);
    }
    asked.wish(List.copyOf(changes.values()));
    return true;
  }

  /** While a disk may be damaged nobody gives up a sound one. */
  private boolean isAnyInDoubt() {
    for (Host<R, S> host : world.inUse()) {
      if (host.isSuspect()) {
        return true;
      }
    }
    return false;
  }

  private Change add(SplitMix random) {
    Host<R, S> spare = spare();
    NodeId id =
        spare == null ? new NodeId(1 + random.nextBetween(0, world.plan().machines())) : spare.id;
    if (spare != null) {
      world.begin(spare);
    }
    Seat seat =
        switch ((int) random.nextBetween(0, 4)) {
          case 0 -> Seat.LEARNER;
          case 1 -> Seat.VOTER;
          default -> Seat.JOINING;
        };
    return new Change.Add(id, seat, Bytes.EMPTY);
  }

  /** A machine that was never a member: one that was started in vain, or a new one. */
  private @Nullable Host<R, S> spare() {
    for (Host<R, S> host : world.hosts()) {
      boolean known =
          world.judge().membership().member(host.id) != null
              || world.judge().membership().removed().contains(host.id);
      boolean usable = host.standing() == Standing.SPARE || host.standing() == Standing.IN_USE;
      if (usable && !known && !host.isSuspect()) {
        return host;
      }
    }
    return null;
  }

  private static Change change(List<Member> known, @Nullable NodeId leader, SplitMix random) {
    NodeId node = known.get((int) random.nextBetween(0, known.size())).id();
    return switch ((int) random.nextBetween(0, 7)) {
      case 0, 1 -> new Change.Remove(node);
      case 2 -> new Change.Remove(leader == null ? node : leader);
      case 3, 4 -> new Change.Promote(node);
      case 5 -> new Change.Demote(node);
      default -> new Change.Update(node, Bytes.utf8("u" + random.nextBetween(0, 9)));
    };
  }

  /** Asks the leader that a node knows to hand over; false if there is none. */
  boolean transfer(Host<R, S> asked, NodeId target) {
    Raft core = asked.raft();
    NodeId leader = core == null ? null : core.leader();
    if (leader == null || !world.host(leader).isUp()) {
      return false;
    }
    world.host(leader).wish(target);
    return true;
  }

  /** A lost machine gives its seat to a spare one, once there is a leader to see to it. */
  void replace(Host<R, S> lost) {
    replace(lost, ATTEMPTS_MAX);
  }

  private List<Change> replacement(Host<R, S> lost) {
    List<Change> changes = new ArrayList<>(List.of(new Change.Remove(lost.id)));
    Host<R, S> spare = spare();
    if (spare != null) {
      world.begin(spare);
      changes.add(new Change.Add(spare.id, Seat.JOINING, Bytes.EMPTY));
    }
    return changes;
  }

  private void replace(Host<R, S> lost, int attempts) {
    world.later(
        chance.nextBetween(0, 4 * SECOND),
        () -> {
          if (world.judge().membership().member(lost.id) == null) {
            world.figures().replaced++;
            return;
          }
          if (!world.isStormy()) {
            return;
          }
          for (Host<R, S> host : List.copyOf(world.inUse())) {
            Raft core = host.raft();
            if (core != null && host.id.equals(core.leader())) {
              host.wish(replacement(lost));
            }
          }
          if (attempts > 0) {
            replace(lost, attempts - 1);
          }
        });
  }

  /** Where the plan says so, members that were removed are switched off a little later. */
  void membershipChanged() {
    if (world.plan().churn().linger()) {
      return;
    }
    for (Host<R, S> host : world.inUse()) {
      if (isRemoved(host)) {
        world.later(
            chance.nextBetween(0, 2 * SECOND),
            () -> {
              if (host.standing() == Standing.IN_USE) {
                host.leave(Standing.RETIRED);
              }
            });
      }
    }
  }

  private boolean isRemoved(Host<R, S> host) {
    return world.judge().membership().removed().contains(host.id);
  }

  /** Switches off all machines that are no members. */
  void retireStrangers() {
    for (Host<R, S> host : List.copyOf(world.inUse())) {
      if (world.judge().membership().member(host.id) == null) {
        host.leave(Standing.RETIRED);
      }
    }
  }

  /** Whether the machines in use can decide, whichever membership is in force among them. */
  boolean canDecide() {
    return canDecideWithout(null);
  }

  /** The same without one of them, and without all whose disks were damaged. */
  boolean canSpare(Host<R, S> host) {
    return canDecideWithout(host);
  }

  /**
   * Whether {@code host} on an empty disk could found the group once more, with founders that hold
   * nothing either, while the rest is silent: nothing tells these from some that never ran.
   */
  boolean couldFoundAgain(Host<R, S> host) {
    Membership founding = world.founding(host.id);
    long empty = Majorities.bit(host.id);
    for (Host<R, S> other : world.inUse()) {
      boolean holds = other.storage.medium().forcedLast().index() > 0;
      empty |= holds ? 0 : Majorities.bit(other.id);
    }
    return founding.votes(host.id) && Majorities.of(founding).agree(empty);
  }

  private boolean canDecideWithout(@Nullable Host<R, S> spared) {
    if (!canDecide(world.judge().membership(), spared)) {
      return false;
    }
    for (Host<R, S> host : world.inUse()) {
      Raft core = host.raft();
      boolean knows = core != null && !core.membership().members().isEmpty();
      if (core != null && knows && !canDecide(core.membership(), spared)) {
        return false;
      }
    }
    return true;
  }

  private boolean canDecide(Membership membership, @Nullable Host<R, S> spared) {
    long alive = 0;
    for (Host<R, S> host : world.inUse()) {
      boolean counts = spared == null ? canVote(host) : host != spared && !host.isSuspect();
      if (counts && world.directories().counts(host.id, membership)) {
        alive |= Majorities.bit(host.id);
      }
    }
    return Majorities.of(membership).agree(alive);
  }

  /**
   * Whether there is somebody for whom {@code host} may vote. Damage may have taken the only copy
   * of an entry that it acknowledged and that its leader, whose force failed, never wrote: it
   * cannot know that this was not committed, and waits for it.
   */
  private boolean canVote(Host<R, S> host) {
    Raft core = host.raft();
    EntryId lost = core == null ? null : core.lost();
    if (lost == null) {
      return true;
    }
    for (Host<R, S> other : world.inUse()) {
      Raft candidate = other.raft();
      if (candidate != null
          && candidate.lost() == null
          && candidate.membership().votes(other.id)
          && candidate.status().last().compareTo(lost) >= 0) {
        return true;
      }
    }
    return false;
  }
}
