package dev.balsa.sim;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Fingerprint;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Input;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Raft;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Ready;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * One living node of an {@link Explorer}: a real core, its disk, and what waits for the disk. Time
 * has no scale here: it moves only when a timer rings or a timeout's length goes by, and all drawn
 * timeouts are equal.
 */
final class Replica {
  private static final long HEARTBEAT = 1;
  private static final long TIMEOUT_MIN = 2;
  private static final long TIMEOUT_MAX = 3; // exclusive: only the least is drawn

  private final NodeId id;
  private final Membership membership;
  private final boolean preVote;
  private final boolean turns;
  private final Letters letters;
  private final MemoryStorage storage = new MemoryStorage();
  private final Medium medium = storage.medium();
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private int process;
  private Raft raft;
  private long now;
  private long sequence; // of the last write
  private final ArrayDeque<Long> writes = new ArrayDeque<>(); // not yet durable, by sequence
  private Outcome outcome = new Outcome();

  private record Held(long sequence, int letter) {}

  /** What a move did beside changing the node. */
  static final class Outcome {
    final List<Integer> sent = new ArrayList<>();

    /** The term this node came to lead, and its log then; 0 if it did not. */
    long ledTerm;

    List<Entry> ledLog = List.of();

    /** The entries it now knows to be committed, from the first one that is news to it. */
    final List<Entry> committed = new ArrayList<>();

    /** Up to where a read must be served, or -1 if none was confirmed. */
    long readAt = -1;

    /** Whether a read was given up. */
    boolean readRefused;

    /** How many writes were not durable after the act. */
    int unforced;

    boolean isQuiet() {
      return sent.isEmpty() && committed.isEmpty() && ledTerm == 0 && readAt < 0 && !readRefused;
    }
  }

  Replica(NodeId id, Scope scope, Letters letters, Scope.Disk disk) {
    this.id = id;
    this.preVote = scope.preVote();
    this.turns = scope.host() == Plan.Host.TURNS;
    this.letters = letters;
    this.membership =
        new Membership(
            LongStream.rangeClosed(1, scope.beginnings().getFirst().size())
                .mapToObj(NodeId::new)
                .toList());
    if (disk.term() > 0) {
      medium.write(new Ready.Persist(1, new HardState(disk.term(), disk.vote()), slice(disk)));
      medium.force();
    }
    raft = start();
  }

  private @Nullable LogSlice slice(Scope.Disk disk) {
    if (disk.entryTerms().isEmpty()) {
      return null;
    }
    List<Entry> entries = new ArrayList<>();
    long before = 0;
    for (long term : disk.entryTerms()) {
      EntryId place = new EntryId(term, entries.size() + 1);
      entries.add(new Entry(place, payload(place, before)));
      before = term;
    }
    return new LogSlice(EntryId.ZERO, entries);
  }

  private Payload payload(EntryId place, long termBefore) {
    if (place.index() == 1) {
      return new Payload.Configuration(membership);
    }
    return place.term() > termBefore
        ? new Payload.NoOp()
        : new Payload.Command(Bytes.utf8("old " + place));
  }

  private Raft start() {
    RaftConfig config =
        RaftConfig.of(id, preVote ? id.value() * 100 + process : id.value())
            .withTimings(TIMEOUT_MIN, TIMEOUT_MAX, HEARTBEAT)
            .withPreVote(preVote)
            .withWindow(1, 2, 1 << 20);
    return Raft.start(config, membership, storage.open(), storage.log(), 0);
  }

  Medium medium() {
    return medium;
  }

  @Nullable NodeId leader() {
    return raft.leader();
  }

  long term() {
    return raft.term();
  }

  /** Does a move and tells what came of it. */
  Outcome move(int move) {
    outcome = new Outcome();
    act(Move.act(move));
    outcome.unforced = writes.size();
    int kept = Move.kept(move);
    if (kept >= 0) {
      crash(kept);
    } else if (turns) {
      while (!writes.isEmpty()) {
        force();
      }
    }
    judgeDurable();
    return outcome;
  }

  private void act(int act) {
    switch (act) {
      case Move.TIMER -> {
        if (raft.deadline() < Long.MAX_VALUE) { // who was removed has no timer
          now = Math.max(now, raft.deadline());
          step(new Input.Wake());
        }
      }
      case Move.AGE -> {
        now += TIMEOUT_MIN;
        step(new Input.Persisted(0)); // tells nothing but the time
      }
      case Move.FORCE -> force();
      case Move.NOTHING -> {}
      case Move.READ -> step(new Input.Read(1));
      default -> {
        int message = Move.message(act);
        if (message >= 0) {
          step(new Input.Receive(letters.get(message).message()));
        } else if (Move.changes(act)) {
          Change wish = new Change.Remove(new NodeId(Move.removed(act)));
          step(new Input.Reconfigure(1, List.of(wish)));
        } else {
          Bytes command = Bytes.utf8("new " + Move.proposal(act));
          step(new Input.Propose(1, List.of(command)));
        }
      }
    }
  }

  private void step(Input input) {
    Ready ready = raft.step(now, input);
    Ready.Persist persist = ready.persist();
    if (persist != null) {
      medium.write(persist);
      sequence = persist.sequence();
      writes.add(sequence);
    }
    for (Event event : ready.events()) {
      observe(event);
    }
    ready.sendNow().forEach(letter -> outcome.sent.add(letters.number(letter)));
    for (Ready.Outgoing letter : ready.sendDurable()) {
      if (writes.isEmpty()) {
        outcome.sent.add(letters.number(letter));
      } else {
        held.add(new Held(sequence, letters.number(letter)));
      }
    }
    for (Ready.ReadOutcome read : ready.reads()) {
      switch (read) {
        case Ready.ReadOutcome.Confirmed confirmed -> outcome.readAt = confirmed.index();
        case Ready.ReadOutcome.Refused refused -> outcome.readRefused = true;
      }
    }
  }

  private void observe(Event event) {
    if (event instanceof Event.BecameLeader became) {
      outcome.ledTerm = became.term();
      outcome.ledLog = List.copyOf(medium.log());
    } else if (event instanceof Event.CommitAdvanced advanced) {
      for (long index = advanced.from() + 1; index <= advanced.to(); index++) {
        outcome.committed.add(medium.entry(index));
      }
    }
  }

  private void force() {
    long arrived = writes.removeFirst();
    medium.arriveNext();
    while (!held.isEmpty() && held.getFirst().sequence() <= arrived) {
      outcome.sent.add(held.removeFirst().letter());
    }
    step(new Input.Persisted(arrived));
  }

  /** What the core counts as durable here is on the disk, and is still in the log. */
  private void judgeDurable() {
    int durable = (int) raft.status().durable();
    BrokenPromise.require(
        durable <= medium.forcedLog().size()
            && (durable == 0
                || medium.forcedLog().get(durable - 1).id().equals(medium.entry(durable).id())),
        "durability: %s counts %s entries of %s, its disk holds %s",
        id,
        durable,
        medium.log(),
        medium.forcedLog());
  }

  private void crash(int kept) {
    for (int i = 0; i < kept / 2; i++) {
      medium.arriveNext();
    }
    if (kept % 2 == 1) {
      medium.arriveTorn(1);
    }
    medium.loseRest();
    writes.clear();
    held.clear();
    process++;
    raft = start();
    now = 0;
    sequence = 0;
  }

  /** What decides how this node goes on. */
  Fingerprint fingerprint() {
    Fingerprint print = new Fingerprint();
    print.add(id);
    raft.describe(print);
    print.add(medium.log().size());
    medium.log().forEach(entry -> describe(print, entry));
    print.add(medium.forcedState().term()).add(medium.forcedState().vote());
    print.add(medium.forcedLog().size());
    medium.forcedLog().forEach(entry -> describe(print, entry));
    print.add(writes.size()).add(held.size());
    held.forEach(one -> print.add(sequence - one.sequence()).add(one.letter()));
    return print.trim();
  }

  static void describe(Fingerprint print, Entry entry) {
    print.add(entry.id());
    switch (entry.payload()) {
      case Payload.NoOp noOp -> print.add(0);
      case Payload.Command(Bytes data) ->
          print.add(data.at(data.length() - 1)); // no two commands at one place end alike
      case Payload.Configuration(Membership held) ->
          held.members()
              .forEach(member -> print.add(member.id()).add(member.seat().name().charAt(0)));
    }
  }
}
