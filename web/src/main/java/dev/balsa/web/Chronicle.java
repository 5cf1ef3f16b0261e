package dev.balsa.web;

import dev.balsa.raft.Entry;
import dev.balsa.raft.Event;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Sentence;
import dev.balsa.sim.Flight;
import dev.balsa.sim.Witness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what happens in a world and what led to what. Keeps, for each node, what its last
 * events said of its votes and its drawn timeout.
 */
final class Chronicle implements Witness {
  private final List<Happening> happenings = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<NodeNotes> notes = new ArrayList<>();
  private int[] senders = new int[1 << 8]; // by flight: the step that sent it, or 0
  private final List<Flight> landed = new ArrayList<>(); // arrived, not yet taken by a core
  private final List<Leaving> leaving = new ArrayList<>(); // decided, not yet sent
  private final Journeys journeys = new Journeys();
  private final Tally tally = new Tally();
  private Logs logs = node -> List.of();
  private int moment;
  private long time;
  private int seen;

  /**
   * An input that a core took.
   *
   * @param flight the message that brought it, or 0
   */
  record Step(long id, NodeId node, long time, String input, long flight) {}

  private record Leaving(long step, NodeId from, Ready.Outgoing outgoing) {}

  /** What a node's events said last. */
  static final class NodeNotes {
    /** The election timeout in force, in nanoseconds; 0 while it is the first of its process. */
    long drawn;

    /** When its process began. */
    long since;

    /** Whether a process ever ran here; before, the machine is a spare. */
    boolean begun;

    /** The membership in force, as far as this node's core said. */
    @Nullable Membership membership;

    /** Votes asked for and heard of: granted or denied. */
    final TreeMap<NodeId, Boolean> votes = new TreeMap<>();

    /** Terms of entries that were cut off, by index, until something is committed there. */
    final TreeMap<Long, Long> cut = new TreeMap<>();
  }

  Chronicle(int nodes) {
    for (int i = 0; i < nodes; i++) {
      notes.add(new NodeNotes());
    }
  }

  /** What a node's disk holds. */
  interface Logs {
    List<Entry> of(NodeId node);
  }

  void logs(Logs next) {
    logs = next;
  }

  /** What follows happens at this moment and time. */
  void at(int nextMoment, long nextTime) {
    moment = nextMoment;
    time = nextTime;
  }

  void add(Happening.What what) {
    happenings.add(new Happening(moment, time, what));
    seen++;
  }

  List<Happening> happenings() {
    return happenings;
  }

  /** The ways that messages took. */
  Journeys journeys() {
    return journeys;
  }

  /** What all of it has cost. */
  Tally tally() {
    return tally;
  }

  /** Counts what can be seen, happenings or not. */
  int seen() {
    return seen;
  }

  NodeNotes notes(NodeId node) {
    return notes.get((int) node.value() - 1);
  }

  /** The step that sent a message, or null. */
  @Nullable Step sender(long flight) {
    int step = flight < senders.length ? senders[(int) flight] : 0;
    return step == 0 ? null : step(step);
  }

  /** Writes what the core that took a message said to it, unless none has. */
  void verdict(long flight, Json json) {
    Step sent = sender(flight);
    for (int i = sent == null ? 0 : (int) sent.id(); i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.flight() == flight) {
        json.field("taken", step.time()).name("verdict").openList();
        for (Happening said : said(step)) {
          said.write(json);
        }
        json.closeList();
        return;
      }
    }
  }

  private List<Happening> said(Step step) {
    List<Happening> said = new ArrayList<>();
    for (int i = happenings.size() - 1; i >= 0 && happenings.get(i).time() >= step.time(); i--) {
      if (happenings.get(i).what() instanceof Happening.Core core && core.step() == step.id()) {
        said.addFirst(happenings.get(i));
      }
    }
    return said;
  }

  Step step(long id) {
    return steps.get((int) id - 1);
  }

  /** The last promise that was broken. */
  @Nullable Sentence lastBroken() {
    return happenings.getLast().what() instanceof Happening.Broken(Sentence promise)
        ? promise
        : null;
  }

  @Override
  public void started(NodeId node) {
    landed.removeIf(flight -> flight.to().equals(node)); // nobody was there to take them
    notes(node).begun = true;
    notes(node).drawn = 0;
    notes(node).since = time;
    add(new Happening.Presence(node, true, ""));
  }

  @Override
  public void stopped(NodeId node, String reason) {
    landed.removeIf(flight -> flight.to().equals(node));
    leaving.removeIf(message -> message.from().equals(node));
    notes(node).votes.clear();
    tally.ended(node, time);
    add(new Happening.Presence(node, false, reason));
  }

  @Override
  public void stepped(NodeId node, Input input, Ready ready) {
    Step step =
        new Step(
            steps.size() + 1, node, time, input.getClass().getSimpleName(), flight(node, input));
    steps.add(step);
    for (Event event : ready.events()) {
      note(node, event);
      tally.heard(node, time, event);
      add(new Happening.Core(node, step.id(), event));
    }
    for (Ready.ReadOutcome read : ready.reads()) {
      if (read instanceof Ready.ReadOutcome.Confirmed(long name, long index, ReadBasis basis)
          && basis.path() == ReadBasis.Path.LEASE) {
        add(new Happening.OnLease(node, index));
      }
    }
    for (Ready.Outgoing outgoing : ready.sendNow()) {
      leaving.add(new Leaving(step.id(), node, outgoing));
    }
    for (Ready.Outgoing outgoing : ready.sendDurable()) {
      leaving.add(new Leaving(step.id(), node, outgoing));
    }
  }

  /** Which message an input is. */
  @SuppressWarnings("ReferenceEquality") // equal messages are different flights
  private long flight(NodeId node, Input input) {
    if (input instanceof Input.Receive receive) {
      for (int i = 0; i < landed.size(); i++) {
        Flight flight = landed.get(i);
        if (flight.to().equals(node) && flight.message() == receive.message()) {
          landed.remove(i);
          return flight.id();
        }
      }
    }
    return 0;
  }

  private void note(NodeId node, Event event) {
    NodeNotes of = notes(node);
    if (event instanceof Event.ElectionTimeoutDrawn drawn) {
      of.drawn = drawn.nanos();
    } else if (event instanceof Event.ElectionStarted
        || event instanceof Event.PreVoteStarted
        || event instanceof Event.SteppedDown) {
      of.votes.clear();
    } else if (event instanceof Event.VoteReceived vote) {
      of.votes.put(vote.voter(), true);
    } else if (event instanceof Event.PreVoteReceived vote) {
      of.votes.put(vote.voter(), true);
    } else if (event instanceof Event.VoteDenied denied) {
      notes(denied.candidate()).votes.putIfAbsent(node, false);
    } else if (event instanceof Event.ConfigurationTaken taken) {
      of.membership = taken.membership();
    } else if (event instanceof Event.ConfigurationRolledBack back) {
      of.membership = back.membership();
    } else if (event instanceof Event.CommitAdvanced commit) {
      of.cut.headMap(commit.to(), true).clear();
    } else if (event instanceof Event.Truncated cut) {
      for (Entry entry : logs.of(node)) { // the disk has not been told yet
        if (entry.index() >= cut.fromIndex() && entry.index() <= cut.toIndex()) {
          of.cut.put(entry.index(), entry.term());
        }
      }
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // equal messages are different flights
  public void sent(Flight flight) {
    seen++;
    tally.sent(flight.message());
    journeys.sent(flight);
    for (int i = 0; i < leaving.size(); i++) {
      Leaving message = leaving.get(i);
      if (message.from().equals(flight.from())
          && message.outgoing().to().equals(flight.to())
          && message.outgoing().message() == flight.message()) {
        send((int) flight.id(), (int) message.step());
        leaving.remove(i);
        return;
      }
    }
  }

  private void send(int flight, int step) {
    if (flight >= senders.length) {
      senders = Arrays.copyOf(senders, Math.max(flight + 1, 2 * senders.length));
    }
    senders[flight] = step;
  }

  @Override
  public void arrived(Flight flight) {
    seen++;
    journeys.ended(flight, time, Journeys.Fate.ARRIVED);
    landed.add(flight);
  }

  @Override
  public void lost(Flight flight) {
    tally.lost();
    journeys.ended(flight, time, Journeys.Fate.LOST);
    add(
        new Happening.Lost(
            flight.from(), flight.to(), flight.message().getClass().getSimpleName()));
  }

  @Override
  public void forced(NodeId node) {
    seen++;
  }

  @Override
  public void applied(NodeId node, Entry entry) {
    if (entry.payload() instanceof Payload.Command command) {
      add(new Happening.Applied(node, entry.index(), KvLoad.text(command.data())));
    }
  }
}
