package dev.balsa.web;

import dev.balsa.raft.Entry;
import dev.balsa.raft.Member;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Seat;
import dev.balsa.raft.Sentence;
import dev.balsa.raft.trace.Trace;

/** What the page draws of a recording's moment: the same members as {@link Picture} has. */
final class IncidentPicture {
  private final Incident incident;
  private final Json json;

  IncidentPicture(Incident incident) {
    this.incident = incident;
    this.json = new Json(incident.numbers);
  }

  /** The picture; with the whole story if {@code first}. */
  String text(boolean first) {
    json.open().field("recorded", true);
    json.field("m", incident.moment()).field("t", incident.time()).field("acts", 0);
    json.field("endM", incident.end()).field("endT", incident.endTime());
    if (incident.next() < Long.MAX_VALUE) {
      json.field("next", incident.next());
    }
    json.field("there", false).field("hash", "").field("run", "");
    json.name("branches").openList().closeList();
    json.field("seed", 0).field("preVote", true).field("checkQuorum", true);
    json.field("spares", 0).field("snapshots", 0);
    json.field("begin", Long.toString(incident.begin()));
    json.name("nodes").openList();
    incident.tracks.forEach(this::node);
    json.closeList();
    flights();
    json.name("cuts").openList().closeList().name("calls").openList().closeList();
    Sentence broken = incident.broken();
    if (broken != null) {
      json.field("broken", broken);
    }
    sources();
    story(first);
    return json.close().toString();
  }

  private void story(boolean first) {
    int count = 0;
    while (count < incident.story.size()
        && incident.story.get(count).moment() <= incident.moment()) {
      count++;
    }
    json.field("count", count).field("from", first ? 0 : incident.story.size());
    json.name("story").openList();
    if (first) {
      incident.story.forEach(happening -> happening.write(json));
    }
    json.closeList();
  }

  private void sources() {
    json.name("absent").openList();
    for (Trace.Absent absent : incident.trace.absent()) {
      json.openList().value(absent.name()).value(absent.reason()).closeList();
    }
    json.closeList();
  }

  private void flights() {
    json.name("flights").openList();
    Message message = incident.arrived();
    if (message != null && incident.numbers.containsKey(message.from())) {
      json.open().field("id", incident.moment()).field("from", message.from());
      json.field("to", incident.arrivedAt());
      json.field("sent", incident.time() - 1).field("due", incident.time());
      MessageJson.write(json, message);
      json.close();
    }
    json.closeList();
  }

  private void node(Track track) {
    NodeId node = track.recording.node();
    json.open().field("id", node).field("name", track.recording.name());
    json.field("member", node.toString()).field("source", track.recording.source());
    json.field("version", track.recording.version());
    json.field("whole", track.isWhole());
    json.field("up", track.up).field("paused", false).field("forcing", false);
    json.field("spare", false).field("seat", seat(track, node));
    json.name("disk").open().field("term", track.hardState.term());
    json.field("vote", track.hardState.vote()).field("last", track.log.last().toString()).close();
    log(track);
    if (track.up) {
      process(track);
    }
    json.close();
  }

  private static String seat(Track track, NodeId node) {
    if (track.membership.members().isEmpty()) {
      return Seat.VOTER.name();
    }
    Member member = track.membership.member(node);
    return member == null ? "NONE" : member.seat().name();
  }

  private void process(Track track) {
    json.field("role", track.standing.role().name()).field("term", track.standing.term());
    json.field("leader", track.standing.leader()).field("last", track.log.last().toString());
    json.field("commit", track.standing.commit()).field("durable", track.standing.durable());
    json.field("applied", track.standing.commit()).field("drawn", track.drawn);
    json.name("why").openList().closeList().name("peers").openList().closeList();
    json.name("votes").open();
    track.votes.forEach(
        (voter, granted) -> {
          if (incident.numbers.containsKey(voter)) {
            json.field(incident.numbers.get(voter).toString(), granted);
          }
        });
    json.close();
  }

  /** Entries as [index, term, kind, text, durable]. */
  private void log(Track track) {
    long last = track.log.last().index();
    long first = Math.max(track.log.base().index() + 1, last - Track.TAIL_MAX + 1);
    json.field("first", track.log.base().index() + 1).name("log").openList();
    for (long index = first; index <= last; index++) {
      json.openList().value(index).value(track.log.termAt(index));
      Entry entry = track.entry(index);
      if (entry == null) {
        json.value("put").value("");
      } else {
        switch (entry.payload()) {
          case Payload.NoOp noOp -> json.value("noop").value("");
          case Payload.Configuration(var membership) ->
              json.value("members").value(membership.toString());
          case Payload.Command(var data) -> json.value("put").value(data.length() + " B");
        }
      }
      json.value(index <= track.standing.durable()).closeList();
    }
    json.closeList().name("cut").openList().closeList();
  }
}
