package dev.balsa.web;

import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Sentence;

/**
 * One line of a run's story: what happened, where and when.
 *
 * @param moment counts the world's events from 1; several things may happen in one
 * @param time in nanoseconds since the run's beginning
 * @param what the thing itself
 */
record Happening(int moment, long time, What what) {

  /** What may happen. */
  sealed interface What {}

  /** A core says what it did and why; {@code step} names the input it took. */
  record Core(NodeId node, long step, Event event) implements What {}

  /** A process began or ended. */
  record Presence(NodeId node, boolean up, String reason) implements What {}

  /** A message was lost. */
  record Lost(NodeId from, NodeId to, String message) implements What {}

  /** A node's machine took a command. */
  record Applied(NodeId node, long index, String command) implements What {}

  /** A leader answers a read up to an index without asking anybody, since its lease holds. */
  record OnLease(NodeId node, long index) implements What {}

  /** A client asked, number {@code request}. */
  record Asked(NodeId node, int request, String text) implements What {}

  /** It heard {@code answer}. */
  record Answered(NodeId node, int request, String text, String answer) implements What {}

  /** A person did something. */
  record Acted(Action action) implements What {}

  /** A storm did something. */
  record Struck(Action action) implements What {}

  /** After the faults' end all is well: who leads, and up to where everything is committed. */
  record Settled(NodeId leader, long commit) implements What {}

  /** A judge or a core found a promise of Raft broken. */
  record Broken(Sentence promise) implements What {}

  /** Whether a person who looks for what matters wants to stop here. */
  boolean isInteresting() {
    return switch (what) {
      case Core core -> EventJson.isInteresting(core.event());
      case Presence presence -> moment > 0;
      case Answered answered -> true;
      case Broken broken -> true;
      case Settled settled -> true;
      case Lost lost -> false;
      case Applied applied -> false;
      case OnLease read -> false;
      case Asked asked -> false;
      case Acted acted -> false;
      case Struck struck -> false;
    };
  }

  void write(Json json) {
    json.open().field("m", moment).field("t", time);
    if (isInteresting()) {
      json.field("key", true);
    }
    switch (what) {
      case Core(NodeId node, long step, Event event) -> {
        json.field("node", node).field("step", step);
        EventJson.write(json, event);
      }
      case Presence(NodeId node, boolean up, String reason) ->
          named(json, node, up ? "Started" : "Stopped").field("reason", reason);
      case Lost(NodeId from, NodeId to, String message) ->
          named(json, from, "Lost").field("to", to).field("message", message);
      case Applied(NodeId node, long index, String command) ->
          named(json, node, "Applied").field("index", index).field("command", command);
      case OnLease(NodeId node, long index) -> named(json, node, "OnLease").field("index", index);
      case Asked(NodeId node, int request, String text) ->
          named(json, node, "Asked").field("request", request).field("text", text);
      case Answered(NodeId node, int request, String text, String answer) ->
          named(json, node, "Answered")
              .field("request", request)
              .field("text", text)
              .field("answer", answer);
      case Acted(Action action) -> json.field("name", "Acted").field("action", action.text());
      case Struck(Action action) -> json.field("name", "Struck").field("action", action.text());
      case Settled(NodeId leader, long commit) ->
          named(json, leader, "Settled").field("commit", commit);
      case Broken(Sentence promise) -> json.field("name", "Broken").field("promise", promise);
    }
    json.close();
  }

  private static Json named(Json json, NodeId node, String name) {
    return json.field("node", node).field("name", name);
  }
}
