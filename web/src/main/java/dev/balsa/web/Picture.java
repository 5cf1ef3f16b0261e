package dev.balsa.web;

import dev.balsa.kv.KeyValue;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Seat;
import dev.balsa.raft.Sentence;
import dev.balsa.raft.Status;
import dev.balsa.raft.session.OpenSession;
import dev.balsa.raft.session.SessionMachine;
import dev.balsa.sim.Flight;
import dev.balsa.sim.Medium;
import dev.balsa.sim.Workbench;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the page draws of one moment, as JSON members. */
final class Picture {
  private static final int ENTRIES_MAX = 200;
  private static final int KEYS_MAX = 50;

  private final Stage stage;
  private final Json json;
  private final Map<NodeId, Workbench.Sight<SessionMachine<KvResult, KvMachine>>> sights =
      new TreeMap<>();

  Picture(Stage stage, Json json) {
    this.stage = stage;
    this.json = json;
    stage.bench.nodes().forEach(node -> sights.put(node, stage.bench.look(node)));
  }

  /** Writes everything but the happenings into an open object. */
  void write() {
    Setup setup = stage.setup();
    json.field("seed", setup.seed()).field("preVote", setup.preVote());
    json.field("checkQuorum", setup.checkQuorum()).field("leases", setup.leases());
    json.field("timeoutMin", setup.timeouts().min());
    json.field("timeoutMax", setup.timeouts().max()).field("singly", setup.singly());
    json.field("spares", setup.spares()).field("snapshots", setup.snapshots());
    json.field("bug", setup.bug().name());
    sky(stage.sky());
    json.name("nodes").openList();
    sights.forEach(this::node);
    json.closeList();
    json.name("figures").open();
    stage.chronicle.tally().write(json, stage.now());
    json.close();
    cuts();
    json.name("flights").openList();
    stage.bench.flights().forEach(this::flight);
    json.closeList();
    json.name("calls").openList();
    for (Clients.Call call : stage.clients.calls()) {
      json.open().field("id", call.request()).field("node", call.node().value());
      json.field("answer", call.isAnswer()).field("text", call.text());
      json.field("sent", call.sent()).field("due", call.due()).close();
    }
    json.closeList();
    json.name("clients").openList();
    stage.clients.sessions().forEach(this::client);
    json.closeList();
    Sentence broken = stage.broken();
    if (broken != null) {
      json.field("broken", broken);
    }
  }

  /**
   * A client that ever asked for a session, with the words that ask for its latest request again.
   */
  private void client(int number, SessionClient client) {
    json.open().field("id", number).field("session", client.session());
    Action.Once latest = client.latest();
    if (latest != null) {
      json.field("number", latest.number()).field("again", latest.request());
    }
    json.close();
  }

  private void sky(Setup.Sky sky) {
    json.name("sky").open();
    json.field("latencyMin", sky.latencyMin()).field("latencyMax", sky.latencyMax());
    json.field("loss", sky.loss()).field("duplicate", sky.duplicate());
    json.field("forceMax", sky.forceMax()).close();
  }

  private void cuts() {
    json.name("cuts").openList();
    for (NodeId from : stage.bench.nodes()) {
      for (NodeId to : stage.bench.nodes()) {
        if (stage.bench.isCut(from, to)) {
          json.openList().value(from.value()).value(to.value()).closeList();
        }
      }
    }
    json.closeList();
  }

  private void flight(Flight flight) {
    json.open().field("id", flight.id());
    json.field("from", flight.from().value()).field("to", flight.to().value());
    json.field("sent", flight.sent()).field("due", flight.due());
    Chronicle.Step step = stage.chronicle.sender(flight.id());
    if (step != null) {
      json.field("step", step.id());
    }
    MessageJson.write(json, flight.message());
    json.close();
  }

  private void node(NodeId node, Workbench.Sight<SessionMachine<KvResult, KvMachine>> sight) {
    json.open().field("id", node.value()).field("up", sight.status() != null);
    json.field("paused", sight.isPaused()).field("forcing", sight.isForcing());
    Chronicle.NodeNotes notes = stage.chronicle.notes(node);
    json.field("spare", !notes.begun).field("seat", seat(node, notes));
    if (notes.membership != null) {
      json.field("members", notes.membership.toString());
    }
    Medium medium = sight.medium();
    disk(medium);
    Status status = sight.status();
    log(node, medium, status);
    if (status != null) {
      process(node, sight, status);
    }
    json.close();
  }

  private void disk(Medium medium) {
    HardState state = medium.forcedState();
    json.name("disk").open().field("term", state.term());
    json.field("vote", number(state.vote()));
    List<Entry> forced = medium.forcedLog();
    json.field(
        "last", forced.isEmpty() ? EntryId.ZERO.toString() : forced.getLast().id().toString());
    json.close();
  }

  /** What a node's seat is as it sees it; the founders' before any core said so. */
  private String seat(NodeId node, Chronicle.NodeNotes notes) {
    Membership membership = notes.membership;
    if (membership == null) {
      return node.value() <= stage.setup().nodes() ? Seat.VOTER.name() : "NONE";
    }
    Member member = membership.member(node);
    return member == null ? "NONE" : member.seat().name();
  }

  private static long number(@Nullable NodeId node) {
    return node == null ? 0 : node.value();
  }

  /**
   * Entries as [index, term, kind, text, durable]; those that wait for a leader's commit also have
   * how many more voters must have them on disk for a majority, not less than 0.
   */
  private void log(NodeId node, Medium medium, @Nullable Status status) {
    List<Entry> log = medium.log();
    Membership membership = stage.chronicle.notes(node).membership;
    boolean leads = status != null && status.role() == Status.RoleName.LEADER;
    long waiting = leads && status != null ? status.commit() : Long.MAX_VALUE; // all after it
    int from = Math.max(0, log.size() - ENTRIES_MAX);
    json.field("first", log.isEmpty() ? 1 : log.getFirst().index());
    json.name("log").openList();
    for (int i = from; i < log.size(); i++) {
      Entry entry = log.get(i);
      json.openList().value(entry.index()).value(entry.term());
      switch (entry.payload()) {
        case Payload.NoOp noOp -> json.value("noop").value("");
        case Payload.Configuration configuration ->
            json.value("members").value(configuration.membership().toString());
        case Payload.Command command -> json.value("put").value(KvLoad.text(command.data()));
      }
      json.value(has(medium, entry.id()));
      if (membership != null && entry.index() > waiting) {
        json.value(Math.max(0, -membership.spare(it -> has(it, entry.id()))));
      }
      json.closeList();
    }
    json.closeList();
    json.name("cut").openList();
    for (Map.Entry<Long, Long> cut : stage.chronicle.notes(node).cut.entrySet()) {
      json.openList().value(cut.getKey()).value(cut.getValue()).closeList();
    }
    json.closeList();
  }

  private boolean has(NodeId node, EntryId id) {
    Workbench.Sight<SessionMachine<KvResult, KvMachine>> sight = sights.get(node);
    return sight != null && has(sight.medium(), id);
  }

  /** Whether an entry is where no crash can take it: in the forced log, or compacted before it. */
  private static boolean has(Medium medium, EntryId id) {
    List<Entry> forced = medium.forcedLog();
    long at = forced.isEmpty() ? 0 : id.index() - forced.getFirst().index();
    return at < 0 || (at < forced.size() && forced.get((int) at).id().equals(id));
  }

  private void process(
      NodeId node, Workbench.Sight<SessionMachine<KvResult, KvMachine>> sight, Status status) {
    Chronicle.NodeNotes notes = stage.chronicle.notes(node);
    json.field("role", status.role().name()).field("term", status.term());
    json.field("leader", number(status.leader())).field("last", status.last().toString());
    json.field("commit", status.commit()).field("durable", status.durable());
    json.field("applied", sight.applied()).field("lease", sight.leaseEnd());
    if (sight.deadline() < Long.MAX_VALUE) {
      json.field("deadline", sight.deadline());
      json.field("drawn", notes.drawn > 0 ? notes.drawn : sight.deadline() - notes.since);
    }
    WhyJson.write(json.name("why"), status.why());
    json.name("votes").open();
    notes.votes.forEach((voter, granted) -> json.field(voter.toString(), granted));
    json.close();
    json.name("peers").openList();
    for (Status.Follower peer : status.followers()) {
      json.open().field("id", peer.node().value()).field("match", peer.match());
      json.field("next", peer.next()).field("pipelined", peer.pipelined()).close();
    }
    json.closeList();
    SessionMachine<KvResult, KvMachine> machine = sight.machine();
    if (machine != null) {
      keys(machine.machine());
      sessions(machine);
    }
  }

  private void keys(KvMachine machine) {
    json.field("revision", machine.revision());
    json.name("kv").openList();
    List<KeyValue> all = KvLoad.all(machine);
    for (KeyValue kv : all.subList(0, Math.min(KEYS_MAX, all.size()))) {
      json.openList().value(kv.key().toUtf8()).value(kv.value().toUtf8());
      json.value(kv.modRevision()).closeList();
    }
    json.closeList();
  }

  /** Sessions as [name, log time of its end, least unanswered, requests whose results are kept]. */
  private void sessions(SessionMachine<KvResult, KvMachine> machine) {
    json.field("logMillis", machine.timeMillis()).name("sessions").openList();
    List<OpenSession> open = machine.open();
    for (OpenSession session : open.subList(0, Math.min(KEYS_MAX, open.size()))) {
      json.openList().value(session.session()).value(session.deadlineMillis());
      json.value(session.unanswered()).openList();
      session.kept().stream().limit(KEYS_MAX).forEach(json::value);
      json.closeList().closeList();
    }
    json.closeList();
  }
}
